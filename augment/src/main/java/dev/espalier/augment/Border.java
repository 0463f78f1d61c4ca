package dev.espalier.augment;

/** What the geometric augmentations are made with in common. */
final class Border {
  private Border() {}

  static void check(String type, Interpolation interpolation, int fillValue) {
    Arguments.require(
        interpolation == Interpolation.NEAREST || interpolation == Interpolation.BILINEAR,
        type + " does not support the interpolation " + interpolation + ".",
        "Use NEAREST or BILINEAR.");
    Arguments.requireByte(fillValue, "fill value of " + type);
  }
}
