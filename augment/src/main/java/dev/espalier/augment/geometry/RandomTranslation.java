package dev.espalier.augment.geometry;

import dev.espalier.augment.Range;
import dev.espalier.data.Augmentation;
import dev.espalier.data.Image;
import dev.espalier.random.RandomStream;
import java.util.function.Consumer;

/**
 * Shifts images by a random amount. Immutable and thread-safe.
 *
 * @param height shift as a fraction of the height, -1 to 1; positive values shift down
 * @param width shift as a fraction of the width, -1 to 1; positive values shift right
 * @param interpolation interpolation method, nearest or bilinear
 * @param fillMode how pixels beyond the edge are filled
 * @param fillValue pixel value for {@link FillMode#CONSTANT}, 0 to 255
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

  /**
   * Returns the shift by up to these fractions of height and width: bilinear interpolation, fill by
   * reflection.
   */
  public static RandomTranslation of(double height, double width) {
    return of(Range.within(Math.abs(height)), Range.within(Math.abs(width)));
  }

  /**
   * Returns the shift by fractions of height and width drawn from ranges: bilinear interpolation,
   * fill by reflection.
   */
  public static RandomTranslation of(Range height, Range width) {
    return new RandomTranslation(height, width, Interpolation.BILINEAR, FillMode.REFLECT, 0);
  }

  /** Returns this augmentation with another interpolation. */
  public RandomTranslation withInterpolation(Interpolation value) {
    return with(copy -> copy.interpolation = value);
  }

  /** Returns this augmentation with another fill of pixels beyond the edge. */
  public RandomTranslation withFill(FillMode mode, int value) {
    return with(
        copy -> {
          copy.fillMode = mode;
          copy.fillValue = value;
        });
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

  private RandomTranslation with(Consumer<Copy> change) {
    Copy copy = new Copy(this);
    change.accept(copy);
    return new RandomTranslation(height, width, copy.interpolation, copy.fillMode, copy.fillValue);
  }

  /** Changes only while {@link #with} makes a copy. */
  private static final class Copy {
    private Interpolation interpolation;
    private FillMode fillMode;
    private int fillValue;

    Copy(RandomTranslation from) {
      interpolation = from.interpolation;
      fillMode = from.fillMode;
      fillValue = from.fillValue;
    }
  }
}
