package dev.espalier.datasets.image;

import dev.espalier.data.Image;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The orientation of a camera. The Exif standard numbers these eight cases from 1 and names them by
 * the positions of the first stored row and column.
 */
enum Orientation {
  TOP_LEFT(false, false, false),
  TOP_RIGHT(false, true, false),
  BOTTOM_RIGHT(false, true, true),
  BOTTOM_LEFT(false, false, true),
  LEFT_TOP(true, false, false),
  RIGHT_TOP(true, true, false),
  RIGHT_BOTTOM(true, true, true),
  LEFT_BOTTOM(true, false, true);

  private static final int TAG = 0x0112;
  private static final int ENTRY_BYTES = 12;

  private final boolean turned;
  private final boolean fromRight;
  private final boolean fromBottom;

  /**
   * Describes a case.
   *
   * @param turned whether rows of the upright image are columns of the stored one
   * @param fromRight whether the left side of the upright image is stored last
   * @param fromBottom whether the top of the upright image is stored last
   */
  Orientation(boolean turned, boolean fromRight, boolean fromBottom) {
    this.turned = turned;
    this.fromRight = fromRight;
    this.fromBottom = fromBottom;
  }

  /** Returns the orientation stated in a file, {@link #TOP_LEFT} if it is missing or invalid. */
  static Orientation of(ImageFormat format, byte[] bytes) {
    ByteBuffer exif =
        switch (format) {
          case JPEG -> JpegSegments.of(bytes).exif();
          case PNG -> PngChunks.find(bytes, "eXIf");
          case WEBP -> withoutPrefix(WebpChunks.find(bytes, "EXIF"));
          case TIFF -> ByteBuffer.wrap(bytes);
          case GIF, BMP -> null;
        };
    try {
      return exif == null ? TOP_LEFT : ofTiff(exif);
    } catch (IndexOutOfBoundsException e) {
      return TOP_LEFT; // damaged, but the image itself may be intact
    }
  }

  /** Some WebP encoders keep the prefix that Exif data has in JPEG. */
  private static @Nullable ByteBuffer withoutPrefix(@Nullable ByteBuffer content) {
    if (content == null || content.limit() <= 6) {
      return content;
    }
    byte[] name = new byte[4];
    content.get(0, name);
    return new String(name, StandardCharsets.ISO_8859_1).equals("Exif")
        ? content.slice(6, content.limit() - 6)
        : content;
  }

  /** Searches the first directory of TIFF data, a format that Exif uses too. */
  private static Orientation ofTiff(ByteBuffer data) {
    data.order(data.get(0) == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    if (data.getShort(2) != 42) {
      return TOP_LEFT;
    }
    int directory = data.getInt(4);
    int count = data.getShort(directory) & 0xffff;
    for (int i = 0; i < count; i++) {
      int entry = directory + 2 + i * ENTRY_BYTES;
      if ((data.getShort(entry) & 0xffff) == TAG) {
        int number = data.getShort(entry + 8);
        return number >= 1 && number <= values().length ? values()[number - 1] : TOP_LEFT;
      }
    }
    return TOP_LEFT;
  }

  /** Returns the image in its correct orientation. */
  Image upright(Image stored) {
    if (this == TOP_LEFT) {
      return stored;
    }
    int height = turned ? stored.width() : stored.height();
    int width = turned ? stored.height() : stored.width();
    int channels = stored.channels();
    byte[] source = new byte[height * width * channels];
    stored.copyTo(source, 0);
    byte[] target = new byte[source.length];
    int position = 0;
    for (int y = 0; y < height; y++) {
      int down = fromBottom ? height - 1 - y : y;
      for (int x = 0; x < width; x++) {
        int across = fromRight ? width - 1 - x : x;
        int from = (turned ? across * height + down : down * width + across) * channels;
        for (int channel = 0; channel < channels; channel++) {
          target[position++] = source[from + channel];
        }
      }
    }
    return Image.wrap(height, width, channels, target);
  }
}
