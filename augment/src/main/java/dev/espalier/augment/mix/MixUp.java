package dev.espalier.augment.mix;

import dev.espalier.augment.internal.Arguments;
import dev.espalier.augment.internal.Distributions;
import dev.espalier.augment.internal.Raster;
import dev.espalier.data.BatchAugmentation;
import dev.espalier.data.Image;
import dev.espalier.data.ImageBatch;
import dev.espalier.random.RandomStream;
import java.util.ArrayList;
import java.util.List;

/**
 * MixUp (Zhang and others, 2017): blends each image of a batch with another one, and their labels
 * in the same ratio: {@code ratio * own + (1 - ratio) * other}. As in Keras, the partners are a
 * random permutation of the batch, and each sample draws its own ratio from the beta distribution.
 * Immutable and thread-safe.
 *
 * @param alpha parameter of the beta distribution, above 0; small values leave most images nearly
 *     unmixed
 */
public record MixUp(double alpha) implements BatchAugmentation {
  /** Checks the range. */
  public MixUp {
    Arguments.require(
        alpha > 0 && Double.isFinite(alpha),
        "MixUp with an alpha of " + Arguments.shortest(alpha) + " is out of range.",
        "Give a number above 0.");
  }

  /** Returns the blend with an alpha of 0.2, Keras' default. */
  public static MixUp standard() {
    return new MixUp(0.2);
  }

  /** Returns the blend with this alpha. */
  public static MixUp of(double alpha) {
    return new MixUp(alpha);
  }

  @Override
  public ImageBatch apply(ImageBatch batch, RandomStream random) {
    int count = batch.images().size();
    int[] partners = random.permutation(count);
    float[] kept = new float[count];
    for (int i = 0; i < count; i++) {
      kept[i] = (float) Distributions.beta(alpha, random);
    }
    return mix(batch, kept, partners);
  }

  static ImageBatch mix(ImageBatch batch, float[] kept, int[] partners) {
    List<Image> images = new ArrayList<>();
    float[] shares = kept.clone();
    for (int i = 0; i < partners.length; i++) {
      if (partners[i] == i) {
        shares[i] = 1;
      }
      images.add(blend(batch.images().get(i), batch.images().get(partners[i]), shares[i]));
    }
    return new ImageBatch(images, batch.labels().mixed(shares, partners));
  }

  private static Image blend(Image own, Image other, float share) {
    if (share == 1) {
      return own;
    }
    Raster result = Raster.copyOf(own);
    byte[] bytes = result.bytes;
    byte[] added = Raster.copyOf(other).bytes;
    float rest = 1 - share;
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = Raster.rounded(share * (bytes[i] & 0xff) + rest * (added[i] & 0xff));
    }
    return result.image();
  }
}
