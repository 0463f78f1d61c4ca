package dev.espalier.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import dev.espalier.core.classifier.Classification;
import dev.espalier.core.classifier.Classifier;
import dev.espalier.data.Image;
import dev.espalier.datasets.image.ImageEncoder;
import dev.espalier.error.EspalierException;
import dev.espalier.model.Model;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.stream.IntStream;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.scheduler.AccumulableInfo;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerStageCompleted;
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
import scala.jdk.javaapi.CollectionConverters;

@Tag("native")
@ExtendWith(SparkCluster.class)
class EspalierClassifierTest {
  private static final int IMAGES = 24;

  @TempDir static Path folder;

  private static SparkSession session;
  private static Path images;
  private static Path model;
  private static List<Image> decoded;

  @BeforeAll
  static void writeImages(SparkSession cluster) throws IOException {
    session = cluster;
    images = Files.createDirectory(folder.resolve("images"));
    decoded =
        IntStream.range(0, IMAGES).mapToObj(i -> TestModels.image(i, 18 + i % 3, 20)).toList();
    for (int i = 0; i < IMAGES; i++) {
      Files.write(images.resolve("%03d.png".formatted(i)), ImageEncoder.png(decoded.get(i)));
    }
    model = TestModels.write(folder.resolve("colours.safetensors"), TestModels.colours());
  }

  private static EspalierClassifier classifier() {
    return new EspalierClassifier()
        .setModelFile(model.toUri().toString())
        .setEngine("tensorflow")
        .setBatchSize(4);
  }

  /** The files, spread over the executors. */
  private static Dataset<Row> contents() {
    return session.read().format("binaryFile").load(images.toString()).repartition(6);
  }

  private static List<Row> sorted(Dataset<Row> rows, String column) {
    List<Row> collected = new ArrayList<>(rows.collectAsList());
    collected.sort(Comparator.comparing(row -> row.<String>getAs(column)));
    return collected;
  }

  private static List<Classification> expected(Model model, List<Image> given) {
    try (Classifier classifier = Classifier.of(model, options -> options.engine("tensorflow"))) {
      return classifier.classify(given);
    }
  }

  private static double[] doubles(float[] values) {
    return IntStream.range(0, values.length).mapToDouble(i -> values[i]).toArray();
  }

  private static void assertAnswers(List<Row> rows, List<Classification> expected) {
    assertThat(rows).hasSameSizeAs(expected);
    for (int i = 0; i < rows.size(); i++) {
      Classification answer = expected.get(i);
      Row row = rows.get(i);
      assertThat(row.<Double>getAs("prediction")).isEqualTo(answer.best().label());
      assertThat(row.<String>getAs("predictedLabel")).isEqualTo(answer.className());
      assertThat(row.<Vector>getAs("probability").toArray())
          .containsExactly(doubles(answer.scores()), offset(1e-6));
      assertThat(row.<String>getAs("error")).isNull();
    }
  }

  private static List<String> causes(Throwable error) {
    List<String> messages = new ArrayList<>();
    for (Throwable cause = error; cause != null; cause = cause.getCause()) {
      messages.add(String.valueOf(cause.getMessage()));
    }
    return messages;
  }

  @Test
  void contentsPathsAndPixelsGiveTheAnswersOfAClassifier() {
    List<Classification> expected = expected(TestModels.colours(), decoded);
    assertAnswers(sorted(classifier().transform(contents()), "path"), expected);
    Dataset<Row> paths = contents().select("path");
    assertAnswers(sorted(classifier().setInputCol("path").transform(paths), "path"), expected);
    Dataset<Row> pixels =
        session.read().format("image").load(images.toString()).selectExpr("image", "image.origin");
    assertAnswers(sorted(classifier().setInputCol("image").transform(pixels), "origin"), expected);
  }

  @Test
  void theEngineIsChosenOnTheExecutorsWhereNoneIsNamed() {
    Dataset<Row> rows =
        new EspalierClassifier()
            .setModelFile(model.toString())
            .transform(contents())
            .drop("content");
    assertThat(rows.columns())
        .containsExactly(
            "path",
            "modificationTime",
            "length",
            "prediction",
            "probability",
            "predictedLabel",
            "error");
    assertThat(rows.filter("path LIKE '%/001.png'").first().<String>getAs("predictedLabel"))
        .isEqualTo("green");
  }

