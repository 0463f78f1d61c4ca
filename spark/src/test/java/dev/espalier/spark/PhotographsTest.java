package dev.espalier.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import dev.espalier.core.classifier.Classifier;
import dev.espalier.core.classifier.FileClassification;
import dev.espalier.testkit.golden.SharedData;
import java.io.IOException;
import java.nio.file.Files;
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
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"tensorflow", "pytorch", "mxnet", "onnxruntime"})
  void answersAreThoseOfTheCommand(String engine, SparkSession session) throws IOException {
    List<Path> photos = photographs();
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
      assertThat(rows).hasSameSizeAs(photos);
      for (int i = 0; i < photos.size(); i++) {
        float[] scores = Objects.requireNonNull(expected.get(i));
        assertThat(rows.get(i).<Vector>getAs("probability").toArray())
            .as("%s", photos.get(i))
            .containsExactly(
                IntStream.range(0, scores.length).mapToDouble(k -> scores[k]).toArray(),
                offset(1e-6));
      }
    }
  }

  private static List<Path> photographs() throws IOException {
    try (Stream<Path> files = Files.list(SharedData.path("data/photos"))) {
      return files.filter(file -> !file.toString().endsWith(".tsv")).sorted().toList();
    }
  }
}
