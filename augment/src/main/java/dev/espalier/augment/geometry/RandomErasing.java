package dev.espalier.augment.geometry;

import dev.espalier.augment.Range;
import dev.espalier.augment.internal.Arguments;
import dev.espalier.augment.internal.Box;
import dev.espalier.augment.internal.Raster;
import dev.espalier.data.Augmentation;
import dev.espalier.data.Image;
import dev.espalier.random.RandomStream;

/**
 * Erases a random rectangle in some images (Zhong and others, 2017). As in Keras, the probability
 * is itself drawn from the factor, and height and width of the rectangle are the square roots of
 * two fractions of the area. Immutable and thread-safe.
 *
 * @param factor probability, 0 to 1
 * @param scale area of the rectangle as a fraction of the image area, 0 to 1
 * @param filling fill of the erased area
 */
public record RandomErasing(Range factor, Range scale, Filling filling) implements Augmentation {
  /** Checks the ranges. */
  public RandomErasing {
    factor.inside(0, 1, "RandomErasing with a factor");
    scale.inside(0, 1, "RandomErasing with a scale");
  }

  /** Returns Keras' default for a factor: scale 0.02 to 0.33, filled with noise. */
  public static RandomErasing of(double factor) {
    return new RandomErasing(
        Range.upTo(factor, 1, "RandomErasing with a factor"),
        Range.of(0.02, 0.33),
        Filling.ofNoise());
  }

  /** Returns the erasing of exactly this fraction of images. */
  public static RandomErasing withProbability(double probability) {
    Arguments.requireProbability(probability, "RandomErasing");
    return new RandomErasing(Range.only(probability), Range.of(0.02, 0.33), Filling.ofNoise());
  }

  /** Returns this augmentation with another range of areas, as fractions of the image area. */
  public RandomErasing withScale(double low, double high) {
    return new RandomErasing(factor, Range.of(low, high), filling);
  }

  /** Returns this augmentation with another filling. */
  public RandomErasing withFilling(Filling value) {
    return new RandomErasing(factor, scale, value);
  }

  @Override
  public Image apply(Image image, RandomStream random) {
    if (random.nextDouble() >= factor.draw(random)) {
      return image;
    }
    int height = (int) (Math.sqrt(scale.draw(random)) * image.height());
    int width = (int) (Math.sqrt(scale.draw(random)) * image.width());
    if (height == 0 || width == 0) {
      return image;
    }
    int top = random.nextInt(image.height() - height + 1);
    return erase(
        image, new Box(top, random.nextInt(image.width() - width + 1), height, width), random);
  }

  Image erase(Image image, Box box, RandomStream random) {
    Raster raster = Raster.copyOf(image);
    filling.fill(raster, box, random);
    return raster.image();
  }
}
