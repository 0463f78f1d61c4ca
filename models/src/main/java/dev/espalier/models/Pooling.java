package dev.espalier.models;

/** How a model without its classifier sums up its last feature maps. */
public enum Pooling {
  /** Not at all: the output is {@code [batch, height, width, channels]}. */
  NONE,
  /** The mean of each channel: the output is {@code [batch, channels]}. */
  AVG,
  /** The largest of each channel: the output is {@code [batch, channels]}. */
  MAX
}
