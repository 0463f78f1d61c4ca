package dev.espalier.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.callbacks.ReduceLROnPlateau;
import dev.espalier.layer.Dense;
import dev.espalier.layer.Flatten;
import dev.espalier.layer.Input;
import dev.espalier.loss.Losses;
import dev.espalier.model.Model;
import dev.espalier.model.Sequential;
import dev.espalier.optimizer.Optimizer;
import dev.espalier.optimizer.Sgd;
import dev.espalier.schedule.LearningRateSchedule;
import dev.espalier.training.FitOptions;
import dev.espalier.training.History;
import dev.espalier.training.TrainingConfig;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A callback that changes the learning rate, in a training whose loss never improves. */
class TrainerPlateauTest {
  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
  private final ScriptedEngine engine = new ScriptedEngine();

  private History fit(Optimizer optimizer, ReduceLROnPlateau callback, int epochs) {
    Model model =
        Sequential.of(
            Input.image(SmallImages.SIDE, SmallImages.SIDE, 3),
            Flatten.create(),
            Dense.of(SmallImages.CLASSES));
    TrainingConfig config =
        TrainingConfig.of(
            settings -> settings.optimizer(optimizer).loss(Losses.categoricalCrossentropy()));
    try (Trainer trainer = Trainer.of(model, config, Engines.with(engine))) {
      return trainer.fit(
          SmallImages.constant(100, 0, 1),
          FitOptions.of(
              fit ->
                  fit.epochs(epochs)
                      .callbacks(callback)
                      .output(new PrintStream(printed, true, StandardCharsets.UTF_8))));
    }
  }

  @Test
  void theRateFallsInTheStepsAndTheLogsShowWhatEachEpochUsed() {
    History history =
        fit(Sgd.of(0.2), ReduceLROnPlateau.on("loss").factor(0.1).patience(1).verbose(true), 4);

    assertThat(engine.runs)
        .extracting(run -> (float) run.get("learning_rate").item())
        .containsExactly(0.2f, 0.2f, 0.02f, (float) (0.02f * 0.1));
    assertThat(history.values("learning_rate"))
        .extracting(Double::floatValue)
        .containsExactly(0.2f, 0.2f, 0.02f, (float) (0.02f * 0.1));
    List<String> lines = printed.toString(StandardCharsets.UTF_8).lines().toList();
    assertThat(lines)
        .filteredOn(line -> line.contains("ReduceLROnPlateau"))
        .hasSize(3)
        .first()
        .asString()
        .startsWith("Epoch 2: ReduceLROnPlateau reducing learning rate to 0.02");
    assertThat(lines.get(lines.indexOf("Epoch 2/4") + 1)).contains("ReduceLROnPlateau");
    assertThat(lines.get(lines.size() - 1))
        .as("the line comes after the message and holds the rate of the epoch")
        .endsWith("loss: 1.0000 - learning_rate: 0.0020");
  }

  @Test
  void aScheduleIsRefusedWhenTrainingStarts() {
    LearningRateSchedule falling = progress -> 0.1 / (1 + progress.step());
    assertThatThrownBy(() -> fit(Sgd.of(falling), ReduceLROnPlateau.on("loss"), 1))
        .hasMessageContaining("schedule");
    assertThat(engine.runs).isEmpty();
  }
}