  @Test
  void featuresAreTheOutputOfALayer() {
    Dataset<Row> rows =
        classifier()
            .setFeaturesLayer("pool")
            .setPredictionCol("")
            .setProbabilityCol("")
            .setPredictedLabelCol("")
            .transform(contents());
    assertThat(rows.columns())
        .containsExactly("path", "modificationTime", "length", "content", "features", "error");
    List<Row> features = sorted(rows, "path");
    try (Classifier classifier =
        Classifier.of(TestModels.colours(), options -> options.engine("tensorflow"))) {
      for (int i = 0; i < IMAGES; i++) {
        assertThat(features.get(i).<Vector>getAs("features").toArray())
            .containsExactly(
                doubles(classifier.features(decoded.get(i), "pool").toFloats()), offset(1e-6));
      }
    }
  }

  @Test
  void aSavedPipelineNeedsItsFolderAlone() throws IOException {
    Path own = Files.copy(model, folder.resolve("moved.safetensors"));
    PipelineModel pipeline =
        new Pipeline()
            .setStages(
                new PipelineStage[] {classifier().setModelFile(own.toString()).setErrorCol("why")})
            .fit(contents());
    Path saved = folder.resolve("pipeline");
    pipeline.write().overwrite().save(saved.toString());
    Files.delete(own);
    PipelineModel loaded = PipelineModel.load(saved.toString());
    EspalierClassifier stage = (EspalierClassifier) loaded.stages()[0];
    assertThat(stage.uid()).isEqualTo(pipeline.stages()[0].uid());
    assertThat(stage.getErrorCol()).isEqualTo("why");
    assertThat(stage.getBatchSize()).isEqualTo(4);
    assertAnswers(
        sorted(loaded.transform(contents()).withColumnRenamed("why", "error"), "path"),
        expected(TestModels.colours(), decoded));
  }

  @Test
  void unreadableImagesBecomeRowsWithAnError() throws IOException {
    byte[] png = Files.readAllBytes(images.resolve("000.png"));
    StructType schema =
        new StructType().add("path", DataTypes.StringType).add("content", DataTypes.BinaryType);
    List<Row> rows =
        List.of(
            RowFactory.create("a", png),
            RowFactory.create("b", new byte[] {1, 2, 3}),
            RowFactory.create("c", null),
            RowFactory.create(null, new byte[0]),
            RowFactory.create("e", png));
    List<Row> answers =
        classifier().transform(session.createDataFrame(rows, schema)).collectAsList();
    assertThat(answers.stream().map(row -> row.<String>getAs("error") == null))
        .containsExactly(true, false, false, false, true);
    assertThat(answers.get(0).<Double>getAs("prediction")).isZero();
    assertThat(answers.get(1).<Double>getAs("prediction")).isNull();
    assertThat(answers.get(1).<Vector>getAs("probability")).isNull();
    assertThat(answers.get(1).<String>getAs("error")).startsWith("b ").contains("[ESP-304]");
    assertThat(answers.get(2).<String>getAs("error"))
        .isEqualTo(
            "The column \"content\" of the row is null. Leave such rows out: dataset.na().drop()."
                + " [ESP-304]");
    assertThat(answers.get(3).<String>getAs("error")).contains("value of column \"content\" ");
    String missing = folder.resolve("nowhere.png").toString();
    Row absent =
        classifier()
            .setInputCol("path")
            .transform(session.createDataFrame(List.of(RowFactory.create(missing, null)), schema))
            .first();
    assertThat(absent.<String>getAs("error"))
        .startsWith("The file " + missing + " cannot be read:")
        .contains("default file system (fs.defaultFS). [ESP-701]");
  }

  @Test
  void withoutAColumnForErrorsAnUnreadableImageFailsTheJob() {
    StructType schema = new StructType().add("content", DataTypes.BinaryType);
    Dataset<Row> rows =
        session.createDataFrame(List.of(RowFactory.create(new byte[] {1, 2, 3})), schema);
    assertThatThrownBy(() -> classifier().setErrorCol("").transform(rows).collectAsList())
        .satisfies(error -> assertThat(causes(error)).anyMatch(m -> m.contains("[ESP-304]")));
  }

