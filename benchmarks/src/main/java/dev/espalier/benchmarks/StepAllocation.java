package dev.espalier.benchmarks;

import com.sun.management.ThreadMXBean;
import dev.espalier.callback.Callback;
import dev.espalier.core.Trainer;
import dev.espalier.data.Dataset;
import dev.espalier.loss.Losses;
import dev.espalier.metric.Metrics;
import dev.espalier.models.EfficientNet;
import dev.espalier.optimizer.Sgd;
import dev.espalier.training.Verbosity;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Counts the bytes that all threads of the JVM allocate on the heap for a step of EfficientNet-B0
 * on an engine: training and evaluation, loading of batches included. Prints a line for each: name,
 * tab, the median of bytes per step, tab, the bytes of its images. The count does not depend on how
 * fast the machine is.
 */
public final class StepAllocation {
  private static final int CLASSES = 100;
  private static final int STEPS = 24;

  /** The first steps create what is kept. */
  private static final int WARM_UP = 8;

  private StepAllocation() {}

  /** Runs the measurement; arguments: engine, batch size, side of the images. */
  public static void main(String[] arguments) {
    String engine = arguments[0];
    int batchSize = Integer.parseInt(arguments[1]);
    int side = Integer.parseInt(arguments[2]);
    Dataset images = NoiseImages.of(batchSize * STEPS, side, CLASSES);
    try (Trainer trainer =
        Trainer.of(
            EfficientNet.b0().classes(CLASSES).imageSize(side).build(),
            config ->
                config
                    .engine(engine)
                    .optimizer(Sgd.of(0.01).momentum(0.1).nesterov())
                    .loss(Losses.categoricalCrossentropy())
                    .metrics(Metrics.accuracy()))) {
      if (!engine.equals("onnxruntime")) {
        Allocations training = new Allocations();
        trainer.fit(
            images,
            fit ->
                fit.epochs(1).batchSize(batchSize).callbacks(training).verbosity(Verbosity.SILENT));
        training.print(engine + ", training", batchSize, side);
      }
      Allocations inference = new Allocations();
      trainer.evaluate(
          images,
          evaluate ->
              evaluate.batchSize(batchSize).callbacks(inference).verbosity(Verbosity.SILENT));
      inference.print(engine + ", inference", batchSize, side);
    }
  }

  /** Notes at the end of each step how much was allocated since the last one. */
  private static final class Allocations implements Callback {
    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final List<Double> bytes = new ArrayList<>();
    private long last;

    @Override
    public void onTrainBatchEnd(BatchEnd event) {
      step();
    }

    @Override
    public void onTestBatchEnd(BatchEnd event) {
      step();
    }

    private void step() {
      bytes.add((double) (allocated() - last));
      last = allocated(); // what the count itself allocates does not count
    }

    private long allocated() {
      long[] each = threads.getThreadAllocatedBytes(threads.getAllThreadIds());
      return Arrays.stream(each).filter(count -> count > 0).sum();
    }

    void print(String name, int batchSize, int side) {
      System.out.printf(
          Locale.ROOT,
          "%s\t%.0f\t%d%n",
          name,
          StepTimes.median(bytes.subList(WARM_UP, bytes.size())),
          batchSize * side * side * 3);
    }
  }
}
