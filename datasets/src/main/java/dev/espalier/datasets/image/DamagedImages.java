package dev.espalier.datasets.image;

/**
 * What to do about files that have their end, but lost data before it. A file without its end is
 * cut short and always refused.
 */
public enum DamagedImages {
  /** They are read as Pillow and TensorFlow read them: what is lost is filled in. */
  READ,
  /** They are refused like files that cannot be decoded at all. */
  REFUSE
}
