package dev.espalier.augment.color;

import dev.espalier.augment.Range;
import dev.espalier.augment.internal.Raster;
import dev.espalier.augment.internal.Tables;
import dev.espalier.data.Augmentation;
import dev.espalier.data.Image;
import dev.espalier.random.RandomStream;

/**
 * Inverts bright pixel values: {@code v = x + addition} becomes {@code 255 - v} unless it is below
 * the threshold. Immutable and thread-safe.
 *
 * @param addition value added to every pixel before, 0 to 255
 * @param threshold threshold, 0 to 255
 */
public record Solarize(Range addition, Range threshold) implements Augmentation {
  /** Checks the ranges. */
  public Solarize {
    addition.inside(0, 255, "Solarize with an addition");
    threshold.inside(0, 255, "Solarize with a threshold");
  }

  /** Returns the change at one threshold with nothing added. */
  public static Solarize at(int threshold) {
    return new Solarize(Range.only(0), Range.only(threshold));
  }

  /** Returns the change with random additions and thresholds. */
  public static Solarize of(Range addition, Range threshold) {
    return new Solarize(addition, threshold);
  }

  @Override
  public Image apply(Image image, RandomStream random) {
    double added = addition.draw(random);
    return solarize(image, added, threshold.draw(random));
  }

  public static Image solarize(Image image, double addition, double threshold) {
    Raster raster = Raster.copyOf(image);
    raster.lookUp(
        Tables.rounded(
            value -> {
              double sum = value + addition;
              return (float) (sum < threshold ? sum : 255 - sum);
            }));
    return raster.image();
  }
}
