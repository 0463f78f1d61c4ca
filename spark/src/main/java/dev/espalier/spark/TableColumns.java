package dev.espalier.spark;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import java.util.List;
import java.util.function.Predicate;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;

/** Checks of what is read from a table. */
final class TableColumns {
  private TableColumns() {}

  /**
   * Checks that a table has a column of a type.
   *
   * @param type name of the type
   * @param wanted what the column contains
   */
  static void require(
      StructType schema,
      String column,
      String type,
      Predicate<? super DataType> accepted,
      String wanted) {
    if (!List.of(schema.fieldNames()).contains(column)) {
      throw new EspalierException(
          ErrorCode.INVALID_OPTION,
          "The table has no column \"" + column + "\".",
          "Its columns are: " + String.join(", ", schema.fieldNames()) + ".");
    }
    DataType found = schema.apply(column).dataType();
    if (!accepted.test(found)) {
      throw new EspalierException(
          ErrorCode.INVALID_OPTION,
          "The column \""
              + column
              + "\" has the type "
              + found.simpleString()
              + ", not "
              + type
              + ".",
          "Give a column of " + wanted + ".");
    }
  }

  /** Checks that no value of a row is null. */
  static void requireValues(Row row) {
    for (int i = 0; i < row.size(); i++) {
      if (row.isNullAt(i)) {
        String known = i == 0 || !(row.get(0) instanceof String text) ? "" : " for " + text;
        throw new EspalierException(
            ErrorCode.INVALID_DATA_FILE,
            "The table has a row without " + row.schema().fieldNames()[i] + known + ".",
            "Leave such rows out: table.na().drop().");
      }
    }
  }
}
