package dev.espalier.augment.color;

import dev.espalier.augment.Range;
import dev.espalier.augment.internal.Arguments;
import dev.espalier.augment.internal.Raster;
import dev.espalier.data.Augmentation;
import dev.espalier.data.Image;
import dev.espalier.random.RandomStream;
import java.util.Arrays;

/**
 * Blurs images with a Gaussian kernel, with the same standard deviation for both axes. The image is
 * extended by reflection without repeating the edge, as in torchvision. Keras pads with black
 * instead, which darkens the edges: {@link #withBlackOutside()}. Immutable and thread-safe.
 *
 * @param kernelSize kernel size in pixels, odd
 * @param sigma standard deviation of the Gaussian kernel in pixels, above 0
 * @param probability fraction of images to augment, 0 to 1
 * @param blackOutside whether to pad with black instead of by reflection
 */
public record GaussianBlur(int kernelSize, Range sigma, double probability, boolean blackOutside)
    implements Augmentation {
  /** Checks the ranges. */
  public GaussianBlur {
    Arguments.require(
        kernelSize >= 1 && kernelSize % 2 == 1 && kernelSize <= 255,
        "GaussianBlur with a kernel of " + kernelSize + " pixels has no centre.",
        "Give an odd number from 1 to 255.");
    Arguments.require(
        sigma.low() > 0,
        "GaussianBlur with a sigma of " + sigma + " is out of range.",
        "Give numbers above 0.");
    Arguments.requireProbability(probability, "GaussianBlur");
  }

  /** Returns the blur of every image with a sigma between the bounds. */
  public static GaussianBlur of(int kernelSize, double lowSigma, double highSigma) {
    return new GaussianBlur(kernelSize, Range.of(lowSigma, highSigma), 1, false);
  }

  /** Returns this augmentation for a fraction of the images. */
  public GaussianBlur withProbability(double value) {
    return new GaussianBlur(kernelSize, sigma, value, blackOutside);
  }

  /** Returns this augmentation with Keras' padding with black. */
  public GaussianBlur withBlackOutside() {
    return new GaussianBlur(kernelSize, sigma, probability, true);
  }

  @Override
  public Image apply(Image image, RandomStream random) {
    return random.nextBoolean(probability) ? blur(image, sigma.draw(random)) : image;
  }

  Image blur(Image image, double deviation) {
    float[] kernel = kernel(deviation);
    Raster source = Raster.copyOf(image);
    Raster target = Raster.blank(source.height, source.width, source.channels);
    int reach = kernelSize / 2;
    int length = source.rowLength();
    int channels = source.channels;
    int border = reach * channels;
    // One row with its padding, so that no position needs a check.
    float[] blended = new float[length + 2 * border];
    float[] sums = new float[length];
    for (int row = 0; row < source.height; row++) {
      Arrays.fill(blended, 0);
      for (int tap = 0; tap < kernelSize; tap++) {
        int place = outside(row + tap - reach, source.height);
        if (place >= 0) {
          addRow(source.bytes, place * length, kernel[tap], blended, border, length);
        }
      }
      fillBorders(blended, source.width, channels, reach);
      Arrays.fill(sums, 0);
      for (int tap = 0; tap < kernelSize; tap++) {
        float weight = kernel[tap];
        int from = tap * channels;
        for (int i = 0; i < length; i++) {
          sums[i] += weight * blended[from + i];
        }
      }
      int to = row * length;
      for (int i = 0; i < length; i++) {
        target.bytes[to + i] = Raster.rounded(sums[i]);
      }
    }
    return target.image();
  }

  private static void addRow(
      byte[] bytes, int from, float weight, float[] blended, int to, int length) {
    for (int i = 0; i < length; i++) {
      blended[to + i] += weight * (bytes[from + i] & 0xff);
    }
  }

  private void fillBorders(float[] blended, int width, int channels, int reach) {
    for (int distance = 1; distance <= reach; distance++) {
      int left = outside(-distance, width);
      int right = outside(width - 1 + distance, width);
      for (int channel = 0; left >= 0 && channel < channels; channel++) {
        blended[(reach - distance) * channels + channel] =
            blended[(reach + left) * channels + channel];
        blended[(reach + width - 1 + distance) * channels + channel] =
            blended[(reach + right) * channels + channel];
      }
    }
  }

  private float[] kernel(double deviation) {
    float[] kernel = new float[kernelSize];
    double sum = 0;
    for (int i = 0; i < kernelSize; i++) {
      double offset = (i - kernelSize / 2) / deviation;
      kernel[i] = (float) StrictMath.exp(-0.5 * offset * offset);
      sum += kernel[i];
    }
    for (int i = 0; i < kernelSize; i++) {
      kernel[i] = (float) (kernel[i] / sum);
    }
    return kernel;
  }

  /** Returns the index inside that {@code index} is reflected to, or -1 for black. */
  private int outside(int index, int length) {
    if (index >= 0 && index < length) {
      return index;
    }
    if (blackOutside) {
      return -1;
    }
    if (length == 1) {
      return 0;
    }
    int position = Math.floorMod(index, 2 * length - 2);
    return position < length ? position : 2 * length - 2 - position;
  }
}
