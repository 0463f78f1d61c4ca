package dev.espalier.data;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.Shape;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * An image: uint8 pixel values from 0 to 255 in the order {@code [height, width, channels]}.
 * Immutable and thread-safe, provided that an array passed to {@link #wrap} is not changed
 * afterwards.
 */
public final class Image {
  private final int height;
  private final int width;
  private final int channels;
  private final byte[] pixels;

  private Image(int height, int width, int channels, byte[] pixels) {
    if (height < 1 || width < 1 || channels < 1) {
      throw new EspalierException(
          ErrorCode.INVALID_IMAGE,
          "An image of " + height + "x" + width + "x" + channels + " has no pixels.",
          "Height, width and channels must be at least 1.");
    }
    if (pixels.length != Shape.of(height, width, channels).arrayLength()) {
      throw new EspalierException(
          ErrorCode.INVALID_IMAGE,
          pixels.length + " bytes do not fill " + height + "x" + width + "x" + channels + ".",
          "Give height * width * channels bytes.");
    }
    this.height = height;
    this.width = width;
    this.channels = channels;
    this.pixels = pixels;
  }

  /** Returns an image that keeps {@code pixels} itself, which must not be changed later. */
  public static Image wrap(int height, int width, int channels, byte[] pixels) {
    return new Image(height, width, channels, pixels);
  }

  /** Returns the number of rows. */
  public int height() {
    return height;
  }

  /** Returns the number of columns. */
  public int width() {
    return width;
  }

  /** Returns the number of channels: 1 for grey, 3 for red, green and blue. */
  public int channels() {
    return channels;
  }

  /** Returns a value from 0 to 255. */
  public int at(int row, int column, int channel) {
    return pixels[(row * width + column) * channels + channel] & 0xff;
  }

  /** Returns a read-only view of the pixels. */
  public ByteBuffer pixels() {
    return ByteBuffer.wrap(pixels).asReadOnlyBuffer();
  }

  /** Copies all pixels into {@code target} from {@code offset} on. */
  public void copyTo(byte[] target, int offset) {
    System.arraycopy(pixels, 0, target, offset, pixels.length);
  }

  /** Returns the pixels themselves, which must not be changed. */
  byte[] array() {
    return pixels;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Image image
        && height == image.height
        && width == image.width
        && channels == image.channels
        && Arrays.equals(pixels, image.pixels);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(pixels) + 31 * height;
  }

  /** Returns the size, not the pixels. */
  @Override
  public String toString() {
    return "Image " + height + "x" + width + "x" + channels;
  }
}
