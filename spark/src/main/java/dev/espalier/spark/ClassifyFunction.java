package dev.espalier.spark;

import dev.espalier.core.classifier.Classification;
import dev.espalier.data.Image;
import dev.espalier.error.EspalierException;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.SerializableConfiguration;
import org.jspecify.annotations.Nullable;

/**
 * Classifies the image of one value, for SQL.
 *
 * @param files how files are read
 */
record ClassifyFunction(DistributedModel model, SerializableConfiguration files)
    implements UDF1<@Nullable Object, @Nullable Row> {
  /** What it returns. */
  static final StructType RESULT =
      new StructType()
          .add("prediction", DataTypes.DoubleType)
          .add("predictedLabel", DataTypes.StringType)
          .add("probability", DataTypes.createArrayType(DataTypes.DoubleType, false))
          .add("error", DataTypes.StringType);

  @Override
  public @Nullable Row call(@Nullable Object value) {
    if (value == null) {
      return null;
    }
    ImageInput input = ImageInput.of(value);
    try (ExecutorClassifiers.Lease lease = model.lease()) {
      Image image = input.read(value, "value", lease.reader(), files.value());
      Classification answer = lease.classifier().classify(image);
      return RowFactory.create(
          (double) answer.best().label(),
          OutputColumns.label(answer),
          OutputColumns.doubles(answer.scores()),
          null);
    } catch (EspalierException e) {
      if (!ClassifiedRows.OF_IMAGES.contains(e.code())) {
        throw e;
      }
      return RowFactory.create(null, null, null, e.getMessage());
    }
  }
}
