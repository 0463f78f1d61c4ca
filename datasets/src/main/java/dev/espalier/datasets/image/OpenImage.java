package dev.espalier.datasets.image;

import static java.util.Objects.requireNonNull;

import com.twelvemonkeys.imageio.stream.ByteArrayImageInputStream;
import dev.espalier.data.Image;
import dev.espalier.datasets.image.JpegSegments.Color;
import dev.espalier.error.FailureReason;
import dev.espalier.error.MemoryShortage;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.DataBufferByte;
import java.awt.image.IndexColorModel;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Iterator;
import javax.imageio.IIOException;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.event.IIOReadWarningListener;
import javax.imageio.spi.ImageReaderSpi;
import org.jspecify.annotations.Nullable;

/**
 * Reads the parts of a file that determine its pixels. Profiles, comments and further images are
 * withheld from the image reader: readers apply profiles, fail on damaged ones, and unpack and copy
 * data that nobody needs. Any exception caused by a damaged file is converted to an {@link
 * IOException} with a reason to display.
 */
final class OpenImage implements AutoCloseable {
  private final ImageFormat format;
  private final byte[] bytes;
  private final ImageReader reader;
  private final @Nullable JpegSegments jpeg;
  private final @Nullable TiffDirectory tiff;
  private final FirstWarning warning = new FirstWarning();

  private OpenImage(
      ImageFormat format,
      byte[] bytes,
      ImageReader reader,
      @Nullable JpegSegments jpeg,
      @Nullable TiffDirectory tiff) {
    this.format = format;
    this.bytes = bytes;
    this.reader = reader;
    this.jpeg = jpeg;
    this.tiff = tiff;
  }

  static OpenImage open(ImageFormat format, byte[] bytes, ImageReaderSpi provider)
      throws IOException {
    if (format == ImageFormat.WEBP && riffLength(bytes) > bytes.length) {
      throw new TruncatedException(); // the reader continues with zeros
    }
    JpegSegments jpeg = format == ImageFormat.JPEG ? JpegSegments.of(bytes) : null;
    TiffDirectory tiff = format == ImageFormat.TIFF ? TiffDirectory.of(bytes) : null;
    byte[] ofPixels =
        switch (format) {
          case JPEG -> requireNonNull(jpeg).decodable();
          case PNG -> PngChunks.ofPixels(bytes);
          case GIF -> GifBlocks.firstImage(bytes);
          case BMP -> BmpHeader.withoutProfile(bytes);
          case WEBP -> WebpChunks.firstImage(bytes);
          case TIFF -> requireNonNull(tiff).alone();
        };
    OpenImage image = new OpenImage(format, bytes, provider.createReaderInstance(), jpeg, tiff);
    // Only for GIF does metadata matter: the position on the screen.
    boolean ignoreMetadata = format != ImageFormat.GIF;
    image.reader.setInput(new ByteArrayImageInputStream(ofPixels), true, ignoreMetadata);
    image.reader.addIIOReadWarningListener(image.warning);
    return image;
  }

  private static long riffLength(byte[] bytes) {
    ByteBuffer file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    return 8 + (file.getInt(4) & 0xffffffffL);
  }

  /**
   * Returns the pixels of the largest bitmap that the reader allocates, which may exceed the image
   * size.
   */
  long largestBitmap() {
    return switch (format) {
      case WEBP -> WebpChunks.largestBitmap(bytes);
      case TIFF -> requireNonNull(tiff).paddedPixels();
      case JPEG, PNG, GIF, BMP -> 0;
    };
  }

  /** Returns the number of pixels that reading visits, counted once per scan. */
  long work() throws IOException {
    if (jpeg != null) {
      return jpeg.work();
    }
    return tiff == null ? 0 : tiff.jpegs().stream().mapToLong(JpegSegments::work).sum();
  }

  /** Returns the size of the image that {@link #read} returns. */
  Size size() throws IOException {
    return guarded(
        () -> {
          if (format == ImageFormat.TIFF && reader.getNumImages(true) < 1) {
            throw new IIOException("its directory of pages is missing or damaged");
          }
          Size stored = new Size(reader.getWidth(0), reader.getHeight(0));
          if (format != ImageFormat.GIF) {
            return stored;
          }
          GifScreen screen = GifScreen.of(reader);
          return new Size(screen.width(), screen.height());
        });
  }

  /** Width and height in pixels. */
  record Size(int width, int height) {
    long pixels() {
      return (long) width * height;
    }
  }

  ImageHeader header() throws IOException {
    Size size = size();
    return new ImageHeader(format, size.width(), size.height(), guarded(this::mode));
  }

