package dev.espalier.augment.mix;

import dev.espalier.augment.Range;
import dev.espalier.augment.internal.Box;
import dev.espalier.augment.internal.Distributions;
import dev.espalier.augment.internal.Raster;
import dev.espalier.data.BatchAugmentation;
import dev.espalier.data.Image;
import dev.espalier.data.ImageBatch;
import dev.espalier.random.RandomStream;
import java.util.ArrayList;
import java.util.List;

/**
 * CutMix (Yun and others, 2019): pastes a patch of another image of the batch into each image and
 * mixes the labels in proportion to its area. As in Keras, the alpha of the beta distribution is
 * drawn for each batch, the partners are a random permutation of the batch, and the patch is
 * entirely inside the image. Its edges may lie between pixels, so the mixed label may differ from
 * the pasted pixels by less than a row and a column. Immutable and thread-safe.
 *
 * @param factor range from which alpha is drawn, 0 to 1
 */
public record CutMix(Range factor) implements BatchAugmentation {
  /** Checks the range. */
  public CutMix {
    factor.inside(0, 1, "CutMix with a factor");
  }

  /** Returns the mixture with an alpha between 0 and 1, Keras' default. */
  public static CutMix standard() {
    return of(1);
  }

  /** Returns the mixture with an alpha between 0 and {@code factor}. */
  public static CutMix of(double factor) {
    return new CutMix(Range.upTo(factor, 1, "CutMix with a factor"));
  }

  /** Returns the mixture with one alpha, above 0 and at most 1. */
  public static CutMix withAlpha(double alpha) {
    return new CutMix(Range.only(alpha));
  }

  @Override
  public ImageBatch apply(ImageBatch batch, RandomStream random) {
    int count = batch.images().size();
    double alpha = factor.draw(random) + 1e-6;
    int[] partners = random.permutation(count);
    double[] sides = new double[count];
    double[] tops = new double[count];
    double[] lefts = new double[count];
    for (int i = 0; i < count; i++) {
      sides[i] = Math.sqrt(1 - Distributions.beta(alpha, random));
      tops[i] = random.nextDouble() * (1 - sides[i]);
      lefts[i] = random.nextDouble() * (1 - sides[i]);
    }
    return paste(batch, partners, sides, tops, lefts);
  }

  /** Pastes patches whose sizes and positions are fractions of height and width. */
  static ImageBatch paste(
      ImageBatch batch, int[] partners, double[] sides, double[] tops, double[] lefts) {
    List<Image> images = new ArrayList<>();
    float[] kept = new float[partners.length];
    for (int i = 0; i < partners.length; i++) {
      Image own = batch.images().get(i);
      if (partners[i] == i) {
        images.add(own);
        kept[i] = 1;
        continue;
      }
      Box part =
          Box.between(
              tops[i] * own.height(),
              lefts[i] * own.width(),
              (tops[i] + sides[i]) * own.height(),
              (lefts[i] + sides[i]) * own.width(),
              own);
      images.add(pasted(own, batch.images().get(partners[i]), part));
      kept[i] = (float) (1 - sides[i] * sides[i]);
    }
    return new ImageBatch(images, batch.labels().mixed(kept, partners));
  }

  private static Image pasted(Image own, Image other, Box part) {
    if (part.height() == 0 || part.width() == 0) {
      return own;
    }
    Raster target = Raster.copyOf(own);
    Raster source = Raster.copyOf(other);
    for (int row = part.top(); row < part.top() + part.height(); row++) {
      int from = (row * target.width + part.left()) * target.channels;
      System.arraycopy(source.bytes, from, target.bytes, from, part.width() * target.channels);
    }
    return target.image();
  }
}
