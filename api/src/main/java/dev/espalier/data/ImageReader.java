package dev.espalier.data;

import java.nio.file.Path;

/** Decodes encoded images, such as JPEG and PNG, to pixels. Implementations are thread-safe. */
public interface ImageReader {
  /**
   * Reads an image file.
   *
   * @throws dev.espalier.error.EspalierException {@code FILE_NOT_READABLE}; {@code INVALID_IMAGE},
   *     naming the file and the reason
   */
  Image read(Path file);

  /**
   * Decodes an image file's content.
   *
   * @param origin where the bytes come from, for messages
   * @throws dev.espalier.error.EspalierException {@code INVALID_IMAGE}, naming the origin and the
   *     reason
   */
  Image decode(byte[] bytes, String origin);
}
