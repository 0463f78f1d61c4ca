package dev.espalier.augment;

import dev.espalier.data.Augmentation;
import dev.espalier.data.Image;
import dev.espalier.random.RandomStream;

/**
 * Applies an augmentation to some of the images.
 *
 * @param probability share of the images, 0 to 1
 * @param augmentation what is applied to them
 */
public record RandomApply(double probability, Augmentation augmentation) implements Augmentation {
  /** Checks the probability. */
  public RandomApply {
    Arguments.requireProbability(probability, "RandomApply");
  }

  /** Returns the augmentation that acts with this probability. */
  public static RandomApply of(double probability, Augmentation augmentation) {
    return new RandomApply(probability, augmentation);
  }

  @Override
  public Image apply(Image image, RandomStream random) {
    return random.nextBoolean(probability) ? augmentation.apply(image, random.split()) : image;
  }
}
