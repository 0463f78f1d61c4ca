package dev.espalier.benchmarks;

import dev.espalier.callback.Callback;
import dev.espalier.core.Trainer;
import dev.espalier.core.classifier.Classifier;
import dev.espalier.core.classifier.FileClassification;
import dev.espalier.core.distributed.TrainingData;
import dev.espalier.core.distributed.WorkerSettings;
import dev.espalier.core.distributed.WorkerTimes;
import dev.espalier.engine.EngineSettings;
import dev.espalier.loss.Losses;
import dev.espalier.models.EfficientNet;
import dev.espalier.optimizer.Adam;
import dev.espalier.spark.EspalierClassifier;
import dev.espalier.spark.SparkTrainer;
import dev.espalier.training.FitOptions;
import dev.espalier.training.TrainingConfig;
import dev.espalier.training.Verbosity;
import java.io.File;
import java.io.IOException;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
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
 * Measures images per second of EfficientNet-B0 at 224 pixels, classifying image files and training
 * on images in memory, in this process or on a local cluster of executors with one core each. For
 * executors also what a training step takes, and what Spark's own means would take to average the
 * gradients. Prints lines of a name, a tab and a number.
 */
public final class SparkSpeed {
  private static final int SIDE = 224;
  private static final int CLASSES = 100;

  private final List<Path> files;
  private final int steps;
  private final int batchSize;
  private final int rounds;
  private final Path model;

  private SparkSpeed(List<Path> files, int steps, int batchSize, int rounds, Path model) {
    this.files = files;
    this.steps = steps;
    this.batchSize = batchSize;
    this.rounds = rounds;
    this.model = model;
  }

  /**
   * Runs a measurement.
   *
   * @param args the number of executors, or 0 for this process; the number of threads of this
   *     process; the engine that classifies; that which trains; a folder of image files; how many
   *     are classified, the files again and again; the number of training steps; their batch size,
   *     of all executors together; and the number of rounds, whose medians are printed
   */
  public static void main(String[] args) throws IOException {
    int executors = Integer.parseInt(args[0]);
    int threads = Integer.parseInt(args[1]);
    Path folder = Files.createTempDirectory("spark-speed");
    SparkSpeed speed =
        new SparkSpeed(
            files(Path.of(args[4]), Integer.parseInt(args[5])),
            Integer.parseInt(args[6]),
            Integer.parseInt(args[7]),
            Integer.parseInt(args[8]),
            folder.resolve("b0.safetensors"));
    RandomModel.write(SIDE, speed.model, args[3]);
    if (executors == 0) {
      speed.inThisProcess(args[2], args[3], threads);
    } else {
      try (SparkSession spark = session(executors)) {
        speed.on(spark, executors, args[2], args[3]);
      }
    }
    Files.delete(speed.model);
    Files.delete(folder);
  }

  /** As many image files as wanted, those of the folder again and again. */
  private static List<Path> files(Path folder, int count) throws IOException {
    try (Stream<Path> found = Files.list(folder)) {
      List<Path> files = found.filter(SparkSpeed::isImage).sorted().toList();
      return IntStream.range(0, count).mapToObj(i -> files.get(i % files.size())).toList();
    }
  }

