package dev.espalier.augment.color;

import dev.espalier.augment.internal.Arguments;
import dev.espalier.augment.internal.Raster;
import dev.espalier.augment.internal.Tables;
import dev.espalier.data.Augmentation;
import dev.espalier.data.Image;
import dev.espalier.random.RandomStream;

/**
 * Inverts all pixel values of some images: {@code 255 - x}. Immutable and thread-safe.
 *
 * @param probability fraction of images to augment, 0 to 1
 */
public record RandomInvert(double probability) implements Augmentation {
  /** Checks the probability. */
  public RandomInvert {
    Arguments.requireProbability(probability, "RandomInvert");
  }

  /** Returns this augmentation of a fraction of the images. */
  public static RandomInvert of(double probability) {
    return new RandomInvert(probability);
  }

  @Override
  public Image apply(Image image, RandomStream random) {
    return random.nextBoolean(probability) ? invert(image) : image;
  }

  public static Image invert(Image image) {
    Raster raster = Raster.copyOf(image);
    raster.lookUp(Tables.rounded(value -> 255 - value));
    return raster.image();
  }
}
