package dev.espalier.benchmarks;

import dev.espalier.activation.Activation;
import dev.espalier.callback.Callback;
import dev.espalier.core.Trainer;
import dev.espalier.data.Dataset;
import dev.espalier.datasets.folder.ImageFolder;
import dev.espalier.layer.Dense;
import dev.espalier.layer.Input;
import dev.espalier.layer.convolution.Conv2D;
import dev.espalier.layer.pooling.GlobalAveragePooling2D;
import dev.espalier.layer.preprocessing.Rescaling;
import dev.espalier.loss.Losses;
import dev.espalier.metric.Metrics;
import dev.espalier.model.Model;
import dev.espalier.model.Sequential;
import dev.espalier.optimizer.Sgd;
import dev.espalier.training.Verbosity;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Trains a network so small that the data take most of the time, on a folder of image files of 32
 * pixels. Arguments: the folder, the engine, the number of epochs, and the number of steps after
 * which to stop, 0 for none. Prints images per second, without the first steps, and the seconds
 * from the start of the process to the end of the first step.
 */
public final class DataGrowth {
  private static final int SIDE = 32;
  private static final int BATCH_SIZE = 32;

  /** Steps in which the code is compiled. */
  private static final int WARM_UP = 10;

  private DataGrowth() {}

  /** Runs the measurement. */
  public static void main(String[] arguments) {
    Dataset images = ImageFolder.of(Path.of(arguments[0])).open();
    Model model =
        Sequential.of(
            Input.image(SIDE, SIDE, 3),
            Rescaling.of(1 / 255.0),
            Conv2D.of(8, 3).strides(2).activation(Activation.RELU),
            GlobalAveragePooling2D.create(),
            Dense.of(images.classNames().size()).activation(Activation.SOFTMAX));
    Times times = new Times(Integer.parseInt(arguments[3]));
    try (Trainer trainer =
        Trainer.of(
            model,
            config ->
                config
                    .engine(arguments[1])
                    .optimizer(Sgd.of(0.01))
                    .loss(Losses.categoricalCrossentropy())
                    .metrics(Metrics.accuracy()))) {
      trainer.fit(
          images,
          fit ->
              fit.epochs(Integer.parseInt(arguments[2]))
                  .batchSize(BATCH_SIZE)
                  .dropRemainder(true)
                  .callbacks(times)
                  .verbosity(Verbosity.SILENT));
    }
    times.print();
  }

  private static final class Times implements Callback {
    private final int last;
    private double start;
    private long counted;
    private long end;
    private int steps;

    Times(int last) {
      this.last = last;
    }

    @Override
    public void onTrainBatchEnd(BatchEnd event) {
      steps++;
      end = System.nanoTime();
      if (steps == 1) {
        long begun = ManagementFactory.getRuntimeMXBean().getStartTime();
        start = (System.currentTimeMillis() - begun) / 1e3;
      }
      if (steps == WARM_UP) {
        counted = end;
      }
      if (steps == last) {
        event.control().requestStop("enough");
      }
    }

    void print() {
      System.out.printf(Locale.ROOT, "seconds to the first step\t%.3f%n", start);
      if (steps > WARM_UP) {
        System.out.printf(
            Locale.ROOT,
            "images per second\t%.1f%n",
            1e9 * BATCH_SIZE * (steps - WARM_UP) / (end - counted));
      }
    }
  }
}
