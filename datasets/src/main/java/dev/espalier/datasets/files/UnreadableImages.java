package dev.espalier.datasets.files;

/** What to do about images that cannot be decoded. */
public enum UnreadableImages {
  /** Images are not checked when the data set is opened; reading a damaged one is an error. */
  FAIL,
  /**
   * Every image is decoded once when the data set is opened, on all CPU cores, and unreadable ones
   * are skipped: {@link dev.espalier.data.Dataset#unreadableFiles()} lists them.
   */
  SKIP
}
