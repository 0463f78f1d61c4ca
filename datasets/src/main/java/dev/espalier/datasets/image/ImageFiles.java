package dev.espalier.datasets.image;

import dev.espalier.data.Image;
import java.nio.file.Path;

/** Reads pictures with the usual settings; {@link ImageDecoder} has the settings. */
public final class ImageFiles {
  private ImageFiles() {}

  /**
   * Returns the picture in a picture file as red, green and blue.
   *
   * @throws dev.espalier.error.EspalierException {@code FILE_NOT_READABLE} or {@code
   *     INVALID_IMAGE}, naming the file
   */
  public static Image read(Path file) {
    return ImageDecoder.standard().read(file);
  }
}
