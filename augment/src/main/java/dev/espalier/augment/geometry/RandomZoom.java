package dev.espalier.augment.geometry;

import dev.espalier.augment.Range;
import dev.espalier.augment.internal.Arguments;
import dev.espalier.data.Augmentation;
import dev.espalier.data.Image;
import dev.espalier.random.RandomStream;
import java.util.function.Consumer;

/**
 * Zooms in or out about the centre by a random factor, keeping the image size. Immutable and
 * thread-safe.
 *
 * @param height vertical zoom factor, above -1 and at most 1; positive values zoom out, negative
 *     values zoom in
 * @param width horizontal zoom factor, likewise
 * @param keepAspectRatio whether the width uses the factor drawn for the height
 * @param interpolation interpolation method, nearest or bilinear
 * @param fillMode how pixels beyond the edge are filled
 * @param fillValue pixel value for {@link FillMode#CONSTANT}, 0 to 255
 */
public record RandomZoom(
    Range height,
    Range width,
    boolean keepAspectRatio,
    Interpolation interpolation,
    FillMode fillMode,
    int fillValue)
    implements Augmentation {
  /** Checks the ranges. */
  public RandomZoom {
    check(height, "height");
    check(width, "width");
    Border.check("RandomZoom", interpolation, fillValue);
  }

  private static void check(Range factor, String axis) {
    Arguments.require(
        factor.low() > -1 && factor.high() <= 1,
        "RandomZoom with a " + axis + " of " + factor + " is out of range.",
        "Give numbers above -1 and at most 1.");
  }

  /**
   * Returns the zoom by up to {@code factor} in either direction: bilinear interpolation, fill by
   * reflection.
   */
  public static RandomZoom of(double factor) {
    return of(Range.within(Math.abs(factor)));
  }

  /**
   * Returns the zoom of both axes by the same factor: bilinear interpolation, fill by reflection.
   */
  public static RandomZoom of(Range factor) {
    return new RandomZoom(factor, factor, true, Interpolation.BILINEAR, FillMode.REFLECT, 0);
  }

  /**
   * Returns the zoom of each axis by its own factor: bilinear interpolation, fill by reflection.
   */
  public static RandomZoom of(Range height, Range width) {
    return new RandomZoom(height, width, false, Interpolation.BILINEAR, FillMode.REFLECT, 0);
  }

  /** Returns this augmentation with another interpolation. */
  public RandomZoom withInterpolation(Interpolation value) {
    return with(copy -> copy.interpolation = value);
  }

  /** Returns this augmentation with another fill of pixels beyond the edge. */
  public RandomZoom withFill(FillMode mode, int value) {
    return with(
        copy -> {
          copy.fillMode = mode;
          copy.fillValue = value;
        });
  }

  @Override
  public Image apply(Image image, RandomStream random) {
    double rows = height.draw(random);
    return zoom(image, rows, keepAspectRatio ? rows : width.draw(random));
  }

  Image zoom(Image image, double rows, double columns) {
    return Affine.zoom(rows, columns, image.height(), image.width())
        .apply(image, interpolation, fillMode, fillValue);
  }

  private RandomZoom with(Consumer<Copy> change) {
    Copy copy = new Copy(this);
    change.accept(copy);
    return new RandomZoom(
        height, width, keepAspectRatio, copy.interpolation, copy.fillMode, copy.fillValue);
  }

  /** Changes only while {@link #with} makes a copy. */
  private static final class Copy {
    private Interpolation interpolation;
    private FillMode fillMode;
    private int fillValue;

    Copy(RandomZoom from) {
      interpolation = from.interpolation;
      fillMode = from.fillMode;
      fillValue = from.fillValue;
    }
  }
}
