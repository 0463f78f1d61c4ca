package dev.espalier.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.callback.Callback;
import dev.espalier.engine.EngineProvider;
import dev.espalier.engine.tensorflow.TensorFlowEngineProvider;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An interrupt of the thread ends a training between two steps, and it can go on from there. */
class TrainerInterruptTest extends InterruptedTraining {
  /** Interrupts the thread at the end of a batch of an epoch, or of its validation. */
  private static final class Interrupting implements Callback {
    private final int epoch;
    private final int batch;
    private final boolean validation;
    private int now;

    private Interrupting(int epoch, int batch, boolean validation) {
      this.epoch = epoch;
      this.batch = batch;
      this.validation = validation;
    }

    static Interrupting training(int epoch, int batch) {
      return new Interrupting(epoch, batch, false);
    }

    static Interrupting validation(int epoch, int batch) {
      return new Interrupting(epoch, batch, true);
    }

    private void at(BatchEnd event, boolean inValidation) {
      if (now == epoch && event.batch() == batch && validation == inValidation) {
        Thread.currentThread().interrupt();
      }
    }

    @Override
    public void onEpochBegin(EpochBegin event) {
      now = event.epoch();
    }

    @Override
    public void onTrainBatchEnd(BatchEnd event) {
      at(event, false);
    }

    @Override
    public void onTestBatchEnd(BatchEnd event) {
      at(event, true);
    }
  }

  private void assertInterrupted(EngineProvider engine, Callback... callbacks) {
    assertThatThrownBy(() -> train(engine, CONFIG, fit -> fit.callbacks(callbacks)))
        .isInstanceOfSatisfying(
            EspalierException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INTERRUPTED));
    assertThat(Thread.interrupted()).as("the flag is kept for the caller").isTrue();
  }

  @ParameterizedTest
  @CsvSource({"1, 3, 10", "1, 5, 12", "2, 0, 13"})
  void aTrainingGoesOnAfterTheLastStepThatWasTaken(int epoch, int batch, int taken) {
    ScriptedEngine whole = new ScriptedEngine();
    train(whole, CONFIG, fit -> {});
    ScriptedEngine before = new ScriptedEngine();
    assertInterrupted(before, Interrupting.training(epoch, batch), backup(0));
    ScriptedEngine after = new ScriptedEngine();
    train(after, CONFIG, fit -> fit.callbacks(backup(0)));

    List<String> steps = new ArrayList<>(before.trainingSteps);
    assertThat(steps).hasSize(taken);
    steps.addAll(after.trainingSteps);
    assertThat(steps).isEqualTo(whole.trainingSteps);
  }

  @Test
  @Tag("native")
  void aTrainingThatWasInterruptedWhileItValidatedRepeatsTheValidationAlone() {
    EngineProvider engine = new TensorFlowEngineProvider();
    Result whole = train(engine, CONFIG, fit -> fit.callbacks(plateau()));
    assertInterrupted(engine, plateau(), Interrupting.validation(1, 1), backup(0));
    List<Integer> steps = new ArrayList<>();
    Callback counting =
        new Callback() {
          @Override
          public void onTrainBatchEnd(BatchEnd event) {
            steps.add(event.batch());
          }
        };
    Result resumed = train(engine, CONFIG, fit -> fit.callbacks(plateau(), backup(0), counting));

    assertThat(steps).as("epochs 2 and 3").hasSize(2 * STEPS);
    assertThat(resumed.weights().differences(whole.weights())).isEmpty();
    assertThat(resumed.slots().differences(whole.slots())).isEmpty();
    assertThat(resumed.history()).isEqualTo(whole.history());
  }

  /** Averaged weights that a callback puts in for the validation are not what goes on. */
  @Test
  void weightsForTheValidationAloneAreNotWrittenAsThoseOfTheTraining() {
    ScriptedEngine engine = new ScriptedEngine();
    Callback averaging =
        new Callback() {
          @Override
          public void onTestBegin(TestBegin event) {
            event.control().setWeights(event.control().weights());
          }
        };
    assertInterrupted(engine, averaging, Interrupting.validation(1, 1), backup(0));
    ScriptedEngine after = new ScriptedEngine();
    train(after, CONFIG, fit -> fit.callbacks(averaging, backup(0)));
    assertThat(after.trainingSteps).as("from the checkpoint of epoch 0").hasSize(3 * STEPS);
  }
}
