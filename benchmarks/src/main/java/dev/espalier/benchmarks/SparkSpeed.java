package dev.espalier.benchmarks;

import dev.espalier.core.ModelFile;
import dev.espalier.core.Trainer;
import dev.espalier.core.classifier.Classifier;
import dev.espalier.core.classifier.FileClassification;
import dev.espalier.models.EfficientNet;
import dev.espalier.spark.EspalierClassifier;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Measures images per second of EfficientNet-B0 at 224 pixels over image files, in this process or
 * on a local cluster of executors with one core each, and how long it takes to average arrays of
 * the size of its weights over the executors. Prints lines of a name, a tab and a number.
 */
public final class SparkSpeed {
  private static final int ROUNDS = 5;

  private SparkSpeed() {}

  /**
   * Runs a measurement.
   *
   * @param args a folder of image files, the number of images, the number of executors (0 for this
   *     process) and the engine
   */
  public static void main(String[] args) throws IOException {
    int executors = Integer.parseInt(args[2]);
    List<Path> files = files(Path.of(args[0]), Integer.parseInt(args[1]));
    Path folder = Files.createTempDirectory("spark-speed");
    Path model = folder.resolve("b0.safetensors");
    int parameters = write(model, args[3]);
    if (executors == 0) {
      try (Classifier classifier = Classifier.load(model, o -> o.engine(args[3]))) {
        rate("one process", files.size(), () -> classify(classifier, files));
      }
    } else {
      try (SparkSession spark = session(executors)) {
        Dataset<Row> rows = rows(spark, files, executors);
        EspalierClassifier classifier =
            new EspalierClassifier()
                .setModelFile(model.toString())
                .setInputCol("path")
                .setEngine(args[3]);
        rate(executors + " executors", files.size(), () -> classifier.transform(rows).count());
        exchange(JavaSparkContext.fromSparkContext(spark.sparkContext()), executors, parameters);
      }
    }
    Files.delete(model);
    Files.delete(folder);
  }

  /** As many files as wanted, those of the folder again and again. */
  private static List<Path> files(Path folder, int count) throws IOException {
    try (Stream<Path> found = Files.list(folder)) {
      List<Path> files = found.filter(Files::isRegularFile).sorted().toList();
      return IntStream.range(0, count).mapToObj(i -> files.get(i % files.size())).toList();
    }
  }

  private static int write(Path file, String engine) {
    try (Trainer trainer = Trainer.of(EfficientNet.b0().build(), config -> config.engine(engine))) {
      ModelFile.save(file, trainer.model(), List.of(), Map.of());
      return Math.toIntExact(trainer.model().parameterCount());
    }
  }

  private static long classify(Classifier classifier, List<Path> files) {
    try (Stream<FileClassification> answers = classifier.classifyFiles(files)) {
      return answers.peek(FileClassification::orThrow).count();
    }
  }

  private static SparkSession session(int executors) {
    return SparkSession.builder()
        .master("local-cluster[" + executors + ",1,2048]")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.executor.cores", 1)
        .config("spark.executor.memory", "2g")
        .config(
            "spark.executor.extraClassPath",
            System.getProperty("java.class.path").replace(File.pathSeparator, ":"))
        .config("spark.ui.enabled", false)
        .getOrCreate();
  }

  private static Dataset<Row> rows(SparkSession spark, List<Path> files, int executors) {
    List<String> paths = files.stream().map(Path::toString).toList();
    return spark
        .createDataset(paths, Encoders.STRING())
        .toDF("path")
        .repartition(4 * executors)
        .cache();
  }

  /** The first round opens engines and compiles, and is not counted. */
  private static void rate(String name, int images, Runnable round) {
    round.run();
    System.out.printf(Locale.ROOT, "%s\t%.1f%n", name, images / seconds(round));
  }

  /** Sums over the executors, to the driver and back: what training exchanges in each step. */
  private static void exchange(JavaSparkContext spark, int executors, int parameters) {
    JavaRDD<float[]> gradients =
        spark
            .parallelize(Collections.nCopies(executors, 1), executors)
            .map(worker -> new float[parameters])
            .cache();
    double seconds =
        seconds(
            () -> {
              Broadcast<float[]> sum =
                  spark.broadcast(
                      gradients.treeReduce(
                          (left, right) -> {
                            for (int i = 0; i < left.length; i++) {
                              left[i] += right[i];
                            }
                            return left;
                          }));
              gradients.foreachPartition(all -> all.next()[0] = sum.value()[0]);
              sum.destroy();
            });
    System.out.printf(
        Locale.ROOT, "seconds of an exchange over %d executors\t%.3f%n", executors, seconds);
  }

  private static double seconds(Runnable round) {
    round.run();
    List<Double> times = new ArrayList<>();
    for (int i = 0; i < ROUNDS; i++) {
      long start = System.nanoTime();
      round.run();
      times.add((System.nanoTime() - start) / 1e9);
    }
    Collections.sort(times);
    return times.get(ROUNDS / 2);
  }
}
