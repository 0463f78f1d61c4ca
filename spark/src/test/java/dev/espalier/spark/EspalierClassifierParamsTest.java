package dev.espalier.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.error.EspalierException;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.ml.image.ImageSchema;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

/** What a transformer says without a session. */
class EspalierClassifierParamsTest {
  private static final StructType FILES =
      new StructType()
          .add("path", DataTypes.StringType)
          .add("length", DataTypes.LongType)
          .add("content", DataTypes.BinaryType);

  private static void assertRefused(EspalierClassifier classifier, StructType schema, String text) {
    assertThatThrownBy(() -> classifier.transformSchema(schema))
        .isInstanceOf(EspalierException.class)
        .hasMessage(text);
  }

  @Test
  void everyParamIsListedAndDocumented() {
    Param<?>[] params = new EspalierClassifier().params();
    assertThat(Arrays.stream(params).map(Param::name))
        .containsExactlyInAnyOrder(
            "batchSize",
            "device",
            "engine",
            "errorCol",
            "featuresCol",
            "featuresLayer",
            "inputCol",
            "modelFile",
            "predictedLabelCol",
            "predictionCol",
            "probabilityCol",
            "threads");
    assertThat(params).allSatisfy(param -> assertThat(param.doc()).endsWith("."));
  }

  @Test
  void settersAndGettersBelongTogether() {
    EspalierClassifier classifier =
        new EspalierClassifier()
            .setModelFile("m")
            .setInputCol("i")
            .setPredictionCol("p")
            .setProbabilityCol("q")
            .setPredictedLabelCol("l")
            .setFeaturesLayer("y")
            .setFeaturesCol("f")
            .setErrorCol("e")
            .setBatchSize(3)
            .setEngine("pytorch")
            .setDevice("cpu")
            .setThreads(2);
    assertThat(
            List.of(
                classifier.getModelFile(),
                classifier.getInputCol(),
                classifier.getPredictionCol(),
                classifier.getProbabilityCol(),
                classifier.getPredictedLabelCol(),
                classifier.getFeaturesLayer(),
                classifier.getFeaturesCol(),
                classifier.getErrorCol(),
                classifier.getBatchSize(),
                classifier.getEngine(),
                classifier.getDevice(),
                classifier.getThreads()))
        .containsExactly("m", "i", "p", "q", "l", "y", "f", "e", 3, "pytorch", "cpu", 2);
  }

  @Test
  void aCopyHasTheParamsAndThoseThatAreAdded() {
    EspalierClassifier classifier = new EspalierClassifier().setBatchSize(3).setErrorCol("why");
    EspalierClassifier copy =
        classifier.copy(new ParamMap().put(classifier.errorCol().w("reason")));
    assertThat(copy.uid()).isEqualTo(classifier.uid());
    assertThat(copy.getBatchSize()).isEqualTo(3);
    assertThat(copy.getErrorCol()).isEqualTo("reason");
    assertThat(classifier.getErrorCol()).isEqualTo("why");
  }

  @Test
  void rangesAreChecked() {
    EspalierClassifier classifier = new EspalierClassifier("c");
    assertThatThrownBy(() -> classifier.setBatchSize(0))
        .hasMessageContaining("c parameter batchSize given invalid value 0");
    assertThatThrownBy(() -> classifier.setThreads(-1))
        .hasMessageContaining("c parameter threads given invalid value -1");
  }

  @Test
  void newColumnsComeBehind() {
    assertThat(new EspalierClassifier().transformSchema(FILES))
        .isEqualTo(
            FILES
                .add("prediction", DataTypes.DoubleType)
                .add("probability", SQLDataTypes.VectorType())
                .add("predictedLabel", DataTypes.StringType)
                .add("error", DataTypes.StringType));
    assertThat(
            new EspalierClassifier()
                .setProbabilityCol("")
                .setPredictedLabelCol("")
                .setErrorCol("")
                .setFeaturesLayer("pool")
                .setInputCol("image")
                .transformSchema(new StructType().add("image", ImageSchema.columnSchema()))
                .fieldNames())
        .containsExactly("image", "prediction", "features");
  }

  @Test
  void refusesColumnsThatDoNotFit() {
    assertRefused(
        new EspalierClassifier().setInputCol("contents"),
        FILES,
        "There is no column named \"contents\". Known names, nearest first: content, length, path."
            + " [ESP-601]");
    assertRefused(
        new EspalierClassifier().setInputCol("length"),
        FILES,
        "The column \"length\" has the type bigint, not images. Give a column of paths (string), of"
            + " file contents (binary, from the source binaryFile) or of pixels (from the source"
            + " image). [ESP-604]");
    assertRefused(
        new EspalierClassifier(),
        new StructType().add("content", new StructType().add("data", DataTypes.BinaryType)),
        "The column \"content\" has the type struct<data:binary>, not images. Give a column of paths"
            + " (string), of file contents (binary, from the source binaryFile) or of pixels (from"
            + " the source image). [ESP-604]");
    assertRefused(
        new EspalierClassifier().setErrorCol("path"),
        FILES,
        "There is a column \"path\" already. Drop or rename it, or choose another name for the new"
            + " column; an empty name leaves it out. [ESP-604]");
    assertRefused(
        new EspalierClassifier().setProbabilityCol("prediction"),
        FILES,
        "There is a column \"prediction\" already. Drop or rename it, or choose another name for the"
            + " new column; an empty name leaves it out. [ESP-604]");
    assertRefused(
        new EspalierClassifier()
            .setPredictionCol("")
            .setProbabilityCol("")
            .setPredictedLabelCol(""),
        FILES,
        "No column to compute is named. Name one of predictionCol, probabilityCol and"
            + " predictedLabelCol, or set featuresLayer. [ESP-604]");
  }
}
