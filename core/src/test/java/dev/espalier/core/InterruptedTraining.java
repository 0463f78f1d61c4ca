package dev.espalier.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.callback.Callback;
import dev.espalier.callbacks.BackupAndRestore;
import dev.espalier.callbacks.ReduceLROnPlateau;
import dev.espalier.data.Augmentation;
import dev.espalier.data.Dataset;
import dev.espalier.data.Image;
import dev.espalier.engine.EngineProvider;
import dev.espalier.loss.Losses;
import dev.espalier.metric.Metrics;
import dev.espalier.model.Weights;
import dev.espalier.optimizer.Sgd;
import dev.espalier.training.FitOptions;
import dev.espalier.training.History;
import dev.espalier.training.TrainingConfig;
import dev.espalier.training.Verbosity;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.junit.jupiter.api.io.TempDir;

/** A training that ends like in a power failure, for the tests of what comes after it. */
abstract class InterruptedTraining {
  static final Dataset IMAGES = SmallImages.colours(22);
  static final int BATCH = 4;
  static final int STEPS = 6;
  static final int EPOCHS = 4;

  @TempDir Path folder;

  static final TrainingConfig CONFIG =
      TrainingConfig.of(
          config ->
              config
                  .seed(3)
                  .optimizer(Sgd.of(0.05).momentum(0.9))
                  .loss(Losses.categoricalCrossentropy())
                  .metrics(Metrics.accuracy()));

  /** Noise that differs from epoch to epoch and from image to image. */
  static final Augmentation NOISE =
      (image, random) -> {
        byte[] pixels = new byte[image.height() * image.width() * image.channels()];
        image.copyTo(pixels, 0);
        for (int i = 0; i < pixels.length; i++) {
          pixels[i] = (byte) ((pixels[i] & 0xf8) + random.nextInt(8));
        }
        return Image.wrap(image.height(), image.width(), image.channels(), pixels);
      };

  /** Ends the training like a power failure would, at the start of a step. */
  static final class PowerFailure implements Callback {
    private final int epoch;
    private final int step;
    private int now;

    private PowerFailure(int epoch, int step) {
      this.epoch = epoch;
      this.step = step;
    }

    static PowerFailure at(int epoch, int step) {
      return new PowerFailure(epoch, step);
    }

    @Override
    public void onEpochBegin(EpochBegin event) {
      now = event.epoch();
    }

    @Override
    public void onTrainBatchBegin(BatchBegin event) {
      if (now == epoch && event.batch() == step) {
        throw new IllegalStateException("the lights go out");
      }
    }
  }

  /** What is left of a training. */
  record Result(Weights weights, Weights slots, History history) {}

  Path file() {
    return folder.resolve("checkpoint.safetensors");
  }

  static Result train(
      EngineProvider engine, TrainingConfig config, Consumer<FitOptions.Builder> settings) {
    try (Trainer trainer = Trainer.of(SmallImages.network(), config, Engines.with(engine))) {
      History history =
          trainer.fit(
              IMAGES,
              fit -> {
                fit.epochs(EPOCHS)
                    .batchSize(BATCH)
                    .augmentations(NOISE)
                    .validation(SmallImages.colours(9))
                    .verbosity(Verbosity.SILENT);
                settings.accept(fit);
              });
      return new Result(trainer.weights(), trainer.optimizerSlots(), history);
    }
  }

  static ReduceLROnPlateau plateau() {
    // Every epoch is one without improvement, so what is counted matters.
    return ReduceLROnPlateau.on("val_loss").factor(0.5).patience(2).minDelta(10);
  }

  BackupAndRestore backup(int steps) {
    return BackupAndRestore.to(file()).everySteps(steps);
  }

  void assertPowerFailure(
      EngineProvider engine, TrainingConfig config, Consumer<FitOptions.Builder> settings) {
    assertThatThrownBy(() -> train(engine, config, settings)).hasMessageContaining("lights go out");
    assertThat(file()).exists();
  }
}
