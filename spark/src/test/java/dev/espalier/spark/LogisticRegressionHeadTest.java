package dev.espalier.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import dev.espalier.datasets.image.ImageEncoder;
import dev.espalier.error.EspalierException;
import dev.espalier.model.InferenceSettings;
import dev.espalier.model.Model;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.ml.classification.LogisticRegression;
import org.apache.spark.ml.classification.LogisticRegressionModel;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@Tag("native")
@ExtendWith(SparkCluster.class)
class LogisticRegressionHeadTest {
  private static final Model BASE = TestModels.colours();

  @TempDir static Path folder;

  private static Dataset<Row> images;
  private static Path base;

  @BeforeAll
  static void writeBase(SparkSession session) {
    base = TestModels.write(folder.resolve("base.safetensors"), BASE);
    StructType schema =
        new StructType()
            .add("number", DataTypes.IntegerType)
            .add("label", DataTypes.DoubleType)
            .add("content", DataTypes.BinaryType);
    List<Row> rows =
        IntStream.range(0, 24)
            .mapToObj(
                i ->
                    RowFactory.create(
                        i, (double) (i % 3), ImageEncoder.png(TestModels.image(i, 16, 16))))
            .toList();
    images = session.createDataFrame(rows, schema).repartition(2).cache();
  }

  private static Dataset<Row> features(String layer) {
    return new EspalierClassifier()
        .setModelFile(base.toString())
        .setEngine("onnxruntime")
        .setFeaturesLayer(layer)
        .setPredictionCol("")
        .setProbabilityCol("")
        .setPredictedLabelCol("")
        .transform(images);
  }

  private static LogisticRegression regression() {
    return new LogisticRegression().setMaxIter(10).setRegParam(0.001);
  }

  /** The pipeline of features and regression answers as the model that is made of both. */
  private static void assertSameAnswers(
      Dataset<Row> features, LogisticRegressionModel regression, Model grafted) {
    Path file = TestModels.write(folder.resolve("grafted.safetensors"), grafted);
    List<Row> expected = regression.transform(features).orderBy("number").collectAsList();
    List<Row> answers =
        new EspalierClassifier()
            .setModelFile(file.toString())
            .setEngine("onnxruntime")
            .transform(features.drop("features", "error"))
            .orderBy("number")
            .collectAsList();
    assertThat(answers).hasSameSizeAs(expected).isNotEmpty();
    for (int i = 0; i < answers.size(); i++) {
      assertThat(answers.get(i).<Vector>getAs("probability").toArray())
          .containsExactly(expected.get(i).<Vector>getAs("probability").toArray(), offset(1e-5));
      assertThat(answers.get(i).<Double>getAs("prediction"))
          .isEqualTo(expected.get(i).<Double>getAs("prediction"))
          .isEqualTo(expected.get(i).<Double>getAs("label"));
    }
  }

  @Test
  void theGraftedModelAnswersAsThePipeline() {
    Dataset<Row> features = features("pool").cache();
    LogisticRegressionModel trained = regression().fit(features);
    Model grafted =
        LogisticRegressionHead.graft(BASE, "pool", trained, List.of("rot", "gelb", "blau"));
    assertThat(grafted.classNames()).containsExactly("rot", "gelb", "blau");
    assertThat(grafted.trainableParameterCount()).isEqualTo(3 * 3 + 3);
    assertSameAnswers(features, trained, grafted);
  }

  @Test
  void twoClassesHaveOneRowOfCoefficients() {
    Dataset<Row> features = features("pool").filter("label < 2").cache();
    LogisticRegressionModel trained = regression().fit(features);
    assertThat(trained.coefficientMatrix().numRows()).isEqualTo(1);
    assertSameAnswers(
        features, trained, LogisticRegressionHead.graft(BASE, "pool", trained, List.of()));
  }

  @Test
  void featureMapsAreFlattenedAndOtherThingsRefused() {
    Dataset<Row> features = features("channels").cache();
    LogisticRegressionModel trained = regression().setMaxIter(3).fit(features);
    Model tuned = BASE.withInferenceSettings(InferenceSettings.defaults().withTemperature(2));
    Model grafted = LogisticRegressionHead.graft(tuned, "channels", trained, List.of());
    assertThat(grafted.inferenceSettings().temperature()).isEqualTo(1);
    assertSameAnswers(features, trained, grafted);
    assertThatThrownBy(() -> LogisticRegressionHead.graft(BASE, "pool", trained, List.of()))
        .isInstanceOf(EspalierException.class)
        .hasMessage(
            "The layer \"pool\" gives (3,) for an image, but the regression was trained on 768"
                + " features. Name the layer that computed the features, and the model that it"
                + " belongs to. [ESP-101]");
    assertThatThrownBy(
            () -> LogisticRegressionHead.graft(BASE, "channels", trained, List.of("a", "b")))
        .isInstanceOf(EspalierException.class)
        .hasMessage(
            "The regression tells 3 classes apart, but has 2 names. Give one name for each label,"
                + " in their order. [ESP-102]");
  }
}
