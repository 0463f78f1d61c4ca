package dev.espalier.augment.geometry;

/** What a crop does with images smaller than the crop. */
public enum SmallImages {
  /** It is enlarged, as in Keras. */
  ENLARGE,
  /** It is an error. */
  REFUSE
}
