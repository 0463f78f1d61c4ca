package dev.espalier.datasets.image;

import dev.espalier.data.Image;
import java.nio.file.Path;

/** Reads image files with the default {@link ImageDecoder}. */
public final class ImageFiles {
  private ImageFiles() {}

  /**
   * Decodes an image file to RGB, uint8 {@code [height, width, 3]}.
   *
   * @throws dev.espalier.error.EspalierException {@code FILE_NOT_READABLE} or {@code
   *     INVALID_IMAGE}, naming the file
   */
  public static Image read(Path file) {
    return ImageDecoder.standard().read(file);
  }
}
