package dev.espalier.augment;

import dev.espalier.data.Augmentation;
import dev.espalier.data.Image;
import dev.espalier.random.RandomStream;

/**
 * Mixes images with their grey copies. Images without three channels stay as they are.
 *
 * @param factor share of grey, 0 to 1
 */
public record RandomColorDegeneration(Range factor) implements Augmentation {
  /** Checks the range. */
  public RandomColorDegeneration {
    factor.inside(0, 1, "RandomColorDegeneration with a factor");
  }

  /** Returns the change by up to {@code factor}. */
  public static RandomColorDegeneration of(double factor) {
    return new RandomColorDegeneration(
        Range.upTo(factor, 1, "RandomColorDegeneration with a factor"));
  }

  @Override
  public Image apply(Image image, RandomStream random) {
    return degenerate(image, factor.draw(random));
  }

  static Image degenerate(Image image, double factor) {
    if (image.channels() != 3 || factor == 0) {
      return image;
    }
    Raster raster = Raster.copyOf(image);
    byte[] bytes = raster.bytes;
    float grey = (float) factor;
    for (int i = 0; i < bytes.length; i += 3) {
      float luminance = Luminance.of(bytes, i) * grey;
      for (int channel = 0; channel < 3; channel++) {
        bytes[i + channel] = Raster.rounded((bytes[i + channel] & 0xff) * (1 - grey) + luminance);
      }
    }
    return raster.image();
  }
}
