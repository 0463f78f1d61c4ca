package dev.espalier.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.callback.Callback;
import dev.espalier.core.Trainer;
import dev.espalier.engine.Engine;
import dev.espalier.error.EspalierException;
import dev.espalier.model.Weights;
import dev.espalier.training.FitOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A fine-tuning in two phases that breaks off in the middle of an epoch of the second. */
@Tag("native")
class InterruptedFineTuningTest {
  private static final int HEAD_EPOCHS = 1;
  private static final int EPOCHS = 3;

  @TempDir Path folder;

  /** Saves after a step of the last epoch but one, and ends the training at the next. */
  private record BreaksOff(Path file, int step) implements Callback {
    @Override
    public void onTrainBegin(TrainBegin event) {
      if (Files.exists(file)) {
        event.control().resumeFrom(file);
      }
    }

    @Override
    public void onTrainBatchBegin(BatchBegin event) {
      if (event.batch() == step + 1) {
        throw new IllegalStateException("the lights go out");
      }
    }

    @Override
    public void onTrainBatchEnd(BatchEnd event) {
      if (event.batch() == step) {
        event.control().saveCheckpoint(file);
      }
    }
  }

  private record GoesOn(Path file) implements Callback {
    @Override
    public void onTrainBegin(TrainBegin event) {
      event.control().resumeFrom(file);
    }
  }

  private static Trainer head(Engine engine) {
    Trainer trainer = Trainer.of(SmallFineTuning.model(), SmallFineTuning.config(), engine);
    trainer.changeModel(model -> model.freeze("block*"));
    return trainer;
  }

  private static Weights fineTune(Trainer trainer, Consumer<FitOptions.Builder> more) {
    trainer.changeModel(model -> model.unfreezeFrom("block5a"));
    SmallFineTuning.fit(
        trainer,
        fit -> {
          fit.initialEpoch(HEAD_EPOCHS).epochs(EPOCHS);
          more.accept(fit);
        });
    return trainer.weights();
  }

  @ParameterizedTest
  @EnumSource
  void endsWithTheSameWeightsBitByBit(TestedEngine tested) {
    Path file = folder.resolve("checkpoint.safetensors");
    try (Engine engine = tested.open()) {
      Weights whole;
      try (Trainer trainer = head(engine)) {
        SmallFineTuning.fit(trainer, fit -> fit.epochs(HEAD_EPOCHS));
        whole = fineTune(trainer, fit -> {});
      }
      try (Trainer trainer = head(engine)) {
        SmallFineTuning.fit(trainer, fit -> fit.epochs(HEAD_EPOCHS));
        assertThatThrownBy(() -> fineTune(trainer, fit -> fit.callbacks(new BreaksOff(file, 2))))
            .isInstanceOf(EspalierException.class)
            .hasMessageContaining("the lights go out");
      }
      try (Trainer trainer = head(engine)) {
        // The head is not trained again: the checkpoint holds what it had become.
        Weights resumed = fineTune(trainer, fit -> fit.callbacks(new GoesOn(file)));
        assertThat(resumed.differences(whole)).isEmpty();
      }
    }
  }
}
