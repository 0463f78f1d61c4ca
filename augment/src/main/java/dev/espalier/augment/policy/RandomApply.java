package dev.espalier.augment.policy;

import dev.espalier.augment.internal.Arguments;
import dev.espalier.data.Augmentation;
import dev.espalier.data.Image;
import dev.espalier.random.RandomStream;
import java.util.List;

/**
 * Applies augmentations in sequence to a random subset of the images and leaves the others
 * unchanged. Each augmentation draws from its own stream of random numbers, as in a {@link Chain}.
 * Immutable and thread-safe.
 *
 * @param probability fraction of images to augment, 0 to 1
 * @param augmentations augmentations to apply, first to last; at least one
 */
public record RandomApply(double probability, List<Augmentation> augmentations)
    implements Augmentation {
  /** Copies the list and checks both. */
  public RandomApply {
    Arguments.requireProbability(probability, "RandomApply");
    augmentations = List.copyOf(augmentations);
    Arguments.require(
        !augmentations.isEmpty(),
        "RandomApply has nothing to apply.",
        "Give at least one augmentation.");
  }

  /** Returns the augmentation that applies these with this probability. */
  public static RandomApply of(double probability, Augmentation... augmentations) {
    return new RandomApply(probability, List.of(augmentations));
  }

  @Override
  public Image apply(Image image, RandomStream random) {
    return random.nextBoolean(probability) ? new Chain(augmentations).apply(image, random) : image;
  }
}
