package dev.espalier.models;

/** Global pooling of the last feature maps in a model without its classifier. */
public enum Pooling {
  /** No pooling: the output is {@code [batch, height, width, channels]}. */
  NONE,
  /** The mean of each channel over height and width: the output is {@code [batch, channels]}. */
  AVG,
  /** The maximum of each channel over height and width: the output is {@code [batch, channels]}. */
  MAX
}
