package dev.espalier.augment.policy;

import dev.espalier.augment.Range;
import dev.espalier.augment.color.AutoContrast;
import dev.espalier.augment.color.Equalize;
import dev.espalier.augment.color.Posterize;
import dev.espalier.augment.color.RandomBrightness;
import dev.espalier.augment.color.RandomColorDegeneration;
import dev.espalier.augment.color.RandomContrast;
import dev.espalier.augment.color.Sharpness;
import dev.espalier.augment.color.Solarize;
import dev.espalier.augment.geometry.Border;
import dev.espalier.augment.geometry.Interpolation;
import dev.espalier.augment.geometry.RandomRotation;
import dev.espalier.augment.geometry.RandomShear;
import dev.espalier.augment.geometry.RandomTranslation;
import dev.espalier.augment.internal.Arguments;
import dev.espalier.data.Augmentation;
import dev.espalier.data.Image;
import dev.espalier.random.RandomStream;
import java.util.List;

/**
 * RandAugment as in Keras: applies a few of eleven augmentations, drawn with replacement: shear,
 * translation, rotation, brightness, color degeneration, contrast, sharpness, posterization,
 * solarization, auto contrast and equalization. Their strengths are drawn from 0 to the factor; as
 * in Keras, translations are only down and right and rotations only counter-clockwise. Each image
 * draws its own augmentations, where Keras draws them once per batch. Immutable and thread-safe.
 *
 * @param operations number of augmentations applied in sequence, 0 or more
 * @param factor maximum strength, 0 to 1
 * @param interpolation interpolation method, nearest or bilinear
 */
public record RandAugment(int operations, double factor, Interpolation interpolation)
    implements Augmentation {
  /** Checks the ranges. */
  public RandAugment {
    Arguments.require(
        operations >= 0 && operations <= Arguments.MOST,
        "RandAugment cannot apply " + operations + " operations.",
        "Give a number from 0 to " + Arguments.MOST + ".");
    Arguments.require(
        factor >= 0 && factor <= 1,
        "RandAugment with a factor of " + Arguments.shortest(factor) + " is out of range.",
        "Give a number from 0 to 1.");
    Border.check("RandAugment", interpolation, 0);
  }

  /** Returns two operations with up to half of the maximum strength, Keras' default. */
  public static RandAugment standard() {
    return of(2, 0.5);
  }

  /** Returns this many operations of up to this strength. */
  public static RandAugment of(int operations, double factor) {
    return new RandAugment(operations, factor, Interpolation.BILINEAR);
  }

  @Override
  public Image apply(Image image, RandomStream random) {
    List<Augmentation> choices = choices(factor, interpolation, true);
    Image result = image;
    for (int i = 0; i < operations; i++) {
      int choice = random.nextInt(choices.size());
      result = choices.get(choice).apply(result, random.split());
    }
    return result;
  }

  /**
   * Returns the augmentations to choose from.
   *
   * @param all whether to include brightness, color degeneration, contrast and sharpness
   */
  static List<Augmentation> choices(double factor, Interpolation interpolation, boolean all) {
    Range range = Range.of(0, factor);
    Range levels = Range.of(0, factor * 255);
    int bits = Math.max(1, (int) (8 * factor));
    Augmentation shear = RandomShear.of(range, range).withInterpolation(interpolation);
    Augmentation translation = RandomTranslation.of(range, range).withInterpolation(interpolation);
    Augmentation rotation = RandomRotation.of(range).withInterpolation(interpolation);
    Augmentation posterization = Posterize.between(1, Math.max(1, bits - 1));
    Augmentation solarization = Solarize.of(levels, levels);
    Augmentation autoContrast = new AutoContrast();
    Augmentation equalization = new Equalize();
    if (!all) {
      return List.of(
          shear, translation, rotation, posterization, solarization, autoContrast, equalization);
    }
    return List.of(
        shear,
        translation,
        rotation,
        new RandomBrightness(range),
        new RandomColorDegeneration(range),
        RandomContrast.of(factor),
        new Sharpness(range),
        posterization,
        solarization,
        autoContrast,
        equalization);
  }
}
