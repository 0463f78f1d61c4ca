package dev.espalier.augment.internal;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;

/** Checks of arguments of augmentations. */
public final class Arguments {
  /** Maximum number of changes of an image, or of holes in it; more would only take time. */
  public static final int MOST = 1000;

  private Arguments() {}

  public static void require(boolean valid, String problem, String remedy) {
    if (!valid) {
      throw new EspalierException(ErrorCode.INVALID_ARGUMENT, problem, remedy);
    }
  }

  public static void requireSize(int height, int width, String type) {
    require(
        height >= 1 && width >= 1,
        type + " to " + height + "x" + width + " pixels (height x width) leaves nothing.",
        "Give a height and a width of 1 or more.");
  }

  public static void requireProbability(double probability, String type) {
    require(
        probability >= 0 && probability <= 1,
        "The probability of " + type + " is " + shortest(probability) + ".",
        "Give a number from 0 to 1.");
  }

  public static void requireByte(int value, String what) {
    require(
        value >= 0 && value <= 255,
        "The " + what + " is " + value + ".",
        "Give a number from 0 to 255.");
  }

  /** Formats a number without a trailing ".0". */
  public static String shortest(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? Long.toString((long) value)
        : Double.toString(value);
  }
}
