package dev.espalier.augment;

import dev.espalier.data.Augmentation;
import dev.espalier.data.Image;
import dev.espalier.random.RandomStream;

/**
 * Shifts images.
 *
 * @param height share of the height by which the picture goes down, -1 to 1
 * @param width share of the width by which the picture goes right, -1 to 1
 * @param interpolation nearest or bilinear
 * @param fillMode what comes in from outside
 * @param fillValue for {@link FillMode#CONSTANT}, 0 to 255
 */
public record RandomTranslation(
    Range height, Range width, Interpolation interpolation, FillMode fillMode, int fillValue)
    implements Augmentation {
  /** Checks the ranges. */
  public RandomTranslation {
    height.inside(-1, 1, "RandomTranslation with a height");
    width.inside(-1, 1, "RandomTranslation with a width");
    Border.check("RandomTranslation", interpolation, fillValue);
  }

  /** Returns the shift by up to these shares of height and width: bilinear, reflecting. */
  public static RandomTranslation of(double height, double width) {
    return of(Range.within(Math.abs(height)), Range.within(Math.abs(width)));
  }

  /** Returns the shift by shares of height and width within ranges: bilinear, reflecting. */
  public static RandomTranslation of(Range height, Range width) {
    return new RandomTranslation(height, width, Interpolation.BILINEAR, FillMode.REFLECT, 0);
  }

  /** Returns this augmentation with another interpolation. */
  public RandomTranslation withInterpolation(Interpolation value) {
    return new RandomTranslation(height, width, value, fillMode, fillValue);
  }

  /** Returns this augmentation with another rule for what comes in from outside. */
  public RandomTranslation withFill(FillMode mode, int value) {
    return new RandomTranslation(height, width, interpolation, mode, value);
  }

  @Override
  public Image apply(Image image, RandomStream random) {
    double down = height.draw(random);
    return translate(image, down, width.draw(random));
  }

  Image translate(Image image, double down, double right) {
    return Affine.translation(down * image.height(), right * image.width())
        .apply(image, interpolation, fillMode, fillValue);
  }
}
