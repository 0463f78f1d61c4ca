package dev.espalier.datasets.image;

import dev.espalier.data.Image;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** Encodes images. */
public final class ImageEncoder {
  private ImageEncoder() {}

  /** Returns an image, grey or in color, as PNG. */
  public static byte[] png(Image image) {
    return png(buffered(image));
  }

  /**
   * Returns a drawn image as PNG. It is encoded in memory: given an unwritable file, the JDK prints
   * a stack trace of its own, and given a stream, it needs a folder for temporary files.
   */
  public static byte[] png(BufferedImage image) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (MemoryCacheImageOutputStream stream = new MemoryCacheImageOutputStream(bytes)) {
      if (!ImageIO.write(image, "png", stream)) {
        throw new IOException("no writer for PNG");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /**
   * Returns an image, grey or in color, as JPEG.
   *
   * @param quality from 0, the smallest file, to 1
   * @throws EspalierException {@link ErrorCode#INVALID_ARGUMENT} if the quality is outside of that
   */
  public static byte[] jpeg(Image image, float quality) {
    if (!(quality >= 0 && quality <= 1)) {
      throw new EspalierException(
          ErrorCode.INVALID_ARGUMENT,
          "The quality of a JPEG is " + quality + ".",
          "Give a number from 0 to 1, such as 0.85.");
    }
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (MemoryCacheImageOutputStream stream = new MemoryCacheImageOutputStream(bytes)) {
      ImageWriteParam parameters = writer.getDefaultWriteParam();
      parameters.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
      parameters.setCompressionQuality(quality);
      writer.setOutput(stream);
      writer.write(null, new IIOImage(buffered(image), null, null), parameters);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }

  /** Returns an image, grey or in color, to draw with. */
  public static BufferedImage buffered(Image image) {
    BufferedImage buffered =
        new BufferedImage(image.width(), image.height(), BufferedImage.TYPE_INT_RGB);
    for (int row = 0; row < image.height(); row++) {
      for (int column = 0; column < image.width(); column++) {
        int rgb = 0;
        for (int channel = 0; channel < 3; channel++) {
          rgb = 256 * rgb + image.at(row, column, Math.min(channel, image.channels() - 1));
        }
        buffered.setRGB(column, row, rgb);
      }
    }
    return buffered;
  }
}