  @Test
  void eachExecutorOpensTheModelOnce() throws Exception {
    ConcurrentMap<Long, Long> opened = new ConcurrentHashMap<>();
    SparkListener listener =
        new SparkListener() {
          @Override
          public void onStageCompleted(SparkListenerStageCompleted stage) {
            Collection<AccumulableInfo> values =
                CollectionConverters.asJava(stage.stageInfo().accumulables()).values();
            values.stream()
                .filter(value -> value.name().contains("Espalier models opened"))
                .forEach(value -> opened.put(value.id(), (Long) value.value().get()));
          }
        };
    session.sparkContext().addSparkListener(listener);
    try {
      // A model of its own, which no other test has opened.
      Path other =
          TestModels.write(
              folder.resolve("other.safetensors"), TestModels.colours().withName("other"));
      EspalierClassifier first = classifier().setModelFile(other.toString());
      assertThat(first.transform(contents()).count()).isEqualTo(IMAGES);
      assertThat(first.copy(ParamMap.empty()).transform(contents()).count()).isEqualTo(IMAGES);
      session.sparkContext().listenerBus().waitUntilEmpty();
    } finally {
      session.sparkContext().removeSparkListener(listener);
    }
    assertThat(opened.values().stream().mapToLong(Long::longValue).sum())
        .isBetween(1L, (long) SparkCluster.EXECUTORS);
  }

  @Test
  void isAFunctionOfSql() {
    classifier().registerFunction(session, "classify");
    contents().createOrReplaceTempView("images");
    List<Row> rows =
        session
            .sql(
                "SELECT path, answer.* FROM (SELECT path, classify(content) AS answer FROM images)"
                    + " ORDER BY path")
            .collectAsList();
    List<Classification> expected = expected(TestModels.colours(), decoded);
    assertThat(rows).hasSize(IMAGES);
    for (int i = 0; i < IMAGES; i++) {
      assertThat(rows.get(i).<Double>getAs("prediction")).isEqualTo(expected.get(i).best().label());
      assertThat(rows.get(i).<String>getAs("predictedLabel"))
          .isEqualTo(expected.get(i).className());
      List<Double> probability = rows.get(i).getList(3);
      assertThat(probability.get(0)).isEqualTo(expected.get(i).scores()[0], offset(1e-6));
    }
    Row others =
        session
            .sql(
                "SELECT classify(CAST(NULL AS BINARY)), classify(path).predictedLabel,"
                    + " classify(X'010203').error FROM images ORDER BY path")
            .first();
    assertThat(others.isNullAt(0)).isTrue();
    assertThat(others.getString(1)).isEqualTo(expected.get(0).className());
    assertThat(others.getString(2)).contains("[ESP-304]");
    assertThatThrownBy(() -> session.sql("SELECT classify(length) FROM images").collectAsList())
        .satisfies(
            error ->
                assertThat(causes(error))
                    .anyMatch(m -> m.contains("A value of type Long is not an image.")));
  }

  @Test
  void aLayerOfAPluginComesToTheExecutorsAsAJar() {
    Path tilted =
        TestModels.write(folder.resolve("tilted.safetensors"), TestModels.colours(new Tilt(0.5)));
    assertAnswers(
        sorted(classifier().setModelFile(tilted.toString()).transform(contents()), "path"),
        expected(TestModels.colours(new Tilt(0.5)), decoded));
  }

  @Test
  void anEngineThatExecutorsDoNotHaveIsNamedWithTheExecutor() {
    assertThatThrownBy(() -> classifier().setEngine("driver-only").transform(contents()).count())
        .satisfies(
            error ->
                assertThat(causes(error))
                    .anyMatch(
                        message ->
                            message.matches(
                                "(?s).*Executor \\d+ on 127\\.0\\.0\\.1 cannot use the model\\."
                                    + " There is no engine named \"driver-only\"\\..*"
                                    + " Executors need the same jars as the driver: one fat jar, or"
                                    + " --jars\\. \\[ESP-601].*")));
  }

  @Test
  void theModelIsCheckedOnTheDriver() {
    assertThatThrownBy(() -> new EspalierClassifier("classifier").transform(contents()))
        .isInstanceOf(EspalierException.class)
        .hasMessage(
            "The transformer classifier has no model. Give a path or URI: setModelFile. [ESP-604]");
    String nowhere = folder.resolve("nowhere.safetensors").toString();
    assertThatThrownBy(() -> classifier().setModelFile(nowhere).transform(contents()))
        .isInstanceOf(EspalierException.class)
        .hasMessageStartingWith("The file " + nowhere + " cannot be read:");
    assertThatThrownBy(() -> classifier().setFeaturesLayer("pol").transform(contents()))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("[ESP-104]");
    assertThatThrownBy(
            () ->
                classifier()
                    .setModelFile(images.resolve("000.png").toString())
                    .transform(contents()))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("[ESP-203]");
  }
}
