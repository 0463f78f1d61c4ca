package dev.espalier.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.data.Dataset;
import dev.espalier.data.Datasets;
import dev.espalier.engine.Capability;
import dev.espalier.engine.EngineOptions;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.training.TrainingConfig;
import dev.espalier.training.Verbosity;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a trainer holds and gives back, and what it refuses to begin with. */
class TrainerRefusalTest extends ScriptedTraining {
  @Test
  void closingFreesEverythingAndEndsAllUse() {
    Trainer trainer = trainer();
    trainer.fit(THREE, quiet(fit -> fit.validation(THREE)));
    trainer.close();
    trainer.close();
    assertThat(engine.openEngines).isZero();
    assertThat(engine.openSessions).isZero();
    assertThat(engine.openExecutables).isZero();
    assertThatThrownBy(trainer::weights)
        .isInstanceOfSatisfying(
            EspalierException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CLOSED));
  }

  @Test
  void anEngineOfTheCallersStaysOpen() {
    var opened = engine.open(EngineOptions.defaults());
    try (Trainer trainer = Trainer.of(model(), config, opened)) {
      trainer.fit(THREE, quiet(fit -> {}));
    }
    assertThat(engine.openEngines).isOne();
    assertThat(engine.openSessions).isZero();
    opened.close();
  }

  @Test
  void theEngineIsClosedAgainIfTheTrainerCannotBeMade() {
    assertThatThrownBy(() -> trainer(config.with(settings -> settings.device("gpu:one"))))
        .isInstanceOf(EspalierException.class);
    assertThat(engine.openEngines).isZero();
    assertThat(engine.openSessions).isZero();
  }

  @Test
  void anUnknownEngineListsTheNearest() {
    assertThatThrownBy(() -> trainer(config.with(settings -> settings.engine("scriptd"))))
        .isInstanceOfSatisfying(
            EspalierException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UNKNOWN_NAME))
        .hasMessageContaining(
            "There is no engine named \"scriptd\". Known names, nearest first: scripted.");
  }

  @Test
  void anEngineThatCannotTrainIsRefusedBeforeTheFirstHook() {
    engine.capabilities.remove(Capability.TRAINING);
    Recorder recorder = new Recorder();
    try (Trainer trainer = trainer()) {
      assertThatThrownBy(() -> trainer.fit(THREE, quiet(fit -> fit.callbacks(recorder))))
          .isInstanceOfSatisfying(
              EspalierException.class,
              e -> assertThat(e.code()).isEqualTo(ErrorCode.UNSUPPORTED_CAPABILITY))
          .hasMessage(
              "The engine scripted cannot train, which the program \"train\" needs. Use another"
                  + " engine; scripted declares CONCURRENT_SESSIONS, DETERMINISTIC, PROFILING."
                  + " [ESP-502]");
      assertThat(recorder.hooks).isEmpty();
      assertThat(engine.compiled).isEmpty();
      assertThat(
              trainer.evaluate(THREE, options -> options.verbosity(Verbosity.SILENT)).get("loss"))
          .isEqualTo(1.0);
    }
  }

  @Test
  void anEngineThatLacksWhatTheConfigurationRequiresIsRefusedBeforeADeviceIsUsed() {
    engine.capabilities.clear();
    assertThatThrownBy(
            () -> trainer(config.with(settings -> settings.require(Capability.DETERMINISTIC))))
        .isInstanceOfSatisfying(
            EspalierException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.UNSUPPORTED_CAPABILITY))
        .hasMessage(
            "The engine scripted cannot give equal bits in equal runs, which the trainer's"
                + " configuration needs. Use another engine; scripted declares no capability."
                + " [ESP-502]");
    assertThat(engine.openEngines).isZero();
    assertThat(engine.variables).isEmpty();
  }

  @Test
  void aMissingLossOrOptimizerIsSaid() {
    try (Trainer trainer = trainer(TrainingConfig.defaults())) {
      assertThatThrownBy(() -> trainer.fit(THREE, quiet(fit -> {})))
          .hasMessageContaining("The trainer has no optimizer.");
      assertThatThrownBy(() -> trainer.evaluate(THREE))
          .hasMessageContaining("The trainer has no loss.");
    }
  }

  @Test
  void anEmptyDataSetIsRefusedBeforeAnythingRuns() {
    Dataset empty = Datasets.of("nothing", List.of("a"), List.of());
    try (Trainer trainer = trainer()) {
      assertThatThrownBy(() -> trainer.fit(empty, quiet(fit -> {})))
          .hasMessageContaining("The data set \"nothing\" has no samples.");
      assertThatThrownBy(() -> trainer.predict(List.of()))
          .hasMessageContaining("The data set \"images\" has no samples.");
      assertThat(engine.runs).isEmpty();
    }
  }

  @Test
  void aLabelThatTheModelDoesNotKnowIsRefused() {
    try (Trainer trainer = trainer()) {
      assertThatThrownBy(() -> trainer.fit(SmallImages.constant(100, 0, 1, 3), quiet(fit -> {})))
          .isInstanceOfSatisfying(
              EspalierException.class,
              e -> assertThat(e.code()).isEqualTo(ErrorCode.LABEL_OUT_OF_RANGE))
          .hasMessageContaining("Sample 2 of \"constant\" has the label 3");
    }
  }
}
