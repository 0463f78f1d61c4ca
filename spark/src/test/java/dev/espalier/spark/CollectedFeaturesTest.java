package dev.espalier.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.activation.Activation;
import dev.espalier.core.Features;
import dev.espalier.core.Trainer;
import dev.espalier.data.Dataset;
import dev.espalier.datasets.image.ImageEncoder;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.HostArray;
import dev.espalier.model.Graft;
import dev.espalier.model.Model;
import dev.espalier.model.Weights;
import dev.espalier.training.FitOptions;
import dev.espalier.training.History;
import dev.espalier.training.TrainingConfig;
import dev.espalier.training.Verbosity;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@Tag("native")
@ExtendWith(SparkCluster.class)
class CollectedFeaturesTest {
  private static final int IMAGES = 25;
  private static final Dataset DATA = TestTraining.images(IMAGES);
  private static final TrainingConfig CONFIG = TrainingConfig.of(TestTraining.CONFIG);

  private static final FitOptions OPTIONS =
      FitOptions.of(fit -> fit.epochs(3).batchSize(6).workers(1).verbosity(Verbosity.SILENT));

  @TempDir static Path folder;

  private static org.apache.spark.sql.Dataset<Row> features(
      SparkSession session, Model base, String layer) {
    StructType schema =
        new StructType()
            .add("number", DataTypes.IntegerType)
            .add("label", DataTypes.IntegerType)
            .add("content", DataTypes.BinaryType);
    List<Row> rows =
        IntStream.range(0, IMAGES)
            .mapToObj(
                i -> RowFactory.create(i, DATA.label(i), ImageEncoder.png(DATA.get(i).image())))
            .toList();
    return new EspalierClassifier()
        .setModelFile(TestModels.write(folder.resolve("base.safetensors"), base).toString())
        .setEngine("onnxruntime")
        .setFeaturesLayer(layer)
        .transform(session.createDataFrame(rows, schema).repartition(2))
        .orderBy("number");
  }

  private static void assertSame(Weights actual, Weights expected) {
    assertThat(actual.asMap().keySet()).isEqualTo(expected.asMap().keySet());
    expected
        .asMap()
        .forEach(
            (name, array) -> {
              HostArray found = actual.get(name);
              for (int i = 0; i < array.elementCount(); i++) {
                assertThat(found.at(i)).as(name).isEqualTo(array.at(i), within(2e-5));
              }
            });
  }

  @Test
  void aHeadIsThatOfATrainingThroughTheFrozenBaseInOneProcess(SparkSession session) {
    Model base = TestModels.colours();
    Model model =
        Graft.onto(base.cutAt("pool")).frozen().dropout(0.2).dense(3, Activation.SOFTMAX).build();
    org.apache.spark.sql.Dataset<Row> table = features(session, base, "pool");
    try (Trainer through = Trainer.of(model, CONFIG);
        Trainer head = Trainer.of(model, CONFIG);
        Features features =
            CollectedFeatures.of(table, "pool", "features", "label", DATA.classNames())) {
      History expected = through.fit(DATA, OPTIONS);
      History history = head.fitHead(features, OPTIONS);

      assertSame(head.weights(), through.weights());
      for (int epoch = 0; epoch < 3; epoch++) {
        assertThat(history.values("loss").get(epoch))
            .isEqualTo(expected.values("loss").get(epoch), within(2e-5));
      }
      assertThat(expected.values("loss")).doesNotHaveDuplicates();
      Model trained = head.model();
      assertThat(trained.classNames()).isEqualTo(DATA.classNames());
      List<Row> answers =
          new EspalierClassifier()
              .setModelFile(
                  TestModels.write(folder.resolve("head.safetensors"), trained).toString())
              .setEngine("onnxruntime")
              .transform(table.select("number", "content"))
              .orderBy("number")
              .collectAsList();
      HostArray scores = through.predict(DATA).outputs().values().iterator().next();
      for (int i = 0; i < IMAGES; i++) {
        double[] probabilities = answers.get(i).<Vector>getAs("probability").toArray();
        for (int label = 0; label < 3; label++) {
          assertThat(probabilities[label]).isEqualTo(scores.at(i * 3 + label), within(2e-5));
        }
      }
    }
  }

  private static void assertRefused(
      org.apache.spark.sql.Dataset<Row> table, String features, String label, String message) {
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(
            () -> CollectedFeatures.of(table, "pool", features, label, List.of("a", "b", "c")))
        .withMessageContaining(message);
  }

  @Test
  void tablesWithoutFeaturesOrLabelsAreRefused(SparkSession session) {
    org.apache.spark.sql.Dataset<Row> table =
        features(session, TestModels.colours(), "pool")
            .select("features", "label", "error", "number")
            .cache();
    assertRefused(
        table,
        "feature",
        "label",
        "The table has no column \"feature\". Its columns are: features, label, error, number.");
    assertRefused(
        table,
        "label",
        "label",
        "The column \"label\" has the type int, not vector. Give a column of vectors.");
    assertRefused(
        table,
        "features",
        "error",
        "The column \"error\" has the type string, not number. Give a column of numbers.");
    assertRefused(
        table.withColumn("label", table.col("label").multiply(0.5)),
        "features",
        "label",
        "The table has the label 0.5. Labels are whole numbers from 0");
    assertRefused(
        table,
        "features",
        "number",
        "The table has the label 3, but there are 3 names. Give one name for each label, in their"
            + " order.");
    assertRefused(
        table.selectExpr("features", "nullif(label, 2) as label"),
        "features",
        "label",
        "The table has a row without label. Leave such rows out: table.na().drop().");
    assertRefused(
        table.filter("number < 0"), "features", "label", "There are no features of \"pool\".");
    table.unpersist();
  }
}
