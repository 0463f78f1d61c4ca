package dev.espalier.spark;

import dev.espalier.data.Image;
import dev.espalier.data.ImageReader;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.error.NearestNames;
import java.io.Serializable;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * The column of a schema that contains images. Immutable.
 *
 * @param index of the column
 * @param originIndex of the column that says in messages where an image comes from, or -1
 */
record ImageColumn(String name, int index, ImageInput input, int originIndex)
    implements Serializable {
  /**
   * Finds a column.
   *
   * @throws EspalierException {@link ErrorCode#UNKNOWN_NAME} or {@link ErrorCode#INVALID_OPTION}
   */
  static ImageColumn of(StructType schema, String name) {
    List<String> names = List.of(schema.fieldNames());
    int index = names.indexOf(name);
    if (index < 0) {
      throw NearestNames.unknown(ErrorCode.UNKNOWN_NAME, "column", name, names);
    }
    ImageInput input = ImageInput.of(name, schema.apply(index).dataType());
    int path = names.indexOf(ImageInput.PATH_COLUMN);
    boolean origin = path >= 0 && schema.apply(path).dataType().equals(DataTypes.StringType);
    return new ImageColumn(name, index, input, origin ? path : -1);
  }

  /**
   * Returns the image of a row.
   *
   * @throws EspalierException {@code FILE_NOT_READABLE} or {@code INVALID_IMAGE}
   */
  Image read(Row row, ImageReader reader, Configuration files) {
    if (row.isNullAt(index)) {
      throw new EspalierException(
          ErrorCode.INVALID_IMAGE,
          "The column \"" + name + "\" of the row is null.",
          "Leave such rows out: dataset.na().drop().");
    }
    String origin =
        originIndex < 0 || row.isNullAt(originIndex)
            ? "value of column \"" + name + "\""
            : row.getString(originIndex);
    return input.read(row.get(index), origin, reader, files);
  }
}
