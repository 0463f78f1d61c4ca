package dev.espalier.spark;

import dev.espalier.core.Predictions.ClassScore;
import dev.espalier.core.classifier.Classification;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.HostArray;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * The names of the columns that a transformer adds, in this order; an empty one is left out.
 * Immutable.
 */
record OutputColumns(
    String prediction, String probability, String predictedLabel, String features, String error)
    implements Serializable {

  /** Returns a schema with these columns behind. */
  StructType addTo(StructType schema) {
    StructType all = add(schema, prediction, DataTypes.DoubleType);
    all = add(all, probability, SQLDataTypes.VectorType());
    all = add(all, predictedLabel, DataTypes.StringType);
    all = add(all, features, SQLDataTypes.VectorType());
    all = add(all, error, DataTypes.StringType);
    if (all.size() - schema.size() - (error.isEmpty() ? 0 : 1) == 0) {
      throw new EspalierException(
          ErrorCode.INVALID_OPTION,
          "No column to compute is named.",
          "Name one of predictionCol, probabilityCol and predictedLabelCol, or set featuresLayer.");
    }
    return all;
  }

  private static StructType add(StructType schema, String name, DataType type) {
    if (name.isEmpty()) {
      return schema;
    }
    if (List.of(schema.fieldNames()).contains(name)) {
      throw new EspalierException(
          ErrorCode.INVALID_OPTION,
          "There is a column \"" + name + "\" already.",
          "Drop or rename it, or choose another name for the new column; an empty name leaves it"
              + " out.");
    }
    return schema.add(name, type, true);
  }

  boolean needsClassification() {
    return !prediction.isEmpty() || !probability.isEmpty() || !predictedLabel.isEmpty();
  }

  /** Returns the values of a row, behind those that it has. */
  Object[] values(
      List<@Nullable Object> own,
      @Nullable Classification answer,
      @Nullable HostArray layer,
      @Nullable EspalierException problem) {
    List<@Nullable Object> values = new ArrayList<>(own);
    if (!prediction.isEmpty()) {
      values.add(answer == null ? null : (double) answer.best().label());
    }
    if (!probability.isEmpty()) {
      values.add(answer == null ? null : vector(answer.scores()));
    }
    if (!predictedLabel.isEmpty()) {
      values.add(answer == null ? null : label(answer));
    }
    if (!features.isEmpty()) {
      values.add(layer == null ? null : vector(layer.toFloats()));
    }
    if (!error.isEmpty()) {
      values.add(problem == null ? null : problem.getMessage());
    }
    return values.toArray();
  }

  /** The names of the classes that apply, null if there are none. */
  static @Nullable String label(Classification answer) {
    List<ClassScore> classes = answer.classes();
    return classes.isEmpty()
        ? null
        : classes.stream().map(ClassScore::className).collect(Collectors.joining(", "));
  }

  static double[] doubles(float[] values) {
    double[] wide = new double[values.length];
    for (int i = 0; i < wide.length; i++) {
      wide[i] = values[i];
    }
    return wide;
  }

  private static Vector vector(float[] values) {
    return Vectors.dense(doubles(values));
  }
}
