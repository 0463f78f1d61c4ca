package dev.espalier.datasets.image;

import dev.espalier.data.Image;
import dev.espalier.data.ImageReader;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.error.FailureReason;
import dev.espalier.error.MemoryShortage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Locale;
import javax.imageio.spi.ImageReaderSpi;
import org.jspecify.annotations.Nullable;

/**
 * Decodes image files to RGB, uint8 {@code [height, width, 3]}. {@link ImageFormat} lists the
 * formats; a format is detected from the first bytes of a file, not from its name. Grayscale
 * becomes three equal channels, transparent images get a background, 16-bit values are reduced to
 * their upper 8 bits, and images are rotated according to their Exif orientation. Color profiles
 * are not applied. Of several images in a file, the first is decoded. Immutable and thread-safe.
 */
public final class ImageDecoder implements ImageReader {
  private static final String FEWER_WORKERS = "use fewer workers";

  /** Current photos have up to about 100 million pixels, which take 300 MB. */
  private static final long USUAL_PIXEL_LIMIT = 120_000_000;

  private static final long USUAL_BYTE_LIMIT = 256L << 20;

  /** Maximum passes over the largest image; a progressive JPEG has about ten scans. */
  private static final int MOST_SCANS = 16;

  private static final ImageDecoder STANDARD =
      new ImageDecoder(
          USUAL_PIXEL_LIMIT, USUAL_BYTE_LIMIT, Rgb.WHITE, true, DamagedImages.READ, null);

  private final long pixelLimit;
  private final long byteLimit;
  private final Rgb background;
  private final boolean upright;
  private final DamagedImages damaged;
  private final @Nullable ImageCache cache;

  private ImageDecoder(
      long pixelLimit,
      long byteLimit,
      Rgb background,
      boolean upright,
      DamagedImages damaged,
      @Nullable ImageCache cache) {
    this.pixelLimit = pixelLimit;
    this.byteLimit = byteLimit;
    this.background = background;
    this.upright = upright;
    this.damaged = damaged;
    this.cache = cache;
  }

  /**
   * Returns the default decoder: at most 120 million pixels in files of at most 256 MiB, white
   * background, rotated according to Exif.
   */
  public static ImageDecoder standard() {
    return STANDARD;
  }

  /**
   * Returns this decoder with another limit of height * width. Larger images are rejected before
   * memory is allocated for their pixels, because a small file can contain a huge image
   * (decompression bomb).
   *
   * @param pixels 1 or more
   */
  public ImageDecoder pixelLimit(long pixels) {
    return new ImageDecoder(
        atLeastOne(pixels, "pixels"), byteLimit, background, upright, damaged, cache);
  }

  /**
   * Returns this decoder with another limit of the file size. Larger files are rejected.
   *
   * @param bytes 1 or more
   */
  public ImageDecoder byteLimit(long bytes) {
    return new ImageDecoder(
        pixelLimit, atLeastOne(bytes, "bytes"), background, upright, damaged, cache);
  }

  /**
   * Returns this decoder with another background of transparent images; each channel from 0 to 255.
   */
  public ImageDecoder background(int red, int green, int blue) {
    return new ImageDecoder(
        pixelLimit, byteLimit, new Rgb(red, green, blue), upright, damaged, cache);
  }

  /**
   * Returns this decoder with or without rotation according to Exif. Keras and torchvision do not
   * rotate images.
   */
  public ImageDecoder upright(boolean turn) {
    return new ImageDecoder(pixelLimit, byteLimit, background, turn, damaged, cache);
  }

  /**
   * Returns this decoder with another policy for damaged files that are not truncated. By default
   * they are read, as in Pillow and TensorFlow.
   */
  public ImageDecoder damaged(DamagedImages policy) {
    return new ImageDecoder(pixelLimit, byteLimit, background, upright, policy, cache);
  }

  /**
   * Returns this decoder with a cache of decoded images in a folder, for {@link #read}. Entries are
   * found by the contents of the file and the settings, so they are never stale, and take height *
   * width * 3 bytes each. The folder may be deleted at any time, and a killed process leaves no
   * incomplete entries. If the folder cannot be written, a warning is logged once and images are
   * decoded each time.
   *
   * @param folder created when needed
   */
  public ImageDecoder cachedIn(Path folder) {
    return new ImageDecoder(
        pixelLimit,
        byteLimit,
        background,
        upright,
        damaged,
        new ImageCache(folder.toAbsolutePath()));
  }

  private static long atLeastOne(long limit, String what) {
    if (limit < 1) {
      throw new EspalierException(
          ErrorCode.INVALID_ARGUMENT,
          "A limit of " + limit + " " + what + " allows no image.",
          "Give 1 or more.");
    }
    return limit;
  }

  /**
   * Decodes an image file.
   *
   * @throws EspalierException {@code FILE_NOT_READABLE} or {@code INVALID_IMAGE}, naming the file;
   *     {@code OUT_OF_MEMORY} if the heap is too small for it
   */
  @Override
  public Image read(Path file) {
    return MemoryShortage.named("the image " + file, FEWER_WORKERS, () -> readOrTake(file));
  }

  private Image readOrTake(Path file) {
    byte[] bytes = readBytes(file);
    if (cache == null) {
      return decode(bytes, file.toString());
    }
    Path place = cache.place(bytes, settings());
    Image known = cache.find(place);
    if (known != null && (long) known.height() * known.width() <= pixelLimit) {
      return known;
    }
    Image decoded = decode(bytes, file.toString());
    cache.keep(place, decoded);
    return decoded;
  }

