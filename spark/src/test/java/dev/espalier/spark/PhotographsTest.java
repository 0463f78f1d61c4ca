package dev.espalier.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import dev.espalier.core.classifier.Classifier;
import dev.espalier.core.classifier.FileClassification;
import dev.espalier.testkit.golden.SharedData;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Photographs of several formats and sizes, on each engine. */
@Tag("native")
@ExtendWith(SparkCluster.class)
class PhotographsTest {
  private static final List<String> PHOTOS =
      List.of(
          "coral_cat_test_0.bmp",
          "coral_parrot.jpg",
          "djl_fox.png",
          "djl_kitten.jpg",
          "kdl_image3.jpg",
          "kdl_image7.jpg");

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"tensorflow", "pytorch", "mxnet", "onnxruntime"})
  void answersAreThoseOfTheCommand(String engine, SparkSession session) {
    List<Path> photos =
        PHOTOS.stream().map(name -> SharedData.path("data/photos/" + name)).toList();
    Path model = TestModels.write(folder.resolve("colours.safetensors"), TestModels.colours());
    List<Row> rows =
        new EspalierClassifier()
            .setModelFile(model.toString())
            .setEngine(engine)
            .setInputCol("path")
            .transform(
                session
                    .createDataset(photos.stream().map(Path::toString).toList(), Encoders.STRING())
                    .toDF("path"))
            .collectAsList();
    // `espalier predict` prints these.
    try (Classifier classifier = Classifier.load(model, options -> options.engine(engine));
        Stream<FileClassification> answers = classifier.classifyFiles(photos)) {
      List<float[]> expected = answers.map(answer -> answer.orThrow().scores()).toList();
      for (int i = 0; i < PHOTOS.size(); i++) {
        float[] scores = Objects.requireNonNull(expected.get(i));
        assertThat(rows.get(i).<Vector>getAs("probability").toArray())
            .as(PHOTOS.get(i))
            .containsExactly(
                IntStream.range(0, scores.length).mapToDouble(k -> scores[k]).toArray(),
                offset(1e-6));
      }
    }
  }
}
