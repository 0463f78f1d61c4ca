package dev.espalier.augment.color;

import dev.espalier.augment.Range;
import dev.espalier.augment.internal.Arguments;
import dev.espalier.augment.internal.Raster;
import dev.espalier.augment.internal.Tables;
import dev.espalier.data.Augmentation;
import dev.espalier.data.Image;
import dev.espalier.random.RandomStream;

/**
 * Adjusts contrast about the mean of each channel of the image: {@code (x - mean) * multiplier +
 * mean}. Immutable and thread-safe.
 *
 * @param multiplier 1 leaves images unchanged, 0 makes each channel uniform; 0 to 2
 */
public record RandomContrast(Range multiplier) implements Augmentation {
  /** Checks the range. */
  public RandomContrast {
    multiplier.inside(0, 2, "RandomContrast with a multiplier");
  }

  /**
   * Returns Keras 3's meaning of a single factor: the multiplier is between 1 and {@code 1 +
   * factor}, so contrast only increases.
   */
  public static RandomContrast of(double factor) {
    return of(0, factor);
  }

  /**
   * Returns TensorFlow 2.3's meaning of a single factor: the multiplier is between {@code 1 -
   * factor} and {@code 1 + factor}. Here it is drawn per image and values are clipped, whereas
   * TensorFlow 2.3 drew one per batch and did not clip.
   */
  public static RandomContrast ofTensorFlow23(double factor) {
    return of(factor, factor);
  }

  /** Returns a change with a multiplier between {@code 1 - lower} and {@code 1 + upper}. */
  public static RandomContrast of(double lower, double upper) {
    Arguments.require(
        lower >= 0 && lower <= 1 && upper >= 0 && upper <= 1,
        "RandomContrast with factors of "
            + Arguments.shortest(lower)
            + " and "
            + Arguments.shortest(upper)
            + " is out of range.",
        "Give numbers from 0 to 1.");
    return new RandomContrast(Range.of(1 - lower, 1 + upper));
  }

  @Override
  public Image apply(Image image, RandomStream random) {
    return contrast(image, multiplier.draw(random));
  }

  static Image contrast(Image image, double multiplier) {
    if (multiplier == 1) {
      return image;
    }
    Raster raster = Raster.copyOf(image);
    float factor = (float) multiplier;
    byte[][] tables = new byte[raster.channels][];
    for (int channel = 0; channel < raster.channels; channel++) {
      long sum = 0;
      for (int i = channel; i < raster.bytes.length; i += raster.channels) {
        sum += raster.bytes[i] & 0xff;
      }
      float mean = (float) ((double) sum / (raster.height * raster.width));
      tables[channel] = Tables.rounded(value -> (value - mean) * factor + mean);
    }
    raster.lookUp(tables);
    return raster.image();
  }
}
