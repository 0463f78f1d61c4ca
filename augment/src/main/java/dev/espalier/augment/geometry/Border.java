package dev.espalier.augment.geometry;

import dev.espalier.augment.internal.Arguments;

/** Arguments that geometric augmentations have in common. */
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
