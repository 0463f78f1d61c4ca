package dev.espalier.spark;

import dev.espalier.data.Image;
import dev.espalier.data.ImageReader;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.ml.image.ImageSchema;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** How a column contains images. */
enum ImageInput {
  /** The path of an image file, which the executor reads. */
  PATH {
    @Override
    Image read(Object value, String origin, ImageReader reader, Configuration files) {
      String path = (String) value;
      try {
        return reader.decode(HadoopFiles.read(path, files), path);
      } catch (IOException | IllegalArgumentException e) {
        throw HadoopFiles.notReadable(path, e);
      }
    }
  },

  /** The content of an image file, as the source {@code binaryFile} reads it. */
  CONTENT {
    @Override
    Image read(Object value, String origin, ImageReader reader, Configuration files) {
      return reader.decode((byte[]) value, origin);
    }
  },

  /** The pixels, as the source {@code image} reads them. */
  PIXELS {
    @Override
    Image read(Object value, String origin, ImageReader reader, Configuration files) {
      return pixels((Row) value);
    }
  };

  /** The name of the column with the path that the source {@code binaryFile} adds. */
  static final String PATH_COLUMN = "path";

  private static final int GREY = 1;
  private static final int BGR = 3;
  private static final int BGRA = 4;

  /**
   * Returns how a column of a type contains images.
   *
   * @throws EspalierException {@link ErrorCode#INVALID_OPTION} if it does not
   */
  static ImageInput of(String column, DataType type) {
    if (type.equals(DataTypes.StringType)) {
      return PATH;
    }
    if (type.equals(DataTypes.BinaryType)) {
      return CONTENT;
    }
    if (type instanceof StructType struct && hasPixels(struct)) {
      return PIXELS;
    }
    throw new EspalierException(
        ErrorCode.INVALID_OPTION,
        "The column \"" + column + "\" has the type " + type.simpleString() + ", not images.",
        "Give a column of paths (string), of file contents (binary, from the source binaryFile) or"
            + " of pixels (from the source image).");
  }

  /** Whether a value may be null is not part of the comparison. */
  private static boolean hasPixels(StructType type) {
    StructType expected = ImageSchema.columnSchema();
    if (type.size() != expected.size()) {
      return false;
    }
    for (int i = 0; i < type.size(); i++) {
      if (!type.apply(i).name().equals(expected.apply(i).name())
          || !type.apply(i).dataType().equals(expected.apply(i).dataType())) {
        return false;
      }
    }
    return true;
  }

  /**
   * Returns how a value that came without a type contains an image.
   *
   * @throws EspalierException {@link ErrorCode#INVALID_ARGUMENT} if it does not
   */
  static ImageInput of(Object value) {
    if (value instanceof String) {
      return PATH;
    }
    if (value instanceof byte[]) {
      return CONTENT;
    }
    if (value instanceof Row row && row.schema() != null && hasPixels(row.schema())) {
      return PIXELS;
    }
    throw new EspalierException(
        ErrorCode.INVALID_ARGUMENT,
        "A value of type " + value.getClass().getSimpleName() + " is not an image.",
        "Give a path (string), the content of a file (binary, from the source binaryFile) or pixels"
            + " (from the source image).");
  }

  /**
   * Returns the image of a value.
   *
   * @param origin of contents, for messages
   * @throws EspalierException {@code FILE_NOT_READABLE} or {@code INVALID_IMAGE}
   */
  abstract Image read(Object value, String origin, ImageReader reader, Configuration files);

  /** OpenCV's order of channels, which Spark uses, becomes red, green, blue. */
  private static Image pixels(Row image) {
    int height = ImageSchema.getHeight(image);
    int width = ImageSchema.getWidth(image);
    int channels = ImageSchema.getNChannels(image);
    byte[] data = ImageSchema.getData(image);
    String origin = ImageSchema.getOrigin(image);
    if (height < 1 || width < 1 || (channels != GREY && channels != BGR && channels != BGRA)) {
      throw new EspalierException(
          ErrorCode.INVALID_IMAGE,
          "Spark could not decode the image " + origin + ".",
          "Check the file, or read it with the source binaryFile, whose content Espalier decodes.");
    }
    long pixels = (long) height * width;
    if (data.length != pixels * channels) {
      throw new EspalierException(
          ErrorCode.INVALID_IMAGE,
          "The image "
              + origin
              + " has "
              + data.length
              + " bytes for "
              + height
              + "x"
              + width
              + "x"
              + channels
              + ".",
          "Give height * width * nChannels bytes.");
    }
    byte[] rgb = new byte[Math.toIntExact(pixels * 3)];
    for (int from = 0, to = 0; to < rgb.length; from += channels, to += 3) {
      int opacity = channels == BGRA ? data[from + 3] & 0xff : 255;
      rgb[to] = overWhite(data[channels == GREY ? from : from + 2], opacity);
      rgb[to + 1] = overWhite(data[channels == GREY ? from : from + 1], opacity);
      rgb[to + 2] = overWhite(data[from], opacity);
    }
    return Image.wrap(height, width, 3, rgb);
  }

  private static byte overWhite(byte value, int opacity) {
    return (byte) (((value & 0xff) * opacity + 255 * (255 - opacity) + 127) / 255);
  }
}
