package dev.espalier.augment.policy;

import dev.espalier.augment.color.Posterize;
import dev.espalier.augment.color.Solarize;
import dev.espalier.augment.geometry.Affine;
import dev.espalier.augment.geometry.Border;
import dev.espalier.augment.geometry.FillMode;
import dev.espalier.augment.geometry.Interpolation;
import dev.espalier.augment.internal.Arguments;
import dev.espalier.augment.internal.PillowEnhance;
import dev.espalier.data.Augmentation;
import dev.espalier.data.Image;
import dev.espalier.random.RandomStream;
import java.util.List;

/**
 * TrivialAugment (Müller and Hutter, 2021): applies one augmentation of random strength, with the
 * wide ranges of the paper as in torchvision: each strength is one of {@code levels} evenly spaced
 * values. Identity, shear, translation, rotation, brightness, color, contrast, sharpness,
 * posterization, solarization, auto contrast and equalization are equally likely, with axes counted
 * separately. Immutable and thread-safe.
 *
 * @param levels number of strength levels, 2 or more
 * @param interpolation interpolation method, nearest or bilinear
 * @param fillValue pixel value for pixels beyond the edge, 0 to 255
 */
public record TrivialAugment(int levels, Interpolation interpolation, int fillValue)
    implements Augmentation {
  /** Checks the ranges. */
  public TrivialAugment {
    Arguments.require(
        levels >= 2,
        "TrivialAugment cannot choose from " + levels + " levels.",
        "Give a number of 2 or more.");
    Border.check("TrivialAugment", interpolation, fillValue);
  }

  /**
   * Returns 31 levels, nearest-neighbor interpolation and black beyond the edge, torchvision's
   * default.
   */
  public static TrivialAugment wide() {
    return new TrivialAugment(31, Interpolation.NEAREST, 0);
  }

  @Override
  public Image apply(Image image, RandomStream random) {
    int operation = random.nextInt(Operation.ALL.size());
    double share = random.nextInt(levels) / (levels - 1.0);
    double sign = random.nextBoolean(0.5) ? -1 : 1;
    return apply(image, Operation.ALL.get(operation), share, sign);
  }

  private Image apply(Image image, Operation operation, double share, double sign) {
    float enhancement = (float) (1 + sign * 0.99 * share);
    return switch (operation) {
      case IDENTITY -> image;
      case SHEAR_X -> moved(image, Affine.shear(sign * 0.99 * share, 0));
      case SHEAR_Y -> moved(image, Affine.shear(0, sign * 0.99 * share));
      case TRANSLATE_X -> moved(image, Affine.translation(0, sign * (int) (32 * share)));
      case TRANSLATE_Y -> moved(image, Affine.translation(sign * (int) (32 * share), 0));
      case ROTATE ->
          moved(image, Affine.rotation(sign * 135 * share / 360, image.height(), image.width()));
      case BRIGHTNESS -> PillowEnhance.brightness(image, enhancement);
      case COLOR -> PillowEnhance.color(image, enhancement);
      case CONTRAST -> PillowEnhance.contrast(image, enhancement);
      case SHARPNESS -> PillowEnhance.sharpness(image, enhancement);
      case POSTERIZE -> Posterize.posterize(image, 8 - (int) Math.rint(6 * share));
      case SOLARIZE -> Solarize.solarize(image, 0, 255 - 255 * share);
      case AUTO_CONTRAST -> PolicyOperation.autoContrast(image);
      case EQUALIZE -> PolicyOperation.equalize(image);
    };
  }

  private Image moved(Image image, Affine affine) {
    return affine.apply(image, interpolation, FillMode.CONSTANT, fillValue);
  }

  private enum Operation {
    IDENTITY,
    SHEAR_X,
    SHEAR_Y,
    TRANSLATE_X,
    TRANSLATE_Y,
    ROTATE,
    BRIGHTNESS,
    COLOR,
    CONTRAST,
    SHARPNESS,
    POSTERIZE,
    SOLARIZE,
    AUTO_CONTRAST,
    EQUALIZE;

    private static final List<Operation> ALL = List.of(values());
  }
}
