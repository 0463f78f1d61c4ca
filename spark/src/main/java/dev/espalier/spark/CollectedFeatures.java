package dev.espalier.spark;

import dev.espalier.core.Features;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StructType;

/**
 * Collects the features of a frozen base, which {@link EspalierClassifier} computed, so that a head
 * for it is trained on the driver: with the losses, optimizers, schedules and callbacks of any
 * training, where {@link LogisticRegressionHead} takes what Spark ML trained.
 *
 * <pre>{@code
 * Model model =
 *     Graft.onto(base.cutAt("avg_pool")).frozen().dropout(0.2).dense(37, Activation.SOFTMAX).build();
 * try (Features features =
 *         CollectedFeatures.of(table, "avg_pool", "features", "label", classNames);
 *     Trainer trainer = Trainer.of(model, config)) {
 *   trainer.fitHead(features, fit -> fit.epochs(20).batchSize(256));
 *   return trainer.model();
 * }
 * }</pre>
 */
public final class CollectedFeatures {
  private CollectedFeatures() {}

  /**
   * Returns the features of a table, in its order, in a temporary file of the driver. The rows are
   * fetched one partition after the other, so that the driver needs memory for one, and each is
   * computed once.
   *
   * @param table one row for each image
   * @param layer the {@code featuresLayer} of {@link EspalierClassifier}
   * @param featuresColumn column of the features (vector)
   * @param labelColumn column of labels, from 0 (number)
   * @param classNames by label, such as those of a {@code StringIndexerModel}; empty if unknown
   * @throws EspalierException {@link ErrorCode#INVALID_OPTION} if a column does not exist or has
   *     another type; {@link ErrorCode#INVALID_DATA_FILE} if a row has a null, or a label that is
   *     none; {@link ErrorCode#SHAPE_MISMATCH} if rows have different numbers of features; {@link
   *     ErrorCode#INVALID_ARGUMENT} if a label has no name; {@link ErrorCode#EMPTY_DATASET} if
   *     there are no rows; {@link ErrorCode#FILE_NOT_WRITABLE} if the disk is full
   */
  public static Features of(
      Dataset<Row> table,
      String layer,
      String featuresColumn,
      String labelColumn,
      List<String> classNames) {
    StructType schema = table.schema();
    TableColumns.require(
        schema, featuresColumn, "vector", SQLDataTypes.VectorType()::equals, "vectors");
    TableColumns.require(
        schema, labelColumn, "number", type -> type instanceof NumericType, "numbers");
    Iterator<Row> rows =
        table
            .select(
                functions.col(featuresColumn),
                functions.col(labelColumn).cast(DataTypes.DoubleType).as(labelColumn))
            .toLocalIterator();
    return Features.of(
        layer,
        samples -> {
          samples.name("table").classNames(classNames);
          while (rows.hasNext()) {
            Row row = rows.next();
            TableColumns.requireValues(row);
            samples.add(label(row.getDouble(1), classNames), floats(row.<Vector>getAs(0)));
          }
        });
  }

  private static int label(double value, List<String> classNames) {
    int label = (int) value;
    if (label != value || label < 0) {
      throw new EspalierException(
          ErrorCode.INVALID_DATA_FILE,
          "The table has the label " + value + ".",
          "Labels are whole numbers from 0, such as those of a StringIndexer.");
    }
    if (!classNames.isEmpty() && label >= classNames.size()) {
      throw new EspalierException(
          ErrorCode.INVALID_ARGUMENT,
          "The table has the label " + label + ", but there are " + classNames.size() + " names.",
          "Give one name for each label, in their order.");
    }
    return label;
  }

  private static float[] floats(Vector vector) {
    double[] values = vector.toArray();
    float[] floats = new float[values.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }
}
