package dev.espalier.augment;

/** What a crop does with an image that is smaller than the crop. */
public enum SmallImages {
  /** It is enlarged, as in Keras. */
  ENLARGE,
  /** It is an error. */
  REFUSE
}
