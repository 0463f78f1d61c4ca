package dev.espalier.data;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.Shape;
import dev.espalier.graph.Size2d;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Brings images to the size of a model's input without changing their aspect ratio, as torchvision
 * and timm do for evaluation: an image is resized until it just covers the input divided by {@link
 * #fraction()}, and the center is taken. With the fraction 0.875 and an input of 224x224 pixels,
 * the shorter side becomes 256 pixels. Images are smoothed when they shrink; the pixels are those
 * of Pillow. Immutable.
 *
 * @param fraction height and width of the center as a fraction of the resized image's shorter side,
 *     from 0.1 to 1
 * @param filter how pixels are weighted
 */
public record CroppedResizing(double fraction, Filter filter) {
  /** The key of the text of a rule in the metadata of weights. */
  public static final String METADATA_KEY = "resizing";

  /** How the pixels around a position are weighted by their distance. */
  public enum Filter {
    /** Linearly, up to a distance of 1 pixel. */
    BILINEAR(1) {
      @Override
      double weight(double distance) {
        return Math.max(1 - Math.abs(distance), 0);
      }
    },
    /** By a cubic with the coefficient -0.5, up to a distance of 2 pixels. */
    BICUBIC(2) {
      @Override
      double weight(double distance) {
        double x = Math.abs(distance);
        if (x < 1) {
          return (1.5 * x - 2.5) * x * x + 1;
        }
        return x < 2 ? (((x - 5) * x + 8) * x - 4) * -0.5 : 0;
      }
    };

    private final double support;

    Filter(double support) {
      this.support = support;
    }

    /** Returns the largest distance with a weight. */
    double support() {
      return support;
    }

    abstract double weight(double distance);

    /** Returns the name in lower case. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Checks the range. */
  public CroppedResizing {
    if (!(fraction >= 0.1 && fraction <= 1)) {
      throw new EspalierException(
          ErrorCode.INVALID_ARGUMENT,
          "The center cannot be the fraction " + fraction + " of an image.",
          "Give a number from 0.1 to 1, such as 0.875.");
    }
  }

  /**
   * Returns the rule that a text describes, such as {@code bicubic 0.875}; see {@link #toString}.
   *
   * @throws EspalierException {@code INVALID_ARGUMENT} if it describes none
   */
  public static CroppedResizing of(String text) {
    String[] words = text.strip().split("\\s+", -1);
    try {
      if (words.length == 2) {
        return new CroppedResizing(
            Double.parseDouble(words[1]), Filter.valueOf(words[0].toUpperCase(Locale.ROOT)));
      }
    } catch (IllegalArgumentException e) {
      // explained below
    }
    throw new EspalierException(
        ErrorCode.INVALID_ARGUMENT,
        "\"" + text + "\" does not say how images are resized.",
        "Give "
            + Arrays.stream(Filter.values())
                .map(Filter::toString)
                .collect(Collectors.joining(" or "))
            + " with the fraction of the center, such as \"bicubic 0.875\".");
  }

  /**
   * Returns the size that an image gets before its center is taken.
   *
   * @param image size of the image
   * @param input size of the model's input
   */
  public Size2d resized(Size2d image, Size2d input) {
    long height = side(input.height());
    long width = side(input.width());
    // Whole numbers, because an edge that is one pixel shorter moves all pixels.
    if (height * image.width() >= width * image.height()) {
      width = Math.max(width, image.width() * height / image.height());
    } else {
      height = Math.max(height, image.height() * width / image.width());
    }
    if (height > Integer.MAX_VALUE || width > Integer.MAX_VALUE) {
      throw new EspalierException(
          ErrorCode.INVALID_IMAGE,
          "An image of "
              + image.height()
              + "x"
              + image.width()
              + " pixels (height x width) is too elongated to be resized.",
          "Leave the image out, or crop it first.");
    }
    return new Size2d((int) height, (int) width);
  }

  private long side(int input) {
    // Published fractions are rounded: 240 / 0.882 is meant to be 272.
    return (long) (input / fraction + 1e-6);
  }

  /**
   * Returns an image in the size of a model's input. An image that has this size is returned as it
   * is: it has been prepared already.
   */
  public Image apply(Image image, int height, int width) {
    if (image.height() == height && image.width() == width) {
      return image;
    }
    Size2d whole = resized(new Size2d(image.height(), image.width()), new Size2d(height, width));
    AntialiasedAxis rows =
        AntialiasedAxis.of(
            image.height(), whole.height(), start(whole.height(), height), height, filter);
    AntialiasedAxis columns =
        AntialiasedAxis.of(
            image.width(), whole.width(), start(whole.width(), width), width, filter);
    int channels = image.channels();
    int from = rows.start();
    byte[] narrow = columns(image, columns, from, rows.end());
    byte[] pixels = new byte[Shape.of(height, width, channels).arrayLength()];
    int rowLength = width * channels;
    for (int row = 0; row < height; row++) {
      for (int i = 0; i < rowLength; i++) {
        pixels[row * rowLength + i] = rows.blend(row, narrow, i - from * rowLength, rowLength);
      }
    }
    return Image.wrap(height, width, channels, pixels);
  }

  /** Returns some rows with their columns resized. */
  private static byte[] columns(Image image, AntialiasedAxis columns, int from, int to) {
    int channels = image.channels();
    int width = columns.length();
    byte[] source = image.array();
    byte[] target = new byte[Shape.of(to - from, width, channels).arrayLength()];
    int index = 0;
    for (int row = from; row < to; row++) {
      int start = row * image.width() * channels;
      for (int column = 0; column < width; column++) {
        for (int channel = 0; channel < channels; channel++) {
          target[index++] = columns.blend(column, source, start + channel, channels);
        }
      }
    }
    return target;
  }

  private static int start(int whole, int section) {
    return (int) Math.rint((whole - section) / 2.0);
  }

  /** Returns the same rule for what is the center already: nothing more is cut off than must be. */
  public CroppedResizing ofWholeImage() {
    return new CroppedResizing(1, filter);
  }

  /**
   * Returns a description for people, such as {@code shorter side 256 pixels, bicubic, center
   * 224x224}.
   *
   * @param height height of the model's input
   * @param width width of the model's input
   */
  public String describe(int height, int width) {
    String resized =
        height == width
            ? "shorter side " + side(height)
            : "covering " + side(height) + "x" + side(width);
    return resized + " pixels, " + filter + ", center " + height + "x" + width;
  }

  /** Returns the text that {@link #of} reads, such as {@code bicubic 0.875}. */
  @Override
  public String toString() {
    return filter + " " + fraction;
  }
}
