package org.example.eca;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.core.PluginRegistry;
import dev.espalier.core.configuration.Configuration;
import dev.espalier.core.configuration.RunSettings;
import dev.espalier.schedule.CosineDecay;
import dev.espalier.schedule.LearningRateSchedule;
import dev.espalier.schedule.Span;
import dev.espalier.schedule.TrainingProgress;
import dev.espalier.optimizer.Sgd;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SquareWarmUpTest {
  @TempDir Path folder;

  @Test
  void risesLikeASquareToWhatFollows() {
    LearningRateSchedule schedule =
        new SquareWarmUp(Span.epochs(2), LearningRateSchedule.constant(0.4));
    assertThat(schedule.at(new TrainingProgress(0, 2))).isZero();
    assertThat(schedule.at(new TrainingProgress(2, 2))).isEqualTo(0.1);
    assertThat(schedule.at(new TrainingProgress(4, 2))).isEqualTo(0.4);
  }

  @Test
  void isNamedInAConfiguration() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("espalier.conf"),
            """
            espalier.training.optimizer {
              name = sgd
              learning-rate {
                name = square-warm-up, epochs = 2
                then { name = cosine-decay, initial-learning-rate = 0.1, epochs = 8 }
              }
            }
            """);
    assertThat(
            Configuration.of(PluginRegistry.discover(), sources -> sources.file(file))
                .get(RunSettings.OPTIMIZER))
        .isEqualTo(
            Sgd.of(new SquareWarmUp(Span.epochs(2), CosineDecay.of(0.1, Span.epochs(8)))));
  }
}
