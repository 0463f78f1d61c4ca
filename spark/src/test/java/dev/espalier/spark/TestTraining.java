package dev.espalier.spark;

import dev.espalier.activation.Activation;
import dev.espalier.core.distributed.TrainingData;
import dev.espalier.core.distributed.WorkerSettings;
import dev.espalier.core.distributed.WorkerTask;
import dev.espalier.data.Dataset;
import dev.espalier.data.Datasets;
import dev.espalier.data.Image;
import dev.espalier.data.Sample;
import dev.espalier.layer.Dense;
import dev.espalier.layer.Dropout;
import dev.espalier.layer.Flatten;
import dev.espalier.layer.Input;
import dev.espalier.layer.Layer;
import dev.espalier.layer.convolution.Conv2D;
import dev.espalier.layer.preprocessing.Rescaling;
import dev.espalier.loss.Losses;
import dev.espalier.metric.Metrics;
import dev.espalier.model.Model;
import dev.espalier.model.Sequential;
import dev.espalier.optimizer.Adam;
import dev.espalier.optimizer.Sgd;
import dev.espalier.random.RandomStream;
import dev.espalier.training.FitOptions;
import dev.espalier.training.TrainingConfig;
import dev.espalier.training.Verbosity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.spark.SparkEnv;

/** A small training, which the executors know, too. */
final class TestTraining {
  static final int EPOCHS = 3;
  static final int BATCH = 6;

  /** Five batches, the last one of one image. */
  static final TrainingData DATA = TrainingData.of(() -> images(25), () -> images(9));

  static final WorkerSettings<TrainingConfig.Builder> CONFIG = on("tensorflow");

  static final WorkerSettings<FitOptions.Builder> FIT =
      fit ->
          fit.epochs(EPOCHS)
              .batchSize(BATCH)
              .augmentations(TestTraining::noisy)
              .workers(1)
              .verbosity(Verbosity.SILENT);

  /** Plain gradient descent, for which the mean of weights is that of gradients. */
  static final WorkerSettings<TrainingConfig.Builder> PLAIN =
      config -> {
        CONFIG.accept(config);
        config.optimizer(Sgd.of(0.1));
      };

  static final WorkerSettings<FitOptions.Builder> ONE_STEP =
      fit -> {
        FIT.accept(fit);
        fit.epochs(1).batchSize(24).dropRemainder(true);
      };

  /** Two epochs of four whole batches, in order, without anything random. */
  static final WorkerSettings<FitOptions.Builder> IN_ORDER =
      fit ->
          fit.epochs(2)
              .batchSize(BATCH)
              .shuffle(false)
              .dropRemainder(true)
              .workers(1)
              .verbosity(Verbosity.SILENT);

  /** Returns the number of cores of the worker, and which process it is in. */
  static final WorkerTask WHERE =
      worker ->
          (worker.cores() + " " + ProcessHandle.current().pid() + " " + worker.process().hashCode())
              .getBytes(StandardCharsets.UTF_8);

  /** Eight images are read for their sizes, then half of each batch, ahead of the steps. */
  private static final int BEFORE_THE_SECOND_STEP = 8 + BATCH;

  private static final AtomicInteger READ = new AtomicInteger();

  private TestTraining() {}

  /** Returns the settings for an engine. */
  static WorkerSettings<TrainingConfig.Builder> on(String engine) {
    return config ->
        config
            .engine(engine)
            .threads(1)
            .seed(4)
            .optimizer(Adam.of(0.02))
            .loss(Losses.categoricalCrossentropy())
            .metrics(Metrics.accuracy());
  }

  /** Its gradients are more than Spark would gather as a text. */
  static Model model() {
    return model(Dropout.of(0.2).named("drop"));
  }

  /** Returns the model without anything random. */
  static Model deterministic() {
    return model(Rescaling.of(1).named("same"));
  }

  private static Model model(Layer before) {
    return Sequential.of(
        Input.image(TestModels.SIDE, TestModels.SIDE, 3),
        Rescaling.of(1 / 255.0),
        Conv2D.of(4, 3).named("conv"),
        Flatten.create(),
        Dense.of(64).activation(Activation.RELU).named("large"),
        before,
        Dense.of(3).activation(Activation.SOFTMAX).named("head"));
  }

  static Dataset images(int count) {
    return Datasets.of(
        "colours",
        TestModels.CLASSES,
        IntStream.range(0, count)
            .mapToObj(i -> new Sample(TestModels.image(i, TestModels.SIDE, TestModels.SIDE), i % 3))
            .toList());
  }

  private static Image noisy(Image image, RandomStream random) {
    byte[] pixels = new byte[image.height() * image.width() * image.channels()];
    image.copyTo(pixels, 0);
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) ((pixels[i] & 0xf8) + random.nextInt(8));
    }
    return Image.wrap(image.height(), image.width(), image.channels(), pixels);
  }

  /**
   * Returns the settings with images that take their time.
   *
   * @param file created by an executor in the middle of the first epoch
   */
  static WorkerSettings<FitOptions.Builder> slow(String file) {
    return fit -> {
      FIT.accept(fit);
      fit.augmentations(
          (image, random) -> {
            takeTime(Path.of(file));
            return noisy(image, random);
          });
    };
  }

  private static void takeTime(Path file) {
    boolean driver = SparkEnv.get().executorId().equals("driver");
    try {
      if (!driver && READ.incrementAndGet() == BEFORE_THE_SECOND_STEP) {
        Files.writeString(file, "");
      }
      Thread.sleep(driver ? 0 : 30);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
