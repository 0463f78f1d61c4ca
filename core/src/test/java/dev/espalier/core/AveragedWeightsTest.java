package dev.espalier.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.callback.Callback;
import dev.espalier.callbacks.BackupAndRestore;
import dev.espalier.callbacks.ModelCheckpoint;
import dev.espalier.callbacks.SwapEmaWeights;
import dev.espalier.data.Dataset;
import dev.espalier.engine.Engine;
import dev.espalier.engine.EngineSettings;
import dev.espalier.loss.Losses;
import dev.espalier.model.Weights;
import dev.espalier.optimizer.Sgd;
import dev.espalier.optimizer.WeightAveraging;
import dev.espalier.training.History;
import dev.espalier.training.TrainingConfig;
import dev.espalier.training.Verbosity;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("native")
class AveragedWeightsTest {
  private static final Dataset DATA = SmallImages.colours(9);
  private static final TrainingConfig CONFIG =
      TrainingConfig.of(
          config ->
              config
                  .seed(3)
                  .optimizer(WeightAveraging.of(Sgd.of(0.1).momentum(0.9)).momentum(0.8))
                  .loss(Losses.categoricalCrossentropy()));

  private static Engine engine;

  @TempDir private Path folder;

  @BeforeAll
  static void open() {
    engine = Engines.reference().openEngine(EngineSettings.defaults());
  }

  @AfterAll
  static void close() {
    engine.close();
  }

  private static Trainer trainer() {
    return Trainer.of(SmallImages.network(), CONFIG, engine);
  }

  private static History fit(Trainer trainer, int epochs, Callback... callbacks) {
    return trainer.fit(
        DATA,
        fit ->
            fit.epochs(epochs)
                .batchSize(3)
                .validation(DATA)
                .callbacks(callbacks)
                .verbosity(Verbosity.SILENT));
  }

  private static double loss(Trainer trainer) {
    return trainer
        .evaluate(DATA, options -> options.batchSize(3).verbosity(Verbosity.SILENT))
        .loss();
  }

  @Test
  void theModelEndsWithTheAveragesThatItWasValidatedWith() {
    try (Trainer averaged = trainer();
        Trainer plain = trainer()) {
      History history = fit(averaged, 3, SwapEmaWeights.create());
      History other = fit(plain, 3);
      assertThat(history.values("loss")).isEqualTo(other.values("loss"));
      assertThat(history.last("val_loss"))
          .isEqualTo(loss(averaged))
          .isNotEqualTo(other.last("val_loss"));
      assertThat(averaged.weights())
          .isEqualTo(WeightAveraging.averaged(plain.weights(), plain.optimizerSlots()))
          .isNotEqualTo(plain.weights());
    }
  }

  @Test
  void savedModelsHaveTheAveragesIfTheyAreSwappedOnEpochs() {
    Path file = folder.resolve("model.safetensors");
    try (Trainer trainer = trainer()) {
      fit(trainer, 2, SwapEmaWeights.create().swapOnEpoch(true), ModelCheckpoint.to(file));
      assertThat(ModelFile.read(file, PluginRegistry.discover()).model().weights().asMap())
          .isEqualTo(trainer.weights().asMap());
    }
  }

  @Test
  void aResumedTrainingEndsWithTheSameWeights() {
    Path file = folder.resolve("checkpoint.safetensors");
    SwapEmaWeights swap = SwapEmaWeights.create().swapOnEpoch(true);
    Weights expected;
    try (Trainer trainer = trainer()) {
      fit(trainer, 3, swap);
      expected = trainer.weights();
    }
    try (Trainer trainer = trainer()) {
      assertThatThrownBy(
              () ->
                  fit(
                      trainer,
                      3,
                      swap,
                      BackupAndRestore.to(file),
                      InterruptedTraining.PowerFailure.at(2, 1)))
          .hasMessageContaining("the lights go out");
    }
    try (Trainer trainer = trainer()) {
      fit(trainer, 3, swap, BackupAndRestore.to(file));
      assertThat(trainer.weights().differences(expected)).isEmpty();
    }
  }
}
