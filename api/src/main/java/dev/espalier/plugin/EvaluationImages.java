package dev.espalier.plugin;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;

/**
 * How the publisher of weights prepared the images for which the accuracy is stated: the shorter
 * side is resized to {@link #resizedSide()} pixels, and the central square of the image size is
 * taken. With other images the accuracy is another one, often by several points. Immutable.
 *
 * @param cropFraction side of the central square as a fraction of the resized shorter side, above 0
 *     and at most 1
 * @param interpolation of the resizing, such as {@code bicubic}
 */
public record EvaluationImages(int imageSize, double cropFraction, String interpolation) {
  /** Checks the ranges. */
  public EvaluationImages {
    if (imageSize < 1 || !(cropFraction > 0 && cropFraction <= 1)) {
      throw new EspalierException(
          ErrorCode.INVALID_ARGUMENT,
          "Images of "
              + imageSize
              + " pixels cannot be the fraction "
              + cropFraction
              + " of resized images.",
          "Give a size of 1 or more, and a fraction above 0 and at most 1.");
    }
  }

  /** Returns the length of the shorter side after resizing, in pixels. */
  public int resizedSide() {
    // The fractions are rounded: 224 / 0.875 is 256, and 240 / 0.882 is meant to be 272.
    return (int) (imageSize / cropFraction + 1e-6);
  }

  /** Returns a description, such as {@code shorter side 256 pixels, bicubic, center 224x224}. */
  @Override
  public String toString() {
    return "shorter side "
        + resizedSide()
        + " pixels, "
        + interpolation
        + ", center "
        + imageSize
        + "x"
        + imageSize;
  }
}
