package dev.espalier.report.internal.page;

import dev.espalier.data.Image;
import dev.espalier.data.ImageResizing;
import dev.espalier.datasets.image.ImageEncoder;
import java.util.Base64;

/** Images as a report contains them: small, and inside of the page. */
public final class Thumbnails {
  /** Height and width at most, enough for sharp displays. */
  public static final int SIZE = 160;

  private Thumbnails() {}

  /** Returns an image that is not larger than a thumbnail. */
  public static Image of(Image image) {
    Image small = image;
    // Halved first, so that every pixel counts.
    while (Math.max(small.height(), small.width()) >= 2 * SIZE) {
      small = halved(small);
    }
    int larger = Math.max(small.height(), small.width());
    return larger <= SIZE
        ? small
        : ImageResizing.bilinear(
            small,
            Math.max(1, Math.round((float) SIZE * small.height() / larger)),
            Math.max(1, Math.round((float) SIZE * small.width() / larger)));
  }

  private static Image halved(Image image) {
    int height = Math.max(1, image.height() / 2);
    int width = Math.max(1, image.width() / 2);
    int channels = image.channels();
    byte[] pixels = new byte[height * width * channels];
    int at = 0;
    for (int row = 0; row < height; row++) {
      int below = Math.min(2 * row + 1, image.height() - 1);
      for (int column = 0; column < width; column++) {
        int right = Math.min(2 * column + 1, image.width() - 1);
        for (int channel = 0; channel < channels; channel++) {
          int sum =
              image.at(2 * row, 2 * column, channel)
                  + image.at(2 * row, right, channel)
                  + image.at(below, 2 * column, channel)
                  + image.at(below, right, channel);
          pixels[at++] = (byte) ((sum + 2) / 4);
        }
      }
    }
    return Image.wrap(height, width, channels, pixels);
  }

  /** Returns an image as the address of its content. */
  public static String dataUri(Image image) {
    return "data:image/jpeg;base64,"
        + Base64.getEncoder().encodeToString(ImageEncoder.jpeg(image, 0.82f));
  }
}