  private String mode() throws IOException {
    if (jpeg != null) {
      int components = jpeg.components();
      return components == 1 ? "grey" : components == 4 ? "CMYK" : "color";
    }
    Iterator<ImageTypeSpecifier> types = reader.getImageTypes(0);
    if (!types.hasNext()) {
      return "unknown";
    }
    ColorModel colors = types.next().getColorModel();
    String kind =
        colors instanceof IndexColorModel
            ? "palette"
            : switch (colors.getColorSpace().getType()) {
              case ColorSpace.TYPE_GRAY -> "grey";
              case ColorSpace.TYPE_CMYK -> "CMYK";
              default -> "color";
            };
    return kind
        + (colors.hasAlpha() ? " with transparency" : "")
        + (colors.getComponentSize(0) > 8 ? ", " + colors.getComponentSize(0) + " bit" : "");
  }

  /**
   * Returns the pixels as they are stored.
   *
   * @param damaged what to do if data inside the file is lost
   */
  Image read(Pixels pixels, DamagedImages damaged) throws IOException {
    Image image = guarded(() -> read(pixels));
    if (damaged == DamagedImages.REFUSE && warning.text != null) {
      throw new IIOException("data in it is lost or damaged: " + warning.text);
    }
    return image;
  }

  private Image read(Pixels pixels) throws IOException {
    if (jpeg != null) {
      if (!jpeg.ended()) {
        throw new TruncatedException(); // the reader fills in gray
      }
      if (jpeg.components() == 4) {
        return Pixels.ofComplements(reader.readRaster(0, null), jpeg.color() == Color.YCCK);
      }
      Image colors = readColors(jpeg);
      if (colors != null) {
        return colors;
      }
    }
    if (tiff != null) {
      if (!tiff.jpegsHaveEnds()) {
        throw new TruncatedException();
      }
      TiffSamples samples = TiffSamples.of(tiff);
      if (samples.areRead() && !tiff.holdsJpeg()) {
        return samples.image(reader.readRaster(0, null), pixels.background());
      }
    }
    BufferedImage decoded = reader.read(0);
    return pixels.of(format == ImageFormat.GIF ? GifScreen.of(reader).show(decoded) : decoded);
  }

  /**
   * Makes the reader write directly to bytes in RGB order. By default it uses BGR and converts
   * pixel by pixel, which takes a third of the time.
   *
   * @return null for an image without three color channels
   */
  private @Nullable Image readColors(JpegSegments segments) throws IOException {
    Iterator<ImageTypeSpecifier> types = reader.getImageTypes(0);
    if (segments.components() != 3 || !types.hasNext()) {
      return null;
    }
    // The image's own color space, so that nothing is converted.
    ColorSpace space = types.next().getColorModel().getColorSpace();
    if (space.getType() != ColorSpace.TYPE_RGB) {
      return null;
    }
    int width = reader.getWidth(0);
    int height = reader.getHeight(0);
    BufferedImage target =
        ImageTypeSpecifier.createInterleaved(
                space, new int[] {0, 1, 2}, DataBuffer.TYPE_BYTE, false, false)
            .createBufferedImage(width, height);
    ImageReadParam param = reader.getDefaultReadParam();
    param.setDestination(target);
    reader.read(0, param);
    return Image.wrap(
        height, width, 3, ((DataBufferByte) target.getRaster().getDataBuffer()).getData());
  }

  private <T> T guarded(Reading<T> reading) throws IOException {
    try {
      return reading.run();
    } catch (TruncatedException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      MemoryShortage.rethrow(e);
      // Readers throw all kinds of unchecked exceptions for damaged files, and for a truncated one,
      // their message is about whatever they fail on first.
      if (isCausedByTheEnd(e)) {
        throw new TruncatedException(e);
      }
      throw new IIOException(FailureReason.of(e), e);
    }
  }

  private boolean isCausedByTheEnd(Throwable problem) {
    if ((format == ImageFormat.PNG && PngChunks.find(bytes, "IEND") == null)
        || (jpeg != null && !jpeg.ended())) {
      return true;
    }
    for (Throwable cause = problem; cause != null; cause = cause.getCause()) {
      if (cause instanceof EOFException) {
        return true;
      }
    }
    return false;
  }

  @Override
  public void close() {
    reader.dispose();
  }

  private interface Reading<T> {
    T run() throws IOException;
  }

  /** The file ends before the image does. */
  static final class TruncatedException extends IOException {
    private static final long serialVersionUID = 1L;

    TruncatedException() {
      super("the file is cut short");
    }

    TruncatedException(Throwable cause) {
      super("the file is cut short", cause);
    }
  }

  /** Receives the warnings of readers that tolerate damage. */
  private static final class FirstWarning implements IIOReadWarningListener {
    @Nullable String text;

    @Override
    public void warningOccurred(ImageReader source, String warning) {
      if (text == null) {
        text = warning;
      }
    }
  }
}
