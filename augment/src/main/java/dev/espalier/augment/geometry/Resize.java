package dev.espalier.augment.geometry;

import dev.espalier.augment.internal.Arguments;
import dev.espalier.augment.internal.Box;
import dev.espalier.augment.internal.Raster;
import dev.espalier.data.Augmentation;
import dev.espalier.data.Image;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.random.RandomStream;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * Resizes images to a fixed size, as Keras' Resizing does. Pixel centres are aligned: output pixel
 * i is at {@code (i + 0.5) * input / output - 0.5}, clamped to the edge. Immutable and thread-safe.
 *
 * @param height output height in pixels
 * @param width output width in pixels
 * @param interpolation interpolation method
 * @param antialias whether bilinear and bicubic interpolation average over all pixels that are
 *     reduced to one
 * @param proportions how to handle images with a different aspect ratio
 * @param fillValue pixel value for {@link Proportions#PAD}, 0 to 255
 */
public record Resize(
    int height,
    int width,
    Interpolation interpolation,
    boolean antialias,
    Proportions proportions,
    int fillValue)
    implements Augmentation {
  /** What to do with images whose aspect ratio differs from that of the output. */
  public enum Proportions {
    /** They are stretched. */
    STRETCH,
    /** What exceeds the output is cropped on both sides. */
    CROP,
    /** They get a border on both sides. */
    PAD
  }

  /** Checks the ranges. */
  public Resize {
    Arguments.requireSize(height, width, "Resize");
    Arguments.requireByte(fillValue, "fill value of Resize");
  }

  /** Returns bilinear stretching without antialiasing, Keras' default. */
  public static Resize to(int height, int width) {
    return new Resize(height, width, Interpolation.BILINEAR, false, Proportions.STRETCH, 0);
  }

  /** Returns this augmentation with another interpolation. */
  public Resize withInterpolation(Interpolation value) {
    return with(copy -> copy.interpolation = value);
  }

  /** Returns this augmentation with or without antialiasing when images shrink. */
  public Resize withAntialias(boolean value) {
    return with(copy -> copy.antialias = value);
  }

  /** Returns this augmentation with cropping to the aspect ratio of the output. */
  public Resize cropping() {
    return with(copy -> copy.proportions = Proportions.CROP);
  }

  /** Returns this augmentation with padding to the aspect ratio of the output. */
  public Resize padding(int value) {
    return with(
        copy -> {
          copy.proportions = Proportions.PAD;
          copy.fillValue = value;
        });
  }

  @Override
  public Image apply(Image image, RandomStream random) {
    return resize(image);
  }

  Image resize(Image image) {
    Resampling resampling = new Resampling(interpolation, antialias);
    return switch (proportions) {
      case STRETCH -> resampling.resize(image, height, width);
      case CROP ->
          resampling.resize(
              image, Box.centredWithProportions(image, height, width), height, width, false);
      case PAD -> resampling.resize(padded(image), height, width);
    };
  }

  private Image padded(Image image) {
    long rows = (long) image.width() * height / width;
    long columns = (long) image.height() * width / height;
    // Equal on both sides, as in Keras: an odd difference leaves the border one pixel short.
    int above = (int) Math.max(0, (rows - image.height()) / 2);
    int left = (int) Math.max(0, (columns - image.width()) / 2);
    if (above == 0 && left == 0) {
      return image;
    }
    long bytes = (image.height() + 2L * above) * (image.width() + 2L * left) * image.channels();
    if (bytes > Integer.MAX_VALUE) {
      throw new EspalierException(
          ErrorCode.INVALID_IMAGE,
          "An image of "
              + image.height()
              + "x"
              + image.width()
              + " pixels is too elongated to be padded to the aspect ratio of "
              + height
              + "x"
              + width
              + " (height x width).",
          "Leave the image out, or crop it to the aspect ratio instead.");
    }
    Raster source = Raster.copyOf(image);
    Raster target =
        Raster.blank(source.height + 2 * above, source.width + 2 * left, source.channels);
    Arrays.fill(target.bytes, (byte) fillValue);
    for (int row = 0; row < source.height; row++) {
      System.arraycopy(
          source.bytes,
          row * source.rowLength(),
          target.bytes,
          (above + row) * target.rowLength() + left * source.channels,
          source.rowLength());
    }
    return target.image();
  }

  private Resize with(Consumer<Copy> change) {
    Copy copy = new Copy(this);
    change.accept(copy);
    return new Resize(
        height, width, copy.interpolation, copy.antialias, copy.proportions, copy.fillValue);
  }

  /** Changes only while {@link #with} makes a copy. */
  private static final class Copy {
    private Interpolation interpolation;
    private boolean antialias;
    private Proportions proportions;
    private int fillValue;

    Copy(Resize from) {
      interpolation = from.interpolation;
      antialias = from.antialias;
      proportions = from.proportions;
      fillValue = from.fillValue;
    }
  }
}
