package dev.espalier.augment.policy;

import dev.espalier.augment.internal.Arguments;
import dev.espalier.data.Augmentation;
import dev.espalier.data.Image;
import dev.espalier.random.RandomStream;
import java.util.List;

/**
 * RandAugment (Cubuk and others, 2019) in the version that the published EfficientNet weights were
 * trained with: a few of sixteen operations, drawn with replacement, all at the same level. They
 * are the operations of {@link AutoAugment} with Pillow's arithmetic, and additionally brightness,
 * contrast, sharpness, a hole and horizontal translation. For Keras' version see {@link
 * RandAugment}. Immutable and thread-safe.
 *
 * @param operations number of operations applied in sequence, 0 or more
 * @param level strength, 0 to 30; 10 is the end of the scale in the paper
 */
public record ImageNetRandAugment(int operations, double level) implements Augmentation {
  private static final List<PolicyOperation> OPERATIONS = List.of(PolicyOperation.values());

  /** Checks the ranges. */
  public ImageNetRandAugment {
    Arguments.require(
        operations >= 0 && operations <= Arguments.MOST,
        "ImageNetRandAugment cannot apply " + operations + " operations.",
        "Give a number from 0 to " + Arguments.MOST + ".");
    Arguments.require(
        level >= 0 && level <= 30,
        "ImageNetRandAugment with a level of " + Arguments.shortest(level) + " is out of range.",
        "Give a number from 0 to 30.");
  }

  /** Returns this many operations at this level. */
  public static ImageNetRandAugment of(int operations, double level) {
    return new ImageNetRandAugment(operations, level);
  }

  @Override
  public Image apply(Image image, RandomStream random) {
    Image result = image;
    for (int i = 0; i < operations; i++) {
      PolicyOperation operation = OPERATIONS.get(random.nextInt(OPERATIONS.size()));
      result = operation.apply(result, level, PolicyOperation.Reach.RAND_AUGMENT, random.split());
    }
    return result;
  }
}
