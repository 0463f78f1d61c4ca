package dev.espalier.augment.geometry;

import dev.espalier.augment.Range;
import dev.espalier.data.Augmentation;
import dev.espalier.data.Image;
import dev.espalier.random.RandomStream;

/**
 * Rotates images about their centre by a random angle. Immutable and thread-safe.
 *
 * @param factor angle as a fraction of a full turn, positive counter-clockwise; 0.1 is 36 degrees
 * @param interpolation interpolation method, nearest or bilinear
 * @param fillMode how pixels beyond the edge are filled
 * @param fillValue pixel value for {@link FillMode#CONSTANT}, 0 to 255
 */
public record RandomRotation(
    Range factor, Interpolation interpolation, FillMode fillMode, int fillValue)
    implements Augmentation {
  /** Checks the ranges. */
  public RandomRotation {
    Border.check("RandomRotation", interpolation, fillValue);
  }

  /**
   * Returns the rotation by up to {@code factor} full turns in either direction: bilinear
   * interpolation, fill by reflection.
   */
  public static RandomRotation of(double factor) {
    return of(Range.within(Math.abs(factor)));
  }

  /**
   * Returns the rotation by a fraction of a full turn drawn from {@code factor}: bilinear
   * interpolation, fill by reflection.
   */
  public static RandomRotation of(Range factor) {
    return new RandomRotation(factor, Interpolation.BILINEAR, FillMode.REFLECT, 0);
  }

  /** Returns this augmentation with another interpolation. */
  public RandomRotation withInterpolation(Interpolation value) {
    return new RandomRotation(factor, value, fillMode, fillValue);
  }

  /** Returns this augmentation with another fill of pixels beyond the edge. */
  public RandomRotation withFill(FillMode mode, int value) {
    return new RandomRotation(factor, interpolation, mode, value);
  }

  @Override
  public Image apply(Image image, RandomStream random) {
    return rotate(image, factor.draw(random));
  }

  Image rotate(Image image, double turns) {
    if (turns == 0) {
      return image;
    }
    return Affine.rotation(turns, image.height(), image.width())
        .apply(image, interpolation, fillMode, fillValue);
  }
}
