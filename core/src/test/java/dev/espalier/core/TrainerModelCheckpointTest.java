package dev.espalier.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.callbacks.ModelCheckpoint;
import dev.espalier.engine.EngineProvider;
import dev.espalier.engine.tensorflow.TensorFlowEngineProvider;
import dev.espalier.metric.Goal;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The model of the best epoch, as a file. */
@Tag("native")
class TrainerModelCheckpointTest extends InterruptedTraining {
  private final EngineProvider engine = new TensorFlowEngineProvider();

  private Path best() {
    return folder.resolve("models/best.safetensors");
  }

  /** The loss falls, so that with the direction turned round the first epoch is the best. */
  private ModelCheckpoint keepsTheFirst() {
    return ModelCheckpoint.to(best()).mode(Goal.MAX).saveBestOnly(true);
  }

  private static ModelFile read(Path file) {
    return ModelFile.read(file, PluginRegistry.discover());
  }

  @Test
  void theFileHoldsTheModelAsItWasAfterThatEpoch() {
    train(engine, CONFIG, fit -> fit.callbacks(keepsTheFirst()));
    Result oneEpoch = train(engine, CONFIG, fit -> fit.epochs(1));

    ModelFile file = read(best());
    assertThat(file.model().weights().differences(oneEpoch.weights())).isEmpty();
    assertThat(file.classNames()).isEqualTo(IMAGES.classNames());
    assertThat(file.metadata())
        .containsEntry("epoch", "1")
        .containsKeys("val_loss", "val_accuracy");
  }

  @Test
  void aResumedTrainingDoesNotReplaceTheBestWithAWorseOne() {
    assertPowerFailure(
        engine, CONFIG, fit -> fit.callbacks(keepsTheFirst(), backup(2), PowerFailure.at(1, 3)));
    train(engine, CONFIG, fit -> fit.callbacks(keepsTheFirst(), backup(2)));

    assertThat(read(best()).metadata()).containsEntry("epoch", "1");
  }
}
