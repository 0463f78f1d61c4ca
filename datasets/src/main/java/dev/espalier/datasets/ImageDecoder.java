package dev.espalier.datasets;

import dev.espalier.data.Image;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Locale;
import javax.imageio.IIOException;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.event.IIOReadWarningListener;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Turns the bytes of JPEG, PNG and BMP files, and of whatever else an image reader on the class
 * path understands, into red, green and blue. Grey becomes three equal channels, transparency shows
 * white behind, 16 bits are cut to the upper 8. Colour profiles are not applied. Immutable, so safe
 * for use by several threads.
 */
public final class ImageDecoder {
  /** A photograph of today has at most some 100 million pixels, which take 300 MB. */
  private static final long USUAL_PIXEL_LIMIT = 120_000_000;

  private static final ImageDecoder STANDARD = new ImageDecoder(USUAL_PIXEL_LIMIT);

  private final long pixelLimit;

  private ImageDecoder(long pixelLimit) {
    this.pixelLimit = pixelLimit;
  }

  /** Returns the decoder with the usual settings: at most 120 million pixels. */
  public static ImageDecoder standard() {
    return STANDARD;
  }

  /**
   * Returns this decoder with another limit on height times width. Larger pictures are refused
   * before they are decoded, since a small file can hold a huge one.
   *
   * @param pixels 1 or more
   */
  public ImageDecoder pixelLimit(long pixels) {
    if (pixels < 1) {
      throw new EspalierException(
          ErrorCode.INVALID_ARGUMENT,
          "A limit of " + pixels + " pixels lets no picture through.",
          "Give 1 or more.");
    }
    return new ImageDecoder(pixels);
  }

  /**
   * Returns the picture in a file.
   *
   * @throws EspalierException {@code FILE_NOT_READABLE} or {@code INVALID_IMAGE}, naming the file
   */
  public Image read(Path file) {
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(file);
    } catch (IOException e) {
      throw new EspalierException(
          ErrorCode.FILE_NOT_READABLE,
          "The picture " + file + " cannot be read: " + reason(e) + ".",
          "Check that the file exists and that you may read it.",
          e);
    }
    return decode(bytes, file.toString());
  }

  /**
   * Returns the picture in the bytes of a file.
   *
   * @param origin what to call the picture in error messages, usually its path
   * @throws EspalierException {@code INVALID_IMAGE}, naming the origin and the reason
   */
  public Image decode(byte[] bytes, String origin) {
    if (bytes.length == 0) {
      throw invalid(origin, "the file is empty", null);
    }
    try (ImageInputStream stream =
        new MemoryCacheImageInputStream(new ByteArrayInputStream(bytes))) {
      ImageReader reader = readerFor(stream);
      if (reader == null) {
        throw new EspalierException(
            ErrorCode.INVALID_IMAGE,
            origin + " is not a picture of a known format.",
            "Use JPEG, PNG or BMP.");
      }
      try {
        return decode(reader, stream, origin);
      } finally {
        reader.dispose();
      }
    } catch (IOException e) {
      throw invalid(origin, reason(e), e);
    }
  }

  private static @Nullable ImageReader readerFor(ImageInputStream stream) throws IOException {
    Iterator<ImageReader> readers = ImageIO.getImageReaders(stream);
    while (readers.hasNext()) {
      ImageReader reader = readers.next();
      // WBMP has no signature: it would claim any file that begins with a zero byte.
      if (!reader.getFormatName().equalsIgnoreCase("wbmp")) {
        return reader;
      }
      reader.dispose();
    }
    return null;
  }

  private Image decode(ImageReader reader, ImageInputStream stream, String origin)
      throws IOException {
    Truncation truncation = new Truncation();
    try {
      reader.setInput(stream, true, true);
      reader.addIIOReadWarningListener(truncation);
      long pixels = (long) reader.getWidth(0) * reader.getHeight(0);
      if (pixels > pixelLimit) {
        throw new EspalierException(
            ErrorCode.INVALID_IMAGE,
            String.format(
                Locale.ROOT,
                "%s has %dx%d pixels (width x height), more than the limit of %,d.",
                origin,
                reader.getWidth(0),
                reader.getHeight(0),
                pixelLimit),
            "Make the picture smaller, or decode it with a higher pixelLimit.");
      }
      BufferedImage decoded = reader.read(0);
      if (truncation.seen) {
        throw new IIOException(Truncation.REASON);
      }
      return Pixels.toImage(decoded);
    } catch (EspalierException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      // Readers meet damaged files with all sorts of unchecked exceptions, and what they say of a
      // missing end is about the first thing that they then stumble over.
      throw new IIOException(truncation.seen ? Truncation.REASON : reason(e), e);
    }
  }

  /** The JPEG reader fills what is missing with grey, warns, and goes on. */
  private static final class Truncation implements IIOReadWarningListener {
    static final String REASON = "the file is cut short";

    boolean seen;

    @Override
    public void warningOccurred(ImageReader source, String warning) {
      String text = warning.toLowerCase(Locale.ROOT);
      seen |= text.contains("truncated") || text.contains("premature end");
    }
  }

  private static EspalierException invalid(
      String origin, String reason, @Nullable Throwable cause) {
    return new EspalierException(
        ErrorCode.INVALID_IMAGE,
        "The picture " + origin + " cannot be decoded: " + reason + ".",
        "The file is damaged, cut short, or of a variant that is not read: save it again as JPEG,"
            + " PNG or BMP.",
        cause);
  }

  private static String reason(Exception e) {
    String message = e.getMessage();
    return message == null ? e.getClass().getSimpleName() : message;
  }
}
