package dev.espalier.augment.internal;

import dev.espalier.data.Image;
import dev.espalier.graph.Shape;

/** The bytes of an image, for loops over them. Not thread-safe; created for each call. */
public final class Raster {
  public final int height;
  public final int width;
  public final int channels;
  public final byte[] bytes;

  private Raster(int height, int width, int channels, byte[] bytes) {
    this.height = height;
    this.width = width;
    this.channels = channels;
    this.bytes = bytes;
  }

  /** Returns a copy of the image's pixels. */
  public static Raster copyOf(Image image) {
    Raster raster = blank(image.height(), image.width(), image.channels());
    image.copyTo(raster.bytes, 0);
    return raster;
  }

  public static Raster blank(int height, int width, int channels) {
    return new Raster(
        height, width, channels, new byte[Shape.of(height, width, channels).arrayLength()]);
  }

  /** Returns the image; the raster must not be changed afterwards. */
  public Image image() {
    return Image.wrap(height, width, channels, bytes);
  }

  public int rowLength() {
    return width * channels;
  }

  /** Replaces each value by its entry in a table of 256, the same for all channels. */
  public void lookUp(byte[] table) {
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = table[bytes[i] & 0xff];
    }
  }

  /** Replaces each value by its entry in the table of its channel. */
  public void lookUp(byte[][] tables) {
    if (channels == 3) {
      byte[] red = tables[0];
      byte[] green = tables[1];
      byte[] blue = tables[2];
      for (int i = 0; i < bytes.length; i += 3) {
        bytes[i] = red[bytes[i] & 0xff];
        bytes[i + 1] = green[bytes[i + 1] & 0xff];
        bytes[i + 2] = blue[bytes[i + 2] & 0xff];
      }
      return;
    }
    for (int channel = 0; channel < channels; channel++) {
      byte[] table = tables[channel];
      for (int i = channel; i < bytes.length; i += channels) {
        bytes[i] = table[bytes[i] & 0xff];
      }
    }
  }

  /** Returns the number of occurrences of each value, {@code [channel][value]}. */
  public int[][] histograms() {
    int[][] counts = new int[channels][256];
    if (channels == 3) {
      int[] red = counts[0];
      int[] green = counts[1];
      int[] blue = counts[2];
      for (int i = 0; i < bytes.length; i += 3) {
        red[bytes[i] & 0xff]++;
        green[bytes[i + 1] & 0xff]++;
        blue[bytes[i + 2] & 0xff]++;
      }
      return counts;
    }
    for (int channel = 0; channel < channels; channel++) {
      int[] count = counts[channel];
      for (int i = channel; i < bytes.length; i += channels) {
        count[bytes[i] & 0xff]++;
      }
    }
    return counts;
  }

  /** Returns the nearest integer from 0 to 255, with ties to even. */
  public static byte rounded(float value) {
    // Adding 2^23 leaves no fractional bits, and the processor rounds ties to even. Negative values
    // keep some, but all of them become 0.
    int whole = (int) (value + 0x1p23f - 0x1p23f);
    return (byte) Math.max(0, Math.min(255, whole));
  }

  /**
   * Returns the nearest integer, with ties to even, for a value that is known to round to 0 to 255.
   */
  public static byte roundedByte(float value) {
    return (byte) (int) (value + 0x1p23f - 0x1p23f);
  }
}
