package dev.espalier.datasets.image;

/**
 * What to do with damaged files that are complete to their end but have lost data before it.
 * Truncated files are always rejected.
 */
public enum DamagedImages {
  /** They are read as in Pillow and TensorFlow: lost data is filled in. */
  READ,
  /** They are rejected like files that cannot be decoded at all. */
  REFUSE
}
