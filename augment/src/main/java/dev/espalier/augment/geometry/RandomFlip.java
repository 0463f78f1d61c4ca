package dev.espalier.augment.geometry;

import dev.espalier.augment.internal.Pixels;
import dev.espalier.augment.internal.Raster;
import dev.espalier.data.Augmentation;
import dev.espalier.data.Image;
import dev.espalier.random.RandomStream;

/**
 * Flips images at random, each with a probability of one half. Immutable and thread-safe.
 *
 * @param direction axes to flip along
 * @param independent whether the two axes of {@link Direction#HORIZONTAL_AND_VERTICAL} are flipped
 *     independently, as in TensorFlow 2.3. Keras 3 decides both together, so that an image is
 *     either unchanged or rotated by half a turn
 */
public record RandomFlip(Direction direction, boolean independent) implements Augmentation {
  /** The axes along which images are flipped. */
  public enum Direction {
    /** Exchanges left and right. */
    HORIZONTAL,
    /** Exchanges top and bottom. */
    VERTICAL,
    /** Both. */
    HORIZONTAL_AND_VERTICAL
  }

  /** Returns the flip that exchanges left and right. */
  public static RandomFlip horizontal() {
    return new RandomFlip(Direction.HORIZONTAL, false);
  }

  /** Returns the flip that exchanges up and down. */
  public static RandomFlip vertical() {
    return new RandomFlip(Direction.VERTICAL, false);
  }

  /** Returns the flip along both axes at once, as Keras 3 does it by default. */
  public static RandomFlip horizontalAndVertical() {
    return new RandomFlip(Direction.HORIZONTAL_AND_VERTICAL, false);
  }

  /** Returns the flip along each axis with probability 1/2, as TensorFlow 2.3 does by default. */
  public static RandomFlip independentAxes() {
    return new RandomFlip(Direction.HORIZONTAL_AND_VERTICAL, true);
  }

  @Override
  public Image apply(Image image, RandomStream random) {
    boolean first = random.nextDouble() <= 0.5;
    boolean second = independent ? random.nextDouble() <= 0.5 : first;
    return flip(
        image,
        first && direction != Direction.VERTICAL,
        (direction == Direction.VERTICAL ? first : second) && direction != Direction.HORIZONTAL);
  }

  static Image flip(Image image, boolean horizontal, boolean vertical) {
    if (!horizontal && !vertical) {
      return image;
    }
    Raster source = Raster.copyOf(image);
    Raster target = Raster.blank(source.height, source.width, source.channels);
    int length = source.rowLength();
    int channels = source.channels;
    for (int row = 0; row < source.height; row++) {
      int from = (vertical ? source.height - 1 - row : row) * length;
      if (!horizontal) {
        System.arraycopy(source.bytes, from, target.bytes, row * length, length);
        continue;
      }
      mirror(source.bytes, from, target.bytes, row * length, length, channels);
    }
    return target.image();
  }

  private static void mirror(
      byte[] source, int from, byte[] target, int start, int length, int channels) {
    if (channels == 3) {
      Pixels.reverse(source, from, target, start, length / 3);
      return;
    }
    int to = start;
    for (int end = from + length - channels; end >= from; end -= channels) {
      for (int channel = 0; channel < channels; channel++) {
        target[to++] = source[end + channel];
      }
    }
  }
}
