package dev.espalier.augment;

import dev.espalier.data.Augmentation;
import dev.espalier.data.Image;
import dev.espalier.random.RandomStream;

/**
 * Takes the colour out of some images, which keep their three channels. Images without three
 * channels stay as they are.
 *
 * @param probability share of the images, 0 to 1
 */
public record RandomGrayscale(double probability) implements Augmentation {
  /** Checks the probability. */
  public RandomGrayscale {
    Arguments.requireProbability(probability, "RandomGrayscale");
  }

  /** Returns the change of a share of the images. */
  public static RandomGrayscale of(double probability) {
    return new RandomGrayscale(probability);
  }

  @Override
  public Image apply(Image image, RandomStream random) {
    return random.nextBoolean(probability) ? RandomColorDegeneration.degenerate(image, 1) : image;
  }
}
