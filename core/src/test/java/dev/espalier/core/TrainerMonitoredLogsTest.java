package dev.espalier.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.espalier.callback.Callback;
import dev.espalier.callbacks.EarlyStopping;
import dev.espalier.callbacks.ReduceLROnPlateau;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.layer.Dense;
import dev.espalier.layer.Flatten;
import dev.espalier.layer.Input;
import dev.espalier.loss.Losses;
import dev.espalier.metric.Goal;
import dev.espalier.metric.Metrics;
import dev.espalier.model.Sequential;
import dev.espalier.optimizer.Sgd;
import dev.espalier.training.FitOptions;
import dev.espalier.training.History;
import dev.espalier.training.TrainingConfig;
import dev.espalier.training.Verbosity;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What callbacks monitor is checked before the first step. */
class TrainerMonitoredLogsTest {
  private final ScriptedEngine engine = new ScriptedEngine();
  private final List<String> hooks = new ArrayList<>();

  private final Callback watching =
      new Callback() {
        @Override
        public void onTrainBegin(TrainBegin event) {
          hooks.add("onTrainBegin");
        }
      };

  private History fit(Callback... callbacks) {
    engine.returning((program, output, run, size) -> 1);
    try (Trainer trainer =
        Trainer.of(
            Sequential.of(
                Input.image(SmallImages.SIDE, SmallImages.SIDE, 3),
                Flatten.create(),
                Dense.of(SmallImages.CLASSES).named("head")),
            TrainingConfig.of(
                settings ->
                    settings
                        .optimizer(Sgd.of(0.1))
                        .loss(Losses.categoricalCrossentropy())
                        .metrics(Metrics.accuracy())),
            Engines.with(engine))) {
      return trainer.fit(
          SmallImages.constant(100, new int[2]),
          FitOptions.of(fit -> fit.batchSize(1).callbacks(callbacks).verbosity(Verbosity.SILENT)));
    }
  }

  @Test
  void aNameThatTheLogsDoNotHaveIsRefusedBeforeAnyHook() {
    for (Callback callback :
        List.of(
            EarlyStopping.on("val_acuracy").mode(Goal.MAX), ReduceLROnPlateau.on("val_acuracy"))) {
      assertThatExceptionOfType(EspalierException.class)
          .isThrownBy(() -> fit(watching, callback))
          .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.CALLBACK_FAILED))
          .withMessageContaining(callback.getClass().getName() + " monitors \"val_acuracy\"")
          .withMessageContaining("nearest first: val_accuracy, accuracy");
    }
    assertThat(hooks).isEmpty();
  }

  @Test
  void theNamesOfTheLogsAreAccepted() {
    for (String name : List.of("loss", "val_loss", "accuracy", "val_accuracy", "learning_rate")) {
      assertThat(fit(EarlyStopping.on(name).mode(Goal.MIN)).epochs()).hasSize(1);
    }
  }

  @Test
  void aCallbackThatSaysWhatItReadsIsCheckedWhoeverBringsIt() {
    Callback reading =
        new Callback() {
          @Override
          public Set<String> monitoredLogs() {
            return Set.of("recall");
          }
        };
    Callback adding =
        new Callback() {
          @Override
          public Set<String> addedLogs() {
            return Set.of("recall");
          }

          @Override
          public void onEpochEnd(EpochEnd event) {
            event.logs().put("recall", 1);
          }
        };
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> fit(reading))
        .withMessageContaining("monitors \"recall\"")
        .withMessageContaining("addedLogs()");
    assertThat(fit(adding, reading).last("recall")).isEqualTo(1);
  }
}
