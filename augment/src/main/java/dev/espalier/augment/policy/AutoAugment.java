package dev.espalier.augment.policy;

import dev.espalier.data.Augmentation;
import dev.espalier.data.Image;
import dev.espalier.random.RandomStream;
import java.util.List;

/**
 * AutoAugment (Cubuk and others, 2018) with the policy for ImageNet, in the version that the
 * published EfficientNet weights were trained with: one of 25 pairs of operations, each with its
 * own probability and level. Designed for images of about 224 pixels; it translates by up to 250
 * pixels. Immutable and thread-safe.
 */
public record AutoAugment() implements Augmentation {
  private static final List<Pair> POLICY =
      List.of(
          pair(PolicyOperation.EQUALIZE, .8, 1, PolicyOperation.SHEAR_Y, .8, 4),
          pair(PolicyOperation.COLOR, .4, 9, PolicyOperation.EQUALIZE, .6, 3),
          pair(PolicyOperation.COLOR, .4, 1, PolicyOperation.ROTATE, .6, 8),
          pair(PolicyOperation.SOLARIZE, .8, 3, PolicyOperation.EQUALIZE, .4, 7),
          pair(PolicyOperation.SOLARIZE, .4, 2, PolicyOperation.SOLARIZE, .6, 2),
          pair(PolicyOperation.COLOR, .2, 0, PolicyOperation.EQUALIZE, .8, 8),
          pair(PolicyOperation.EQUALIZE, .4, 8, PolicyOperation.SOLARIZE_ADD, .8, 3),
          pair(PolicyOperation.SHEAR_X, .2, 9, PolicyOperation.ROTATE, .6, 8),
          pair(PolicyOperation.COLOR, .6, 1, PolicyOperation.EQUALIZE, 1, 2),
          pair(PolicyOperation.INVERT, .4, 9, PolicyOperation.ROTATE, .6, 0),
          pair(PolicyOperation.EQUALIZE, 1, 9, PolicyOperation.SHEAR_Y, .6, 3),
          pair(PolicyOperation.COLOR, .4, 7, PolicyOperation.EQUALIZE, .6, 0),
          pair(PolicyOperation.POSTERIZE, .4, 6, PolicyOperation.AUTO_CONTRAST, .4, 7),
          pair(PolicyOperation.SOLARIZE, .6, 8, PolicyOperation.COLOR, .6, 9),
          pair(PolicyOperation.SOLARIZE, .2, 4, PolicyOperation.ROTATE, .8, 9),
          pair(PolicyOperation.ROTATE, 1, 7, PolicyOperation.TRANSLATE_Y, .8, 9),
          pair(PolicyOperation.SHEAR_X, 0, 0, PolicyOperation.SOLARIZE, .8, 4),
          pair(PolicyOperation.SHEAR_Y, .8, 0, PolicyOperation.COLOR, .6, 4),
          pair(PolicyOperation.COLOR, 1, 0, PolicyOperation.ROTATE, .6, 2),
          pair(PolicyOperation.EQUALIZE, .8, 4, PolicyOperation.EQUALIZE, 0, 8),
          pair(PolicyOperation.EQUALIZE, 1, 4, PolicyOperation.AUTO_CONTRAST, .6, 2),
          pair(PolicyOperation.SHEAR_Y, .4, 7, PolicyOperation.SOLARIZE_ADD, .6, 7),
          pair(PolicyOperation.POSTERIZE, .8, 2, PolicyOperation.SOLARIZE, .6, 10),
          pair(PolicyOperation.SOLARIZE, .6, 8, PolicyOperation.EQUALIZE, .6, 1),
          pair(PolicyOperation.COLOR, .8, 6, PolicyOperation.ROTATE, .4, 5));

  /** Returns the policy for ImageNet. */
  public static AutoAugment imagenet() {
    return new AutoAugment();
  }

  @Override
  public Image apply(Image image, RandomStream random) {
    Pair pair = POLICY.get(random.nextInt(POLICY.size()));
    return pair.second().apply(pair.first().apply(image, random.split()), random.split());
  }

  private static Pair pair(
      PolicyOperation first,
      double firstProbability,
      int firstLevel,
      PolicyOperation second,
      double secondProbability,
      int secondLevel) {
    return new Pair(
        new Step(first, firstProbability, firstLevel),
        new Step(second, secondProbability, secondLevel));
  }

  private record Pair(Step first, Step second) {}

  private record Step(PolicyOperation operation, double probability, int level) {
    Image apply(Image image, RandomStream random) {
      return random.nextBoolean(probability)
          ? operation.apply(image, level, PolicyOperation.Reach.AUTO_AUGMENT, random)
          : image;
    }
  }
}
