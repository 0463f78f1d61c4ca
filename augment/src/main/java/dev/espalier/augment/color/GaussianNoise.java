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
 * @param standardDeviation standard deviation of the noise in pixel values, 0 to 255; drawn for
 *     each image
 */
public record GaussianNoise(Range standardDeviation) implements Augmentation {
  /** Checks the range. */
  public GaussianNoise {
    standardDeviation.inside(0, 255, "GaussianNoise with a standard deviation");
  }

  /** Returns noise whose standard deviation is drawn from 0 to {@code maximum}. */
  public static GaussianNoise of(double maximum) {
    return new GaussianNoise(Range.upTo(maximum, 255, "GaussianNoise with a standard deviation"));
  }

  @Override
  public Image apply(Image image, RandomStream random) {
    float strength = (float) standardDeviation.draw(random);
    if (strength == 0) {
      return image;
    }
    Raster raster = Raster.copyOf(image);
    NormalQuantiles.addTo(raster, strength, random);
    return raster.image();
  }
}
