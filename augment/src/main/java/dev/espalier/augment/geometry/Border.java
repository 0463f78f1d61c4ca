package dev.espalier.augment.geometry;

import dev.espalier.augment.internal.Arguments;

/** What the geometric augmentations are made with in common. */
public final class Border {
  private Border() {}

  public static void check(String type, Interpolation interpolation, int fillValue) {
    Arguments.require(
        interpolation == Interpolation.NEAREST || interpolation == Interpolation.BILINEAR,
        type + " does not support the interpolation " + interpolation + ".",
        "Use NEAREST or BILINEAR.");
    Arguments.requireByte(fillValue, "fill value of " + type);
  }
}
