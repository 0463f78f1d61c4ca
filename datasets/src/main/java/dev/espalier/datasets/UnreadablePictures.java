package dev.espalier.datasets;

/** What to do about pictures that cannot be decoded. */
public enum UnreadablePictures {
  /** The data set opens without a look at its pictures; reading a bad one is an error. */
  FAIL,
  /**
   * Every picture is decoded once when the data set is opened, on all processors, and the bad ones
   * are left out: {@link dev.espalier.data.Dataset#unreadableFiles()} names them.
   */
  SKIP
}
