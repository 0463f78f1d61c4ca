package dev.espalier.augment.color;

import dev.espalier.augment.internal.Arguments;
import dev.espalier.data.Augmentation;
import dev.espalier.data.Image;
import dev.espalier.random.RandomStream;

/**
 * Converts images to grayscale at random; they keep their three channels. Images without exactly
 * three channels are unchanged. Immutable and thread-safe.
 *
 * @param probability fraction of images to augment, 0 to 1
 */
public record RandomGrayscale(double probability) implements Augmentation {
  /** Checks the probability. */
  public RandomGrayscale {
    Arguments.requireProbability(probability, "RandomGrayscale");
  }

  /** Returns this augmentation of a fraction of the images. */
  public static RandomGrayscale of(double probability) {
    return new RandomGrayscale(probability);
  }

  @Override
  public Image apply(Image image, RandomStream random) {
    return random.nextBoolean(probability) ? RandomColorDegeneration.degenerate(image, 1) : image;
  }
}
