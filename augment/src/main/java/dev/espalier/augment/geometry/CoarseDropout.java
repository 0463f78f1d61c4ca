package dev.espalier.augment.geometry;

import dev.espalier.augment.Range;
import dev.espalier.augment.internal.Arguments;
import dev.espalier.augment.internal.Box;
import dev.espalier.augment.internal.Raster;
import dev.espalier.data.Augmentation;
import dev.espalier.data.Image;
import dev.espalier.random.RandomStream;

/**
 * Erases several random rectangles, which may overlap. Their centres are anywhere in the image, so
 * rectangles at the edge are cut off; one square hole is Cutout (DeVries and Taylor, 2017).
 * Immutable and thread-safe.
 *
 * @param fewest minimum number of rectangles, 0 or more
 * @param most maximum number of rectangles, at least {@code fewest}
 * @param size height and width of a rectangle as fractions of those of the image, 0 to 1; drawn for
 *     each rectangle and axis
 * @param filling fill of the erased areas
 */
public record CoarseDropout(int fewest, int most, Range size, Filling filling)
    implements Augmentation {
  /** Checks the ranges. */
  public CoarseDropout {
    Arguments.require(
        fewest >= 0 && fewest <= most && most <= Arguments.MOST,
        "CoarseDropout cannot make from " + fewest + " to " + most + " holes.",
        "Give numbers from 0 to " + Arguments.MOST + ", the smaller one first.");
    size.inside(0, 1, "CoarseDropout with a size");
  }

  /**
   * Returns an augmentation that erases up to this many holes of up to this fraction of height and
   * width.
   */
  public static CoarseDropout of(int most, double size) {
    return new CoarseDropout(
        1, most, Range.upTo(size, 1, "CoarseDropout with a size"), Filling.of(0));
  }

  /**
   * Returns one square hole with a side of this fraction of height and width, filled with grey of
   * 128.
   */
  public static CoarseDropout cutout(double size) {
    return new CoarseDropout(1, 1, Range.only(size), Filling.of(128));
  }

  /** Returns this augmentation with another filling. */
  public CoarseDropout withFilling(Filling value) {
    return new CoarseDropout(fewest, most, size, value);
  }

  @Override
  public Image apply(Image image, RandomStream random) {
    int holes = fewest + random.nextInt(most - fewest + 1);
    if (holes == 0 || size.high() == 0) {
      return image;
    }
    Raster raster = Raster.copyOf(image);
    for (int hole = 0; hole < holes; hole++) {
      int halfHeight = (int) Math.rint(size.draw(random) * raster.height / 2);
      int halfWidth = (int) Math.rint(size.draw(random) * raster.width / 2);
      int row = random.nextInt(raster.height);
      Box box = around(raster, row, random.nextInt(raster.width), halfHeight, halfWidth);
      if (box.height() > 0 && box.width() > 0) {
        filling.fill(raster, box, random);
      }
    }
    return raster.image();
  }

  /** Returns the intersection of a square about a pixel with the image. */
  public static Box around(Raster raster, int row, int column, int halfHeight, int halfWidth) {
    int top = Math.max(0, row - halfHeight);
    int left = Math.max(0, column - halfWidth);
    int bottom = Math.min(raster.height, row + halfHeight);
    int right = Math.min(raster.width, column + halfWidth);
    return new Box(top, left, bottom - top, right - left);
  }
}
