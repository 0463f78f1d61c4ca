package dev.espalier.augment;

import dev.espalier.data.Augmentation;
import dev.espalier.data.Image;
import dev.espalier.random.RandomStream;
import java.util.Arrays;

/**
 * Blurs some images with a bell-shaped kernel. Outside, the image is mirrored without repeating the
 * edge, as torchvision does; Keras takes black there, which darkens edges.
 *
 * @param kernelSize in pixels, odd
 * @param sigma deviation of the bell in pixels, above 0
 * @param probability share of the images, 0 to 1
 */
public record GaussianBlur(int kernelSize, Range sigma, double probability)
    implements Augmentation {
  /** Checks the ranges. */
  public GaussianBlur {
    Arguments.require(
        kernelSize >= 1 && kernelSize % 2 == 1 && kernelSize <= 255,
        "GaussianBlur with a kernel of " + kernelSize + " pixels has no middle.",
        "Give an odd number from 1 to 255.");
    Arguments.require(
        sigma.low() > 0,
        "GaussianBlur with a sigma of " + sigma + " is out of range.",
        "Give numbers above 0.");
    Arguments.requireProbability(probability, "GaussianBlur");
  }

  /** Returns the blur of every image with a sigma between these. */
  public static GaussianBlur of(int kernelSize, double lowSigma, double highSigma) {
    return new GaussianBlur(kernelSize, Range.of(lowSigma, highSigma), 1);
  }

  /** Returns this augmentation for a share of the images. */
  public GaussianBlur withProbability(double value) {
    return new GaussianBlur(kernelSize, sigma, value);
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
    float[] blended = new float[length];
    int[] columns = new int[source.width + 2 * reach];
    for (int i = 0; i < columns.length; i++) {
      columns[i] = mirrored(i - reach, source.width) * source.channels;
    }
    for (int row = 0; row < source.height; row++) {
      Arrays.fill(blended, 0);
      for (int tap = 0; tap < kernelSize; tap++) {
        int from = mirrored(row + tap - reach, source.height) * length;
        float weight = kernel[tap];
        for (int i = 0; i < length; i++) {
          blended[i] += weight * (source.bytes[from + i] & 0xff);
        }
      }
      for (int column = 0; column < source.width; column++) {
        int to = row * length + column * source.channels;
        for (int channel = 0; channel < source.channels; channel++) {
          float sum = 0;
          for (int tap = 0; tap < kernelSize; tap++) {
            sum += kernel[tap] * blended[columns[column + tap] + channel];
          }
          target.bytes[to + channel] = Raster.rounded(sum);
        }
      }
    }
    return target.image();
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

  /** Returns the place inside that {@code index} is mirrored to, the edge not repeated. */
  private static int mirrored(int index, int length) {
    if (length == 1) {
      return 0;
    }
    int position = Math.floorMod(index, 2 * length - 2);
    return position < length ? position : 2 * length - 2 - position;
  }
}
