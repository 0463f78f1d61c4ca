package dev.espalier.benchmarks;

import dev.espalier.augment.color.ColorJitter;
import dev.espalier.augment.geometry.RandomResizedCrop;
import dev.espalier.callback.Callback;
import dev.espalier.core.Trainer;
import dev.espalier.data.Dataset;
import dev.espalier.datasets.folder.ImageFolder;
import dev.espalier.loss.Losses;
import dev.espalier.metric.Metrics;
import dev.espalier.models.EfficientNet;
import dev.espalier.optimizer.Sgd;
import dev.espalier.training.Verbosity;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Measures the fraction of time that a training waits for images: EfficientNet-B0 at 224 pixels is
 * trained on a folder of JPEG files, which are cropped, flipped and jittered, with the default
 * number of workers. Arguments: the folder, which holds a folder for each class, the engine, and
 * the number of epochs, 2 or more. The first epoch is left out; the first batch of each other
 * epoch, for which nothing is prepared ahead, is not. The peer is {@code
 * benchmarks/python/waiting_share.py}.
 */
public final class WaitingShare {
  private static final int BATCH_SIZE = 16;
  private static final int SIDE = 224;

  private WaitingShare() {}

  /** Runs the measurement. */
  public static void main(String[] arguments) {
    Dataset images = ImageFolder.of(Path.of(arguments[0])).open();
    Waiting waiting = new Waiting();
    try (Trainer trainer =
        Trainer.of(
            EfficientNet.b0().classes(100).imageSize(SIDE).build(),
            config ->
                config
                    .engine(arguments[1])
                    .optimizer(Sgd.of(0.01).momentum(0.1).nesterov())
                    .loss(Losses.categoricalCrossentropy())
                    .metrics(Metrics.accuracy()))) {
      trainer.fit(
          images,
          fit ->
              fit.epochs(Integer.parseInt(arguments[2]))
                  .batchSize(BATCH_SIZE)
                  .dropRemainder(true)
                  .augmentations(
                      RandomResizedCrop.to(SIDE, SIDE).mirroringHalf(),
                      ColorJitter.of(0.4, 0.4, 0.4, 0))
                  .callbacks(waiting)
                  .verbosity(Verbosity.SILENT));
    }
    System.out.printf(
        Locale.ROOT,
        "waiting for images, %%\t%.2f%nimages per second\t%.2f%n",
        100.0 * waiting.waited / waiting.elapsed,
        1e9 * waiting.batches * BATCH_SIZE / waiting.elapsed);
  }

  /** Adds up the time from the end of a batch, or the begin of an epoch, to the next batch. */
  private static final class Waiting implements Callback {
    private long epochBegin;
    private long free;
    private long waited;
    private long elapsed;
    private int batches;
    private boolean counted;

    @Override
    public void onEpochBegin(EpochBegin event) {
      counted = event.epoch() > 0;
      epochBegin = System.nanoTime();
      free = epochBegin;
    }

    @Override
    public void onTrainBatchBegin(BatchBegin event) {
      if (counted) {
        waited += System.nanoTime() - free;
        batches++;
      }
    }

    @Override
    public void onTrainBatchEnd(BatchEnd event) {
      free = System.nanoTime();
    }

    @Override
    public void onEpochEnd(EpochEnd event) {
      if (counted) {
        elapsed += free - epochBegin;
      }
    }
  }
}