  /**
   * Reads the header of an image file, without its pixels.
   *
   * @throws EspalierException {@code FILE_NOT_READABLE} or {@code INVALID_IMAGE}, naming the file
   */
  public ImageHeader readHeader(Path file) {
    String origin = file.toString();
    return MemoryShortage.named(
        "the image " + origin,
        FEWER_WORKERS,
        () -> opened(readBytes(file), origin, OpenImage::header));
  }

  /**
   * Decodes the bytes of an image file.
   *
   * @param origin name of the image in error messages, usually its path
   * @throws EspalierException {@code INVALID_IMAGE}, naming the origin and the reason; {@code
   *     OUT_OF_MEMORY} if the heap is too small for it
   */
  @Override
  public Image decode(byte[] bytes, String origin) {
    return MemoryShortage.named("the image " + origin, FEWER_WORKERS, () -> decoded(bytes, origin));
  }

  private Image decoded(byte[] bytes, String origin) {
    Image stored = opened(bytes, origin, image -> image.read(new Pixels(background), damaged));
    ImageFormat format = ImageFormat.of(bytes);
    return upright && format != null ? Orientation.of(format, bytes).upright(stored) : stored;
  }

  /**
   * Returns the settings that affect pixels as text; decoders with equal texts return equal pixels
   * for the same bytes.
   */
  public String settings() {
    return "background "
        + background.red()
        + " "
        + background.green()
        + " "
        + background.blue()
        + (upright ? ", upright" : ", as stored")
        + (damaged == DamagedImages.READ ? "" : ", undamaged");
  }

  private byte[] readBytes(Path file) {
    try {
      BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
      // Something other than a regular file may be endless, or wait for a writer.
      if (!attributes.isRegularFile()) {
        throw unreadable(
            file, attributes.isDirectory() ? "it is a folder" : "it is not a file", null);
      }
      if (attributes.size() > byteLimit) {
        throw new EspalierException(
            ErrorCode.INVALID_IMAGE,
            String.format(
                Locale.ROOT,
                "The file %s has %,d bytes, more than the limit of %,d.",
                file,
                attributes.size(),
                byteLimit),
            "Make the file smaller, or decode it with a higher byteLimit.");
      }
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw unreadable(file, FailureReason.of(e), e);
    }
  }

  private <T> T opened(byte[] bytes, String origin, Use<T> use) {
    if (bytes.length == 0) {
      throw invalid(origin, "the file is empty", null);
    }
    ImageFormat format = ImageFormat.of(bytes);
    if (format == null) {
      UnsupportedFormat other = UnsupportedFormat.of(bytes);
      if (other != null) {
        throw new EspalierException(
            ErrorCode.INVALID_IMAGE,
            origin
                + " is a "
                + other
                + " image, whatever its name says; that format is not supported.",
            "Convert it to JPEG or PNG.");
      }
      throw new EspalierException(
          ErrorCode.INVALID_IMAGE,
          origin + " is not an image in a supported format.",
          "Use " + ImageFormat.listed() + ".");
    }
    IOException first = null;
    for (ImageReaderSpi provider : ImageReaders.of(format)) {
      try (OpenImage image = OpenImage.open(format, bytes, provider)) {
        requireAllowed(image, origin);
        return use.apply(image);
      } catch (OpenImage.TruncatedException e) {
        throw invalid(origin, FailureReason.of(e), e);
      } catch (IOException e) {
        first = first == null ? e : first;
      }
    }
    throw invalid(origin, first == null ? "no reader is there" : FailureReason.of(first), first);
  }

  private interface Use<T> {
    T apply(OpenImage image) throws IOException;
  }

  private void requireAllowed(OpenImage image, String origin) throws IOException {
    OpenImage.Size size = image.size();
    if (size.pixels() > pixelLimit) {
      throw new EspalierException(
          ErrorCode.INVALID_IMAGE,
          String.format(
              Locale.ROOT,
              "%s has %dx%d pixels (width x height), more than the limit of %,d.",
              origin,
              size.width(),
              size.height(),
              pixelLimit),
          "Make the image smaller, or decode it with a higher pixelLimit.");
    }
    if (image.largestBitmap() > pixelLimit) {
      throw new EspalierException(
          ErrorCode.INVALID_IMAGE,
          String.format(
              Locale.ROOT,
              "%s has %dx%d pixels (width x height), but data for %,d, more than the limit of %,d.",
              origin,
              size.width(),
              size.height(),
              image.largestBitmap(),
              pixelLimit),
          "Save the image again, or decode it with a higher pixelLimit.");
    }
    if (image.work() / MOST_SCANS > pixelLimit) {
      throw new EspalierException(
          ErrorCode.INVALID_IMAGE,
          String.format(
              Locale.ROOT,
              "%s has %dx%d pixels (width x height), and its scans go over %,d, more than %d times"
                  + " the limit of %,d.",
              origin,
              size.width(),
              size.height(),
              image.work(),
              MOST_SCANS,
              pixelLimit),
          "Save the image again with fewer scans, or decode it with a higher pixelLimit.");
    }
  }

  private static EspalierException unreadable(Path file, String reason, @Nullable Throwable cause) {
    return new EspalierException(
        ErrorCode.FILE_NOT_READABLE,
        "The image " + file + " cannot be read: " + reason + ".",
        "Check that the file exists and that you may read it.",
        cause);
  }

  private static EspalierException invalid(
      String origin, String reason, @Nullable Throwable cause) {
    return new EspalierException(
        ErrorCode.INVALID_IMAGE,
        "The image " + origin + " cannot be decoded: " + reason + ".",
        "The file is damaged, cut short, or of an unsupported variant: save it again"
            + " as JPEG or PNG.",
        cause);
  }
}
