package dev.espalier.datasets.image;

import dev.espalier.data.Image;
import dev.espalier.graph.Shape;
import java.awt.image.Raster;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import javax.imageio.IIOException;

/**
 * The meaning of the samples of a TIFF page. Immutable.
 *
 * @param colors meaning of the first channels
 * @param bits bits per sample
 * @param levels whether samples are from 0 to 255 whatever their bits; otherwise the largest value
 *     of the bits is white
 * @param alpha the opacity channel, or -1
 * @param premultiplied whether the colors are premultiplied by the opacity
 */
record TiffSamples(Colors colors, int bits, boolean levels, int alpha, boolean premultiplied) {
  private static final int UNSIGNED = 1;
  private static final int SIGNED = 2;
  private static final int FLOATING_POINT = 3;
  private static final int UNDEFINED = 4;
  private static final int PREMULTIPLIED_ALPHA = 1;
  private static final int STRAIGHT_ALPHA = 2;
  private static final int MOST_SAMPLES = 8;

  /** The meaning of channels, with the code of the format. */
  enum Colors {
    WHITE_IS_ZERO(1),
    BLACK_IS_ZERO(1),
    RGB(3),
    PALETTE(1),
    MASK(1),
    INKS(4),
    YCBCR(3);

    private final int channels;

    Colors(int channels) {
      this.channels = channels;
    }
  }

  /**
   * Returns the meaning of the samples of a page.
   *
   * @throws IIOException naming the format, if it is ambiguous or invalid
   */
  static TiffSamples of(TiffDirectory page) throws IIOException {
    int channels = (int) Math.min(page.value(TiffDirectory.SAMPLES, 1), Integer.MAX_VALUE);
    Colors colors = colors(page, channels);
    int bits = (int) same(page.values(TiffDirectory.BITS), 1, "bits");
    int format = (int) same(page.values(TiffDirectory.SAMPLE_FORMAT), UNSIGNED, "kinds of numbers");
    if (channels < colors.channels || channels > MOST_SAMPLES) {
      throw new IIOException("it has " + channels + " channels for " + name(colors));
    }
    int alpha = -1;
    boolean premultiplied = false;
    if (channels > colors.channels) {
      long extra = page.value(TiffDirectory.EXTRA_SAMPLES, STRAIGHT_ALPHA);
      premultiplied = extra == PREMULTIPLIED_ALPHA;
      alpha = premultiplied || extra == STRAIGHT_ALPHA ? colors.channels : -1;
    }
    boolean whole = format == UNSIGNED || format == UNDEFINED;
    boolean scaled = whole && bits >= 1 && bits <= 16;
    boolean levels =
        colors == Colors.BLACK_IS_ZERO
            && channels == 1
            && ((format == SIGNED && (bits == 8 || bits == 16 || bits == 32))
                || (whole && bits == 32));
    if (!scaled && !levels) {
      throw new IIOException(
          "it has "
              + name(colors)
              + " of "
              + bits
              + " bits in "
              + name(format)
              + ", and nothing says which of them is black and which is white");
    }
    return new TiffSamples(colors, bits, levels, alpha, premultiplied);
  }

  private static Colors colors(TiffDirectory page, int channels) throws IIOException {
    long number = page.value(TiffDirectory.PHOTOMETRIC, channels < 3 ? 1 : 2);
    List<Colors> known = List.of(Colors.values());
    if (number < 0 || number >= known.size() || known.get((int) number) == Colors.MASK) {
      throw new IIOException(
          "it has "
              + switch ((int) number) {
                case 4 -> "a transparency mask and no colors";
                case 8, 9, 10 -> "CIELab colors";
                case 32803, 34892 -> "raw data of a camera";
                case 32844, 32845 -> "logarithmic luminance";
                default -> "colors of the unknown kind " + number;
              });
    }
    return known.get((int) number);
  }

  private static long same(long[] values, long otherwise, String what) throws IIOException {
    long[] different = LongStream.of(values).distinct().toArray();
    if (different.length > 1) {
      throw new IIOException(
          "its channels have different " + what + ": " + Arrays.toString(different));
    }
    return different.length == 0 ? otherwise : different[0];
  }

  private static String name(Colors colors) {
    return switch (colors) {
      case WHITE_IS_ZERO, BLACK_IS_ZERO -> "grey levels";
      case RGB -> "red, green and blue";
      case PALETTE -> "a palette";
      case MASK -> "a mask";
      case INKS -> "inks";
      case YCBCR -> "luminance and chrominance";
    };
  }

  private static String name(int format) {
    return switch (format) {
      case UNSIGNED, UNDEFINED -> "unsigned integers";
      case SIGNED -> "signed integers";
      case FLOATING_POINT -> "floating point";
      default -> "complex numbers";
    };
  }

  /** Returns whether {@link #image} is needed: readers convert the other kinds themselves. */
  boolean areRead() {
    return colors != Colors.PALETTE && colors != Colors.YCBCR;
  }

  /**
   * Returns the image from stored samples.
   *
   * @throws IIOException if samples that should be from 0 to 255 are not
   */
  Image image(Raster stored, Rgb background) throws IIOException {
    int width = stored.getWidth();
    int height = stored.getHeight();
    int bands = stored.getNumBands();
    byte[] pixels = new byte[Shape.of(height, width, 3).arrayLength()];
    int[] behind = {background.red(), background.green(), background.blue()};
    int[] row = new int[Shape.of(width, bands).arrayLength()];
    int target = 0;
    for (int y = 0; y < height; y++) {
      stored.getPixels(stored.getMinX(), stored.getMinY() + y, width, 1, row);
      for (int source = 0; source < row.length; source += bands) {
        int opacity = alpha < 0 ? 255 : level(row[source + alpha]);
        for (int channel = 0; channel < 3; channel++) {
          int value = color(row, source, channel);
          pixels[target++] =
              premultiplied
                  ? Rgb.premultipliedOver(value, opacity, behind[channel])
                  : Rgb.over(value, opacity, behind[channel]);
        }
      }
    }
    return Image.wrap(height, width, 3, pixels);
  }

  private int color(int[] row, int source, int channel) throws IIOException {
    return switch (colors) {
      case RGB -> level(row[source + channel]);
      case INKS ->
          Pixels.printed(level(row[source + channel]), 255 - level(row[source + 3])) & 0xff;
      case WHITE_IS_ZERO -> 255 - level(row[source]);
      default -> level(row[source]);
    };
  }

  private int level(int number) throws IIOException {
    if (levels) {
      int level = bits == 8 ? (byte) number : number;
      if (level < 0 || level > 255) {
        throw new IIOException(
            "it has grey levels of "
                + bits
                + " bits, and "
                + level
                + " among them, which is not from 0 to 255");
      }
      return level;
    }
    return bits < 8 ? number * 255 / ((1 << bits) - 1) : number >> (bits - 8);
  }
}
