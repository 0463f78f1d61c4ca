package dev.espalier.augment.color;

import dev.espalier.augment.Range;
import dev.espalier.augment.internal.Raster;
import dev.espalier.augment.internal.Tables;
import dev.espalier.data.Augmentation;
import dev.espalier.data.Image;
import dev.espalier.random.RandomStream;

/**
 * Adjusts brightness: adds the same random amount to every pixel value. Immutable and thread-safe.
 *
 * @param factor value to add, as a fraction of 255, -1 to 1
 */
public record RandomBrightness(Range factor) implements Augmentation {
  /** Checks the range. */
  public RandomBrightness {
    factor.inside(-1, 1, "RandomBrightness with a factor");
  }

  /** Returns a change by up to {@code factor} in either direction. */
  public static RandomBrightness of(double factor) {
    return new RandomBrightness(Range.within(Math.abs(factor)));
  }

  @Override
  public Image apply(Image image, RandomStream random) {
    return brighten(image, factor.draw(random));
  }

  static Image brighten(Image image, double factor) {
    if (factor == 0) {
      return image;
    }
    float delta = (float) (factor * 255);
    Raster raster = Raster.copyOf(image);
    raster.lookUp(Tables.rounded(value -> value + delta));
    return raster.image();
  }
}
