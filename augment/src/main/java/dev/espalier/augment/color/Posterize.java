package dev.espalier.augment.color;

import dev.espalier.augment.internal.Arguments;
import dev.espalier.augment.internal.Raster;
import dev.espalier.augment.internal.Tables;
import dev.espalier.data.Augmentation;
import dev.espalier.data.Image;
import dev.espalier.random.RandomStream;

/**
 * Reduces the number of bits of each value to the highest ones. Keras' RandomPosterization with n
 * bits is {@code between(1, n - 1)}, because its upper bound is excluded. Immutable and
 * thread-safe.
 *
 * @param fewest minimum number of bits to keep, 1 to 8
 * @param most maximum number of bits to keep, at least {@code fewest}, at most 8
 */
public record Posterize(int fewest, int most) implements Augmentation {
  /** Checks the range. */
  public Posterize {
    Arguments.require(
        fewest >= 1 && fewest <= most && most <= 8,
        "Posterize cannot keep from " + fewest + " to " + most + " bits.",
        "Give numbers from 1 to 8, the smaller one first.");
  }

  /** Returns the augmentation that keeps this many bits. */
  public static Posterize bits(int bits) {
    return new Posterize(bits, bits);
  }

  /** Returns the augmentation that keeps a random number of bits, both bounds inclusive. */
  public static Posterize between(int fewest, int most) {
    return new Posterize(fewest, most);
  }

  @Override
  public Image apply(Image image, RandomStream random) {
    return posterize(image, fewest + random.nextInt(most - fewest + 1));
  }

  /** Returns the image with this many bits, 0 to 8. */
  public static Image posterize(Image image, int bits) {
    if (bits == 8) {
      return image;
    }
    int mask = 0xff << (8 - bits);
    Raster raster = Raster.copyOf(image);
    raster.lookUp(Tables.rounded(value -> value & mask));
    return raster.image();
  }
}
