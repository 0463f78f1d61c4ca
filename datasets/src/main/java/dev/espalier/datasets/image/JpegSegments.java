package dev.espalier.datasets.image;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The segments of a JPEG file, up to the end of its first image. Damaged files give fewer segments,
 * never an error: the decoder reports problems better.
 *
 * @param width width in pixels, 0 if unknown
 * @param height height in pixels, 0 if unknown
 * @param components number of stored channels, 0 if unknown
 * @param scans number of passes over the pixels that decoding takes
 * @param ended whether the end-of-image marker is present
 * @param color color transform of the channels
 * @param exif the Exif data, or null
 * @param ofPixels the segments that determine the pixels, without preceding ones
 */
record JpegSegments(
    int width,
    int height,
    int components,
    int scans,
    boolean ended,
    Color color,
    @Nullable ByteBuffer exif,
    Excerpt ofPixels) {
  private static final byte[] EXIF = "Exif\0\0".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] ADOBE = "Adobe".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] JFIF = "JFIF\0".getBytes(StandardCharsets.US_ASCII);

  private static final int START_OF_IMAGE = 0xd8;
  private static final int END_OF_IMAGE = 0xd9;
  private static final int START_OF_SCAN = 0xda;
  private static final int COMMENT = 0xfe;

  /** The meaning of the channels of a JPEG file. */
  enum Color {
    /** Luminance only. */
    GREY,
    YCBCR,
    RGB,
    CMYK,
    YCCK,
    /** An unusual number of channels. */
    OTHER
  }

  static JpegSegments of(byte[] bytes) {
    return new Walk(bytes).segments();
  }

  /** Returns the number of pixels that decoding visits, counted once per scan. */
  long work() {
    return (long) width * height * Math.max(1, scans);
  }

  /**
   * Returns the file without profiles and comments, with a header that states the color transform.
   */
  byte[] decodable() {
    byte[] pixels = ofPixels.bytes();
    byte[] header =
        switch (color) {
          case GREY, YCBCR -> JFIF_SEGMENT;
          case RGB -> ADOBE_RGB_SEGMENT;
          case CMYK, YCCK, OTHER -> new byte[0];
        };
    return ByteBuffer.allocate(2 + header.length + pixels.length)
        .putShort((short) 0xffd8)
        .put(header)
        .put(pixels)
        .array();
  }

  /** One pass over a file. */
  private static final class Walk {
    private final byte[] bytes;
    private final ByteBuffer file;
    private final Excerpt rest;
    private int width;
    private int height;
    private byte[] componentIds = new byte[0];
    private int scans;
    private boolean ended;
    private boolean jfif;
    private int adobeTransform = -1;
    private @Nullable ByteBuffer exif;

    Walk(byte[] bytes) {
      this.bytes = bytes;
      this.file = ByteBuffer.wrap(bytes);
      this.rest = new Excerpt(bytes);
    }

    JpegSegments segments() {
      int position = nextMarker(Math.min(2, bytes.length));
      int kept = position;
      while (position + 2 <= bytes.length && !ended) {
        int marker = bytes[position + 1] & 0xff;
        if (marker == END_OF_IMAGE) {
          ended = true;
          rest.keep(kept, position + 2);
          break;
        }
        if (marker == START_OF_IMAGE) {
          position = nextMarker(position + 2);
          continue;
        }
        int end = position + 4 <= bytes.length ? position + 2 + length(position) : bytes.length;
        if (end < position + 4 || end > bytes.length) {
          break; // the decoder reports the problem
        }
        look(marker, file.slice(position + 4, end - position - 4));
        int next = nextMarker(end);
        if ((marker >= 0xe0 && marker <= 0xef) || marker == COMMENT) {
          rest.keep(kept, position);
          kept = next;
        }
        position = next;
      }
      if (!ended) {
        rest.keep(kept, bytes.length);
      }
      return new JpegSegments(
          width, height, componentIds.length, scans, ended, color(), exif, rest);
    }

    private int length(int position) {
      return file.getShort(position + 2) & 0xffff;
    }

    /** Skips pixels and anything else between segments, as decoders do. */
    private int nextMarker(int from) {
      for (int i = from; i + 1 < bytes.length; i++) {
        if (bytes[i] == (byte) 0xff) {
          int code = bytes[i + 1] & 0xff;
          boolean withoutLength = code <= 0x01 || (code >= 0xd0 && code <= 0xd7) || code == 0xff;
          if (!withoutLength) {
            return i;
          }
        }
      }
      return bytes.length;
    }

    private void look(int marker, ByteBuffer content) {
      if (marker == START_OF_SCAN) {
        scans++;
      } else if (isFrame(marker) && content.limit() > 5) {
        height = content.getShort(1) & 0xffff;
        width = content.getShort(3) & 0xffff;
        componentIds = new byte[content.get(5) & 0xff];
        for (int i = 0; i < componentIds.length && 6 + 3 * i < content.limit(); i++) {
          componentIds[i] = content.get(6 + 3 * i);
        }
      } else if (marker == 0xe0 && content.limit() >= 14 && startsWith(content, JFIF)) {
        jfif = true;
      } else if (marker == 0xe1 && exif == null && startsWith(content, EXIF)) {
        exif = content.slice(EXIF.length, content.limit() - EXIF.length);
      } else if (marker == 0xee && content.limit() >= 12 && startsWith(content, ADOBE)) {
        adobeTransform = content.get(11) & 0xff;
      }
    }

    /** Decides like libjpeg, which Pillow and TensorFlow use. */
    private Color color() {
      return switch (componentIds.length) {
        case 1 -> Color.GREY;
        case 3 -> {
          boolean named =
              componentIds[0] == 'R' && componentIds[1] == 'G' && componentIds[2] == 'B';
          boolean rgb = !jfif && (adobeTransform == 0 || (adobeTransform < 0 && named));
          yield rgb ? Color.RGB : Color.YCBCR;
        }
        case 4 -> adobeTransform > 0 ? Color.YCCK : Color.CMYK;
        default -> Color.OTHER;
      };
    }
  }

  /** Start of frame, except three markers in its range with other meanings. */
  private static boolean isFrame(int marker) {
    return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
  }

  private static boolean startsWith(ByteBuffer content, byte[] start) {
    return content.limit() >= start.length
        && content.slice(0, start.length).equals(ByteBuffer.wrap(start));
  }

  /** Version 1.1, square pixels, no thumbnail. */
  private static final byte[] JFIF_SEGMENT = {
    (byte) 0xff, (byte) 0xe0, 0, 16, 'J', 'F', 'I', 'F', 0, 1, 1, 0, 0, 1, 0, 1, 0, 0
  };

  /** Version 100, without a transform. */
  private static final byte[] ADOBE_RGB_SEGMENT = {
    (byte) 0xff, (byte) 0xee, 0, 14, 'A', 'd', 'o', 'b', 'e', 0, 100, 0, 0, 0, 0, 0
  };
}
