package dev.espalier.callbacks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.callback.Callback;
import dev.espalier.callback.Logs;
import dev.espalier.callback.TrainingControl;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.testkit.training.CallbackContract;
import dev.espalier.testkit.training.FakeTrainingControl;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When it asks for checkpoints; that a training goes on from them is tested with the trainer. */
class BackupAndRestoreTest extends CallbackContract {
  @TempDir Path folder;

  private final FakeTrainingControl control = FakeTrainingControl.withLearningRate(0.1);

  private Path file() {
    return folder.resolve("checkpoint.safetensors");
  }

  @Override
  protected Callback callback() {
    return BackupAndRestore.to(file()).everySteps(2);
  }

  private int saved() {
    return control.savedCheckpoints().size();
  }

  private void batches(Callback callback, int count) {
    for (int batch = 0; batch < count; batch++) {
      callback.onTrainBatchEnd(new Callback.BatchEnd(control, batch, 4, Logs.empty()));
    }
  }

  @Test
  void asksForACheckpointAtTheStartAndAfterEachEpoch() {
    Callback callback = BackupAndRestore.to(file());
    control.beginTraining(callback);
    assertThat(control.savedCheckpoints()).containsExactly(file());
    batches(callback, 100);
    assertThat(saved()).isEqualTo(1);
    control.endEpoch(callback, Map.of());
    assertThat(saved()).isEqualTo(2);
    assertThat(control.resumedCheckpoints()).isEmpty();
  }

  @Test
  void asksForACheckpointAfterSoManySteps() {
    Callback callback = BackupAndRestore.to(file()).everySteps(3);
    control.beginTraining(callback);
    callback.onEpochBegin(new Callback.EpochBegin(control, 0));
    batches(callback, 8);
    assertThat(saved()).as("the start, step 3 and step 6").isEqualTo(3);
    callback.onEpochBegin(new Callback.EpochBegin(control, 1));
    batches(callback, 2);
    assertThat(saved()).as("steps are counted in each epoch").isEqualTo(3);
  }

  @Test
  void asksForACheckpointWhenTheThreadIsInterrupted() {
    Callback callback = BackupAndRestore.to(file());
    control.beginTraining(callback);
    Thread.currentThread().interrupt();
    batches(callback, 1);
    callback.onTestBatchEnd(new Callback.BatchEnd(control, 0, 4, Logs.empty()));
    assertThat(Thread.interrupted()).as("the flag is kept").isTrue();
    assertThat(saved()).as("the start, a step and a batch of the validation").isEqualTo(3);
  }

  @Test
  void goesOnFromAFileThatIsThere() throws IOException {
    Files.writeString(file(), "a checkpoint");
    control.beginTraining(BackupAndRestore.to(file()));
    assertThat(control.resumedCheckpoints()).containsExactly(file());
    assertThat(control.savedCheckpoints()).isEmpty();
  }

  @Test
  void goesOnFromTheOneBeforeIfTheLastIsGone() throws IOException {
    Files.writeString(TrainingControl.previousCheckpoint(file()), "a checkpoint");
    control.beginTraining(BackupAndRestore.to(file()));
    assertThat(control.resumedCheckpoints()).containsExactly(file());
  }

  @Test
  void asksForNoneOnceAStopIsAskedFor() {
    Callback callback = BackupAndRestore.to(file()).everySteps(1);
    control.beginTraining(callback);
    control.requestStop("the loss is NaN");
    batches(callback, 1);
    control.endEpoch(callback, Map.of());
    assertThat(saved()).isEqualTo(1);
  }

  @Test
  void theFileIsDeletedAtTheEndUnlessItIsKept() throws IOException {
    Path previous = TrainingControl.previousCheckpoint(file());
    Files.writeString(file(), "a checkpoint");
    Files.writeString(previous, "the one before");
    BackupAndRestore callback = BackupAndRestore.to(file());
    callback.keptAtEnd(true).onTrainEnd(new Callback.TrainEnd(control, Logs.empty()));
    assertThat(file()).exists();
    assertThat(previous).exists();
    callback.onTrainEnd(new Callback.TrainEnd(control, Logs.empty()));
    assertThat(file()).doesNotExist();
    assertThat(previous).doesNotExist();
  }

  @Test
  void aFileThatCannotBeDeletedIsNamed() throws IOException {
    Files.createDirectories(file().resolve("not empty"));
    assertThatThrownBy(
            () ->
                BackupAndRestore.to(file())
                    .onTrainEnd(new Callback.TrainEnd(control, Logs.empty())))
        .isInstanceOfSatisfying(
            EspalierException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.FILE_NOT_WRITABLE))
        .hasMessageContaining("The checkpoint " + file() + " cannot be deleted")
        .hasMessageContaining("Training has ended");
  }

  @Test
  void settingsThatMeanNothingAreRefused() {
    assertThatThrownBy(() -> BackupAndRestore.to(Path.of("")))
        .hasMessageContaining("The checkpoint of BackupAndRestore has no name")
        .hasMessageContaining("such as checkpoint.safetensors");
    assertThatThrownBy(() -> BackupAndRestore.to(file()).everySteps(-1))
        .hasMessageContaining("every -1 steps")
        .hasMessageContaining("Give 1 or more");
  }
}
