package dev.espalier.datasets.image;

import com.twelvemonkeys.imageio.stream.ByteArrayImageInputStream;
import dev.espalier.data.Image;
import dev.espalier.datasets.internal.Reason;
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
import java.util.Locale;
import javax.imageio.IIOException;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.event.IIOReadWarningListener;
import javax.imageio.spi.ImageReaderSpi;
import org.jspecify.annotations.Nullable;

/**
 * A reader at work on the bytes of a file. Whatever a damaged file makes the reader stumble over
 * comes out as an {@link IOException} with a reason to show.
 */
final class OpenPicture implements AutoCloseable {
  private final ImageFormat format;
  private final byte[] bytes;
  private final ImageReader reader;
  private final Truncation truncation = new Truncation();

  private OpenPicture(ImageFormat format, byte[] bytes, ImageReader reader) {
    this.format = format;
    this.bytes = bytes;
    this.reader = reader;
  }

  static OpenPicture open(ImageFormat format, byte[] bytes, ImageReaderSpi provider)
      throws IOException {
    if (format == ImageFormat.WEBP && riffLength(bytes) > bytes.length) {
      throw new TruncatedException(); // the reader goes on with zeros
    }
    OpenPicture picture = new OpenPicture(format, bytes, provider.createReaderInstance());
    // Only a GIF's place on its screen is metadata that matters; others' may be large or damaged.
    boolean ignoreMetadata = format != ImageFormat.GIF;
    picture.reader.setInput(new ByteArrayImageInputStream(bytes), true, ignoreMetadata);
    picture.reader.addIIOReadWarningListener(picture.truncation);
    return picture;
  }

  private static long riffLength(byte[] bytes) {
    ByteBuffer file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    return 8 + (file.getInt(4) & 0xffffffffL);
  }

  /** Returns width and height of what {@link #read} will make. */
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
    if (format == ImageFormat.JPEG) {
      int components = JpegSegments.of(bytes).components();
      return components == 1 ? "grey" : components == 4 ? "CMYK" : "colour";
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
              default -> "colour";
            };
    return kind
        + (colors.hasAlpha() ? " with transparency" : "")
        + (colors.getComponentSize(0) > 8 ? ", " + colors.getComponentSize(0) + " bit" : "");
  }

  /** Returns the pixels as they are stored. */
  Image read(Pixels pixels) throws IOException {
    return guarded(
        () -> {
          if (format == ImageFormat.JPEG) {
            JpegSegments segments = JpegSegments.of(bytes);
            if (segments.components() == 4) {
              return Pixels.ofComplements(reader.readRaster(0, null), segments.isYcck());
            }
            Image colours = readColours(segments);
            if (colours != null) {
              return colours;
            }
          }
          BufferedImage decoded = reader.read(0);
          return pixels.of(
              format == ImageFormat.GIF ? GifScreen.of(reader).show(decoded) : decoded);
        });
  }

  /**
   * Has the reader write into bytes that lie as an image has them. Left to itself it takes the
   * order blue, green, red and changes it pixel by pixel, which takes a third of the time.
   *
   * @return null for a picture without three colours
   */
  private @Nullable Image readColours(JpegSegments segments) throws IOException {
    Iterator<ImageTypeSpecifier> types = reader.getImageTypes(0);
    if (segments.components() != 3 || !types.hasNext()) {
      return null;
    }
    // The picture's own colour space, so that nothing is converted.
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
      T result = reading.run();
      if (truncation.seen) {
        throw new TruncatedException();
      }
      return result;
    } catch (TruncatedException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      // Readers meet damaged files with all sorts of unchecked exceptions, and what they say of a
      // missing end is about the first thing that they then stumble over.
      if (truncation.seen || isCausedByTheEnd(e)) {
        throw new TruncatedException(e);
      }
      throw new IIOException(Reason.of(e), e);
    } catch (OutOfMemoryError e) {
      // One large array that there is no room for leaves room for everything else.
      throw new IIOException("its pixels need more memory than there is", e);
    }
  }

  private boolean isCausedByTheEnd(Throwable problem) {
    if (format == ImageFormat.PNG && PngChunks.find(bytes, "IEND") == null) {
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

  /** The file ends before the picture does. */
  static final class TruncatedException extends IOException {
    private static final long serialVersionUID = 1L;

    TruncatedException() {
      super("the file is cut short");
    }

    TruncatedException(Throwable cause) {
      super("the file is cut short", cause);
    }
  }

  /** The JPEG reader fills what is missing with grey, warns, and goes on. */
  private static final class Truncation implements IIOReadWarningListener {
    boolean seen;

    @Override
    public void warningOccurred(ImageReader source, String warning) {
      String text = warning.toLowerCase(Locale.ROOT);
      seen |= text.contains("truncated") || text.contains("premature end");
    }
  }
}
