package dev.espalier.datasets.image;

import dev.espalier.data.Image;
import dev.espalier.datasets.internal.Reason;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.error.MemoryShortage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Locale;
import javax.imageio.spi.ImageReaderSpi;
import org.jspecify.annotations.Nullable;

/**
 * Turns the bytes of picture files into red, green and blue: {@link ImageFormat} lists the formats,
 * and the first bytes of a file, not its name, say which one it is. Grey becomes three equal
 * channels, a background shows behind transparency, 16 bits are cut to the upper 8, and pictures
 * are turned upright where the camera noted how it was held. Colour profiles are not applied. Of
 * several pictures in a file the first is taken. Immutable, so safe for use by several threads.
 */
public final class ImageDecoder {
  private static final String FEWER_WORKERS = "use fewer workers";

  /** A photograph of today has at most some 100 million pixels, which take 300 MB. */
  private static final long USUAL_PIXEL_LIMIT = 120_000_000;

  private static final long USUAL_BYTE_LIMIT = 256L << 20;

  /** How often the largest image may be gone over; a progressive JPEG has about ten scans. */
  private static final int MOST_SCANS = 16;

  private static final ImageDecoder STANDARD =
      new ImageDecoder(
          USUAL_PIXEL_LIMIT, USUAL_BYTE_LIMIT, Rgb.WHITE, true, DamagedImages.READ, null);

  private final long pixelLimit;
  private final long byteLimit;
  private final Rgb background;
  private final boolean upright;
  private final DamagedImages damaged;
  private final @Nullable PictureCache cache;

  private ImageDecoder(
      long pixelLimit,
      long byteLimit,
      Rgb background,
      boolean upright,
      DamagedImages damaged,
      @Nullable PictureCache cache) {
    this.pixelLimit = pixelLimit;
    this.byteLimit = byteLimit;
    this.background = background;
    this.upright = upright;
    this.damaged = damaged;
    this.cache = cache;
  }

  /**
   * Returns the decoder with the usual settings: at most 120 million pixels in at most 256 MiB,
   * white behind transparency, turned upright.
   */
  public static ImageDecoder standard() {
    return STANDARD;
  }

  /**
   * Returns this decoder with another limit on height times width. Larger pictures are refused
   * before memory is taken for their pixels, since a small file can hold a huge picture.
   *
   * @param pixels 1 or more
   */
  public ImageDecoder pixelLimit(long pixels) {
    return new ImageDecoder(
        atLeastOne(pixels, "pixels"), byteLimit, background, upright, damaged, cache);
  }

  /**
   * Returns this decoder with another limit on the size of files. Larger files are not read.
   *
   * @param bytes 1 or more
   */
  public ImageDecoder byteLimit(long bytes) {
    return new ImageDecoder(
        pixelLimit, atLeastOne(bytes, "bytes"), background, upright, damaged, cache);
  }

  /** Returns this decoder with another colour behind transparency; each part from 0 to 255. */
  public ImageDecoder background(int red, int green, int blue) {
    return new ImageDecoder(
        pixelLimit, byteLimit, new Rgb(red, green, blue), upright, damaged, cache);
  }

  /**
   * Returns this decoder with pictures turned as the camera noted (Exif orientation), or as they
   * are stored. Keras and torchvision give them as they are stored.
   */
  public ImageDecoder upright(boolean turn) {
    return new ImageDecoder(pixelLimit, byteLimit, background, turn, damaged, cache);
  }

  /**
   * Returns this decoder with something else to do about files that lost data and still have their
   * end. Usually they are read, as Pillow and TensorFlow do.
   */
  public ImageDecoder damaged(DamagedImages policy) {
    return new ImageDecoder(pixelLimit, byteLimit, background, upright, policy, cache);
  }

  /**
   * Returns this decoder with the pixels of files kept in a folder, from where {@link #read} takes
   * them the next time. They are found by the bytes of the file and the settings, so that nothing
   * is out of date, and take height times width times 3 bytes each. The folder may be removed at
   * any time, and a process that is killed leaves nothing that is read later. If it cannot be
   * written, a warning is logged once and images are decoded each time.
   *
   * @param folder is made when it is needed
   */
  public ImageDecoder cachedIn(Path folder) {
    return new ImageDecoder(
        pixelLimit,
        byteLimit,
        background,
        upright,
        damaged,
        new PictureCache(folder.toAbsolutePath()));
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
   * Returns the picture in a file.
   *
   * @throws EspalierException {@code FILE_NOT_READABLE} or {@code INVALID_IMAGE}, naming the file;
   *     {@code OUT_OF_MEMORY} if the heap is too small for it
   */
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
   * Returns what the beginning of a file says of the picture in it, without its pixels.
   *
   * @throws EspalierException {@code FILE_NOT_READABLE} or {@code INVALID_IMAGE}, naming the file
   */
  public ImageHeader readHeader(Path file) {
    String origin = file.toString();
    return MemoryShortage.named(
        "the image " + origin,
        FEWER_WORKERS,
        () -> opened(readBytes(file), origin, OpenPicture::header));
  }

  /**
   * Returns the picture in the bytes of a file.
   *
   * @param origin what to call the picture in error messages, usually its path
   * @throws EspalierException {@code INVALID_IMAGE}, naming the origin and the reason; {@code
   *     OUT_OF_MEMORY} if the heap is too small for it
   */
  public Image decode(byte[] bytes, String origin) {
    return MemoryShortage.named("the image " + origin, FEWER_WORKERS, () -> decoded(bytes, origin));
  }

  private Image decoded(byte[] bytes, String origin) {
    Image stored = opened(bytes, origin, picture -> picture.read(new Pixels(background), damaged));
    ImageFormat format = ImageFormat.of(bytes);
    return upright && format != null ? Orientation.of(format, bytes).upright(stored) : stored;
  }

  /**
   * Returns the settings that decide about pixels as a text; decoders with the same text give the
   * same pixels for the same bytes.
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
      // What is not a plain file may have no end, or wait for somebody to write.
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
      throw unreadable(file, Reason.of(e), e);
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
      try (OpenPicture picture = OpenPicture.open(format, bytes, provider)) {
        requireAllowed(picture, origin);
        return use.apply(picture);
      } catch (OpenPicture.TruncatedException e) {
        throw invalid(origin, Reason.of(e), e);
      } catch (IOException e) {
        first = first == null ? e : first;
      }
    }
    throw invalid(origin, first == null ? "no reader is there" : Reason.of(first), first);
  }

  private interface Use<T> {
    T apply(OpenPicture picture) throws IOException;
  }

  private void requireAllowed(OpenPicture picture, String origin) throws IOException {
    OpenPicture.Size size = picture.size();
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
    if (picture.largestBitmap() > pixelLimit) {
      throw new EspalierException(
          ErrorCode.INVALID_IMAGE,
          String.format(
              Locale.ROOT,
              "%s has %dx%d pixels (width x height), but data for %,d, more than the limit of %,d.",
              origin,
              size.width(),
              size.height(),
              picture.largestBitmap(),
              pixelLimit),
          "Save the image again, or decode it with a higher pixelLimit.");
    }
    if (picture.work() / MOST_SCANS > pixelLimit) {
      throw new EspalierException(
          ErrorCode.INVALID_IMAGE,
          String.format(
              Locale.ROOT,
              "%s has %dx%d pixels (width x height), and its scans go over %,d, more than %d times"
                  + " the limit of %,d.",
              origin,
              size.width(),
              size.height(),
              picture.work(),
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
