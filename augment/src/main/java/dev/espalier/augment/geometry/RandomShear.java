package dev.espalier.augment.geometry;

import dev.espalier.augment.Range;
import dev.espalier.data.Augmentation;
import dev.espalier.data.Image;
import dev.espalier.random.RandomStream;
import java.util.function.Consumer;

/**
 * Shears images by a random amount. As in Keras, both axes get the same random sign. Immutable and
 * thread-safe.
 *
 * @param x horizontal shear: number of columns that each row is shifted relative to the one above
 *     it, 0 to 1
 * @param y vertical shear: number of rows that each column is shifted relative to the one to its
 *     left, 0 to 1
 * @param interpolation interpolation method, nearest or bilinear
 * @param fillMode how pixels beyond the edge are filled
 * @param fillValue pixel value for {@link FillMode#CONSTANT}, 0 to 255
 */
public record RandomShear(
    Range x, Range y, Interpolation interpolation, FillMode fillMode, int fillValue)
    implements Augmentation {
  /** Checks the ranges. */
  public RandomShear {
    x.inside(0, 1, "RandomShear with x");
    y.inside(0, 1, "RandomShear with y");
    Border.check("RandomShear", interpolation, fillValue);
  }

  /**
   * Returns the shear by up to {@code x} and {@code y}: bilinear interpolation, fill by reflection.
   */
  public static RandomShear of(double x, double y) {
    return of(Range.upTo(x, 1, "RandomShear with x"), Range.upTo(y, 1, "RandomShear with y"));
  }

  /** Returns the shear by amounts drawn from ranges: bilinear interpolation, fill by reflection. */
  public static RandomShear of(Range x, Range y) {
    return new RandomShear(x, y, Interpolation.BILINEAR, FillMode.REFLECT, 0);
  }

  /** Returns this augmentation with another interpolation. */
  public RandomShear withInterpolation(Interpolation value) {
    return with(copy -> copy.interpolation = value);
  }

  /** Returns this augmentation with another fill of pixels beyond the edge. */
  public RandomShear withFill(FillMode mode, int value) {
    return with(
        copy -> {
          copy.fillMode = mode;
          copy.fillValue = value;
        });
  }

  @Override
  public Image apply(Image image, RandomStream random) {
    double alongX = x.draw(random);
    double alongY = y.draw(random);
    double sign = random.nextBoolean(0.5) ? -1 : 1;
    return shear(image, sign * alongX, sign * alongY);
  }

  Image shear(Image image, double alongX, double alongY) {
    return Affine.shear(alongX, alongY).apply(image, interpolation, fillMode, fillValue);
  }

  private RandomShear with(Consumer<Copy> change) {
    Copy copy = new Copy(this);
    change.accept(copy);
    return new RandomShear(x, y, copy.interpolation, copy.fillMode, copy.fillValue);
  }

  /** Changes only while {@link #with} makes a copy. */
  private static final class Copy {
    private Interpolation interpolation;
    private FillMode fillMode;
    private int fillValue;

    Copy(RandomShear from) {
      interpolation = from.interpolation;
      fillMode = from.fillMode;
      fillValue = from.fillValue;
    }
  }
}