  private static boolean isImage(Path file) {
    String type = URLConnection.guessContentTypeFromName(file.toString());
    return type != null && type.startsWith("image/");
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

  private void inThisProcess(String classifying, String training, int threads) {
    EngineSettings engine = EngineSettings.of(e -> e.engine(classifying).threads(threads));
    try (Classifier classifier = Classifier.load(model, o -> o.engineSettings(engine))) {
      print("classification", files.size() / median(() -> classify(classifier)));
    }
    EpochTimes times = new EpochTimes();
    try (Trainer trainer =
        Trainer.of(
            EfficientNet.b0().classes(CLASSES).imageSize(SIDE).build(),
            TrainingConfig.of(settings(training)).with(more -> more.threads(threads)))) {
      trainer.fit(
          NoiseImages.of(steps * batchSize, SIDE, CLASSES),
          fit(1 + rounds),
          fit -> fit.callbacks(times));
    }
    print("training", steps * batchSize / times.median());
  }

  private void on(SparkSession spark, int executors, String classifying, String training) {
    Dataset<Row> rows = rows(spark, executors);
    EspalierClassifier classifier =
        new EspalierClassifier()
            .setModelFile(model.toString())
            .setInputCol("path")
            .setEngine(classifying);
    print("classification", files.size() / median(() -> classifier.transform(rows).count()));
    EpochTimes times = new EpochTimes();
    List<Double> computing = new ArrayList<>();
    List<Double> exchanging = new ArrayList<>();
    int images = steps * batchSize;
    TrainingData data = TrainingData.of(() -> NoiseImages.of(images, SIDE, CLASSES));
    try (SparkTrainer trainer =
        SparkTrainer.of(
            spark,
            executors,
            EfficientNet.b0().classes(CLASSES).imageSize(SIDE).build(),
            settings(training))) {
      trainer.fit(data, fit(1 + rounds), times, ofSteps(trainer, computing, exchanging));
      print("training", images / times.median());
      print("computing of a step, ms", StepTimes.median(computing));
      print("exchange of a step, ms", StepTimes.median(exchanging));
      int parameters = Math.toIntExact(trainer.model().trainableParameterCount());
      JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
      print(
          "the same by treeReduce and broadcast, ms",
          1000 * treeReduce(context, executors, parameters));
    }
  }

  private static WorkerSettings<TrainingConfig.Builder> settings(String engine) {
    return config ->
        config
            .engine(engine)
            .seed(1)
            .optimizer(Adam.of(0.001))
            .loss(Losses.categoricalCrossentropy());
  }

  /** The first epoch opens engines and compiles, and is not counted. */
  private WorkerSettings<FitOptions.Builder> fit(int epochs) {
    int size = batchSize;
    return fit -> fit.epochs(epochs).batchSize(size).verbosity(Verbosity.SILENT);
  }

  /**
   * Returns a callback that collects the milliseconds of a step in each epoch after the first, in
   * which programs are compiled: how long a worker computes, on average, and how long that worker
   * exchanges which does so for the shortest time, because it comes last and waits for nobody.
   */
  private static Callback ofSteps(
      SparkTrainer trainer, List<Double> computing, List<Double> exchanging) {
    return new Callback() {
      private List<WorkerTimes> before = List.of();

      @Override
      public void onEpochEnd(EpochEnd event) {
        List<WorkerTimes> now = trainer.workerTimes();
        if (event.epoch() > 0) {
          computing.add(ofEpoch(before, now, WorkerTimes::computing).average().orElseThrow());
          exchanging.add(ofEpoch(before, now, WorkerTimes::exchanging).min().orElseThrow());
        }
        before = now;
      }
    };
  }

  /** Returns the milliseconds per step of each worker in the steps between two times. */
  private static DoubleStream ofEpoch(
      List<WorkerTimes> before, List<WorkerTimes> now, ToDoubleFunction<WorkerTimes> value) {
    return IntStream.range(0, now.size())
        .mapToDouble(
            i -> {
              WorkerTimes old = before.get(i);
              WorkerTimes all = now.get(i);
              return (value.applyAsDouble(all) * all.steps()
                      - value.applyAsDouble(old) * old.steps())
                  / (all.steps() - old.steps());
            });
  }

  /** Collects the seconds of each epoch after the first. */
  private static final class EpochTimes implements Callback {
    private final List<Double> seconds = new ArrayList<>();
    private long begin;

    @Override
    public void onEpochBegin(EpochBegin event) {
      begin = System.nanoTime();
    }

    @Override
    public void onEpochEnd(EpochEnd event) {
      if (event.epoch() > 0) {
        seconds.add((System.nanoTime() - begin) / 1e9);
      }
    }

    double median() {
      return StepTimes.median(seconds);
    }
  }

  private void classify(Classifier classifier) {
    try (Stream<FileClassification> answers = classifier.classifyFiles(files)) {
      answers.forEach(FileClassification::orThrow);
    }
  }

  private Dataset<Row> rows(SparkSession spark, int executors) {
    List<String> paths = files.stream().map(Path::toString).toList();
    return spark
        .createDataset(paths, Encoders.STRING())
        .toDF("path")
        .repartition(4 * executors)
        .cache();
  }

  /** Returns the seconds that it takes to sum over the executors, to the driver and back. */
  private double treeReduce(JavaSparkContext spark, int executors, int parameters) {
    JavaRDD<float[]> gradients =
        spark
            .parallelize(Collections.nCopies(executors, 1), executors)
            .map(worker -> new float[parameters])
            .cache();
    return median(
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
  }

  /** The first round opens engines and compiles, and is not counted. */
  private double median(Runnable round) {
    round.run();
    List<Double> times = new ArrayList<>();
    for (int i = 0; i < rounds; i++) {
      long start = System.nanoTime();
      round.run();
      times.add((System.nanoTime() - start) / 1e9);
    }
    return StepTimes.median(times);
  }

  private static void print(String name, double value) {
    System.out.printf(Locale.ROOT, "%s\t%.2f%n", name, value);
  }
}
