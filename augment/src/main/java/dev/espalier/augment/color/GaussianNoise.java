package dev.espalier.augment.color;

import dev.espalier.augment.Range;
import dev.espalier.augment.internal.NormalQuantiles;
import dev.espalier.augment.internal.Raster;
import dev.espalier.data.Augmentation;
import dev.espalier.data.Image;
import dev.espalier.random.RandomStream;

/**
 * Adds Gaussian noise to every pixel value. Immutable and thread-safe.
 *
 * @param deviation standard deviation of the noise in pixel values, 0 to 255; drawn for each image
 */
public record GaussianNoise(Range deviation) implements Augmentation {
  /** Checks the range. */
  public GaussianNoise {
    deviation.inside(0, 255, "GaussianNoise with a standard deviation");
  }

  /** Returns noise whose standard deviation is drawn from 0 to {@code deviation}. */
  public static GaussianNoise of(double deviation) {
    return new GaussianNoise(Range.upTo(deviation, 255, "GaussianNoise with a standard deviation"));
  }

  @Override
  public Image apply(Image image, RandomStream random) {
    float strength = (float) deviation.draw(random);
    if (strength == 0) {
      return image;
    }
    Raster raster = Raster.copyOf(image);
    NormalQuantiles.addTo(raster, strength, random);
    return raster.image();
  }
}
