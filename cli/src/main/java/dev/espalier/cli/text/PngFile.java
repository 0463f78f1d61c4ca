package dev.espalier.cli.text;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** Writes PNG files. */
public final class PngFile {
  private PngFile() {}

  /**
   * Writes an image as PNG. It is encoded in memory first: given an unwritable file, the JDK prints
   * a stack trace of its own, and given a stream, it needs a folder for temporary files.
   */
  public static void write(Path file, BufferedImage image) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (MemoryCacheImageOutputStream stream = new MemoryCacheImageOutputStream(bytes)) {
      if (!ImageIO.write(image, "png", stream)) {
        throw new IOException("no writer for PNG");
      }
    }
    Files.write(file, bytes.toByteArray());
  }
}
