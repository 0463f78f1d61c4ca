package dev.espalier.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.callback.Callback;
import dev.espalier.callbacks.BackupAndRestore;
import dev.espalier.callbacks.ModelCheckpoint;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.initializer.Initializers;
import dev.espalier.layer.Dense;
import dev.espalier.layer.Flatten;
import dev.espalier.layer.Input;
import dev.espalier.model.Model;
import dev.espalier.model.Sequential;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A model that can be trained but never written to a file: an initializer is a lambda. */
class UnsavableModelTest extends ScriptedTraining {
  @TempDir Path folder;

  private static Model unsavable() {
    return Sequential.of(
        Input.image(SmallImages.SIDE, SmallImages.SIDE, 3),
        Flatten.create(),
        Dense.of(SmallImages.CLASSES)
            .kernelInitializer(
                (type, shape, random) -> Initializers.zeros().create(type, shape, random))
            .named("head"));
  }

  @Test
  void isRefusedBeforeTheFirstStepWhereACallbackWillSaveIt() {
    List<Callback> saving =
        List.of(
            ModelCheckpoint.to(folder.resolve("model.safetensors")),
            BackupAndRestore.to(folder.resolve("backup.safetensors")));
    for (Callback callback : saving) {
      Recorder recorder = new Recorder();
      try (Trainer trainer = Trainer.of(unsavable(), config, Engines.with(engine))) {
        assertThatThrownBy(
                () -> trainer.fit(THREE, quiet(fit -> fit.callbacks(recorder, callback))))
            .isInstanceOfSatisfying(
                EspalierException.class,
                e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT))
            .hasMessageContaining(
                "The model cannot be written to a file: at the layer head, kernelInitializer");
      }
      assertThat(recorder.hooks).isEmpty();
    }
    assertThat(engine.runs).isEmpty();
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void isTrainedWithOneWarningWhereNothingWillSaveIt() {
    String printed =
        logged(
            () -> {
              try (Trainer trainer = Trainer.of(unsavable(), config, Engines.with(engine))) {
                trainer.fit(THREE, quiet(fit -> fit.batchSize(3)));
                trainer.fit(THREE, quiet(fit -> fit.batchSize(3)));
              }
            });
    assertThat(engine.runs).hasSize(2);
    assertThat(printed)
        .containsOnlyOnce("The model cannot be written to a file: at the layer head")
        .contains("Training continues");
  }

  @Test
  void aModelThatCanBeSavedIsTrainedWithoutAWord() {
    String printed =
        logged(
            () -> {
              try (Trainer trainer = trainer()) {
                trainer.fit(THREE, quiet(fit -> fit.batchSize(3)));
              }
            });
    assertThat(printed).doesNotContain("cannot be written");
  }
}
