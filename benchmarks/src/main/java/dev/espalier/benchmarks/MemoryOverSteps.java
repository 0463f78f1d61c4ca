package dev.espalier.benchmarks;

import dev.espalier.callback.Callback;
import dev.espalier.core.Trainer;
import dev.espalier.data.Dataset;
import dev.espalier.loss.Losses;
import dev.espalier.metric.Metrics;
import dev.espalier.models.EfficientNet;
import dev.espalier.optimizer.Sgd;
import dev.espalier.training.Verbosity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * Trains EfficientNet-B0 on small images for 2,000 steps and prints the resident size of the
 * process (Linux: {@code /proc/self/status}) on the way and how much it grew since step 100.
 */
public final class MemoryOverSteps {
  private static final int CLASSES = 10;
  private static final int SIDE = 32;
  private static final int BATCH = 8;
  private static final int STEPS_PER_EPOCH = 250;
  private static final List<Integer> MARKS = List.of(10, 50, 100, 200, 500, 1000, 1500, 2000);

  private MemoryOverSteps() {}

  /** Runs the measurement. */
  public static void main(String[] arguments) {
    Dataset images = NoiseImages.of(BATCH * STEPS_PER_EPOCH, SIDE, CLASSES);
    Watch watch = new Watch();
    try (Trainer trainer =
        Trainer.of(
            EfficientNet.b0().classes(CLASSES).imageSize(SIDE).build(),
            config ->
                config
                    .engine("tensorflow")
                    .optimizer(Sgd.of(0.01).momentum(0.1).nesterov())
                    .loss(Losses.categoricalCrossentropy())
                    .metrics(Metrics.accuracy()))) {
      trainer.fit(
          images,
          fit ->
              fit.epochs(MARKS.get(MARKS.size() - 1) / STEPS_PER_EPOCH)
                  .batchSize(BATCH)
                  .callbacks(watch)
                  .verbosity(Verbosity.SILENT));
    }
    System.out.printf(
        Locale.ROOT,
        "growth from step 100 to step %d: %.2f %%%n",
        watch.step,
        100.0 * (watch.current - watch.atHundred) / watch.atHundred);
  }

  private static final class Watch implements Callback {
    private int step;
    private long atHundred;
    private long current;

    @Override
    public void onTrainBatchEnd(BatchEnd event) {
      step++;
      if (MARKS.contains(step)) {
        current = residentKilobytes();
        if (step == 100) {
          atHundred = current;
        }
        System.out.printf(Locale.ROOT, "step %d\t%d MB%n", step, current / 1024);
      }
    }
  }

  private static long residentKilobytes() {
    try {
      return Files.readAllLines(Path.of("/proc/self/status")).stream()
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
          .findFirst()
          .orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
