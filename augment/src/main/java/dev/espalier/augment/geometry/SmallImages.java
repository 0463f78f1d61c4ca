package dev.espalier.augment.geometry;

/** What a crop does with images smaller than the crop. */
public enum SmallImages {
  /** They are enlarged, as in Keras. */
  ENLARGE,
  /** They are errors. */
  REFUSE
}
