package dev.espalier.augment.policy;

import dev.espalier.augment.geometry.Border;
import dev.espalier.augment.geometry.Interpolation;
import dev.espalier.augment.internal.Arguments;
import dev.espalier.augment.internal.Distributions;
import dev.espalier.augment.internal.Raster;
import dev.espalier.data.Augmentation;
import dev.espalier.data.Image;
import dev.espalier.random.RandomStream;
import java.util.List;

/**
 * AugMix (Hendrycks and others, 2020), as in Keras: mixes an image with several augmented copies of
 * itself, {@code m * x + (1 - m) * (w1 * copy1 + w2 * copy2 + ...)}, where w is drawn from a
 * Dirichlet and m from a beta distribution. Each copy passes through a chain of the augmentations
 * of {@link RandAugment}, some of which may be skipped. Immutable and thread-safe.
 *
 * @param chains number of augmentation chains to mix, 1 or more
 * @param depth number of augmentations in each chain, 1 or more
 * @param factor maximum strength of the augmentations, 0 to 1
 * @param alpha parameter of both distributions, above 0; with 1 all mixtures are equally likely
 * @param all whether to include brightness, color degeneration, contrast and sharpness
 * @param interpolation interpolation method, nearest or bilinear
 */
public record AugMix(
    int chains, int depth, double factor, double alpha, boolean all, Interpolation interpolation)
    implements Augmentation {
  /** Checks the ranges. */
  public AugMix {
    Arguments.require(
        chains >= 1 && depth >= 1 && chains <= Arguments.MOST && depth <= Arguments.MOST,
        "AugMix cannot mix " + chains + " chains of " + depth + " changes.",
        "Give numbers from 1 to " + Arguments.MOST + ".");
    Arguments.require(
        factor >= 0 && factor <= 1,
        "AugMix with a factor of " + Arguments.shortest(factor) + " is out of range.",
        "Give a number from 0 to 1.");
    Arguments.require(
        alpha > 0 && Double.isFinite(alpha),
        "AugMix with an alpha of " + Arguments.shortest(alpha) + " is out of range.",
        "Give a number above 0.");
    Border.check("AugMix", interpolation, 0);
  }

  /**
   * Returns three chains of up to three augmentations with a strength up to 0.3, Keras' default.
   */
  public static AugMix standard() {
    return new AugMix(3, 3, 0.3, 1, true, Interpolation.BILINEAR);
  }

  @Override
  public Image apply(Image image, RandomStream random) {
    double[] weights = Distributions.dirichlet(chains, alpha, random);
    float original = (float) Distributions.beta(alpha, random);
    List<Augmentation> choices = RandAugment.choices(factor, interpolation, all);
    Raster raster = Raster.copyOf(image);
    byte[] bytes = raster.bytes;
    float[] mixed = new float[bytes.length];
    for (int i = 0; i < mixed.length; i++) {
      mixed[i] = original * (bytes[i] & 0xff);
    }
    for (double weight : weights) {
      byte[] copy = Raster.copyOf(changed(image, choices, random.split())).bytes;
      float share = (1 - original) * (float) weight;
      for (int i = 0; i < mixed.length; i++) {
        mixed[i] += share * (copy[i] & 0xff);
      }
    }
    for (int i = 0; i < mixed.length; i++) {
      bytes[i] = Raster.rounded(mixed[i]);
    }
    return raster.image();
  }

  private Image changed(Image image, List<Augmentation> choices, RandomStream random) {
    Image result = image;
    for (int i = 0; i < depth; i++) {
      int choice = random.nextInt(choices.size() + 1);
      if (choice < choices.size()) {
        result = choices.get(choice).apply(result, random.split());
      }
    }
    return result;
  }
}
