package dev.espalier.callbacks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.callback.CallbackState;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.testkit.training.FakeTrainingControl;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CSVLoggerTest {
  @TempDir private Path folder;

  private Path file;

  @BeforeEach
  void file() {
    file = folder.resolve("run").resolve("log.csv");
  }

  private static void train(CSVLogger callback, List<Map<String, Double>> epochs) {
    FakeTrainingControl control = FakeTrainingControl.withLearningRate(0.1);
    control.beginTraining(callback);
    epochs.forEach(logs -> control.endEpoch(callback, logs));
    control.endTraining(callback);
  }

  private static Map<String, Double> epoch(double loss) {
    return Map.of("loss", loss, "accuracy", 0.5, "val_loss", loss + 1, "val_accuracy", 0.25);
  }

  @Test
  void writesALineForEachEpochWithColumnsInAlphabeticalOrder() {
    train(CSVLogger.to(file), List.of(epoch(2), epoch(Double.NaN)));

    assertThat(file)
        .hasContent(
            """
            epoch,accuracy,loss,val_accuracy,val_loss
            0,0.5,2.0,0.25,3.0
            1,0.5,nan,0.25,nan
            """);
  }

  @Test
  void writesNaForValuesThatAnEpochDoesNotHave() {
    train(
        CSVLogger.to(file).separator('\t'),
        List.of(Map.of("loss", 1.0, "learning_rate", 0.1), Map.of("loss", 2.0, "val_loss", 3.0)));

    assertThat(file)
        .hasContent("epoch\tlearning_rate\tloss\tval_loss\n0\t0.1\t1.0\tNA\n1\tNA\t2.0\t3.0\n");
  }

  @Test
  void replacesATableOrAddsToIt() {
    train(CSVLogger.to(file), List.of(epoch(1)));
    train(CSVLogger.to(file), List.of(epoch(2)));
    CSVLogger appending = CSVLogger.to(file).append(true);
    train(appending, List.of(epoch(3)));
    train(appending, List.of(epoch(4)));

    assertThat(file)
        .content()
        .hasLineCount(4)
        .startsWith("epoch,accuracy")
        .containsSubsequence("0,0.5,2.0", "0,0.5,3.0", "0,0.5,4.0");
  }

  @Test
  void resumesAfterTheLastEpochOfTheCheckpoint() {
    CSVLogger before = CSVLogger.to(file);
    FakeTrainingControl control = FakeTrainingControl.withLearningRate(0.1);
    control.beginTraining(before);
    control.endEpoch(before, epoch(1));
    CallbackState state = before.state();
    control.endEpoch(before, epoch(2)); // after the checkpoint

    CSVLogger after = CSVLogger.to(file);
    control.beginTraining(after);
    after.restoreState(state);
    control.endEpoch(after, epoch(3));
    control.endEpoch(after, epoch(4));

    assertThat(file).content().hasLineCount(4).contains("1.0,").contains("3.0,", "4.0,");
    assertThat(file).content().doesNotContain("0.5,2.0,0.25");
  }

  @Test
  void rejectsAFolderThatCannotBeMadeBeforeTheFirstStep() throws Exception {
    Files.writeString(folder.resolve("run"), "a file");

    assertThatThrownBy(() -> train(CSVLogger.to(file), List.of()))
        .isInstanceOfSatisfying(
            EspalierException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.FILE_NOT_WRITABLE))
        .hasMessageStartingWith("CSVLogger cannot write " + file);
  }

  @Test
  void rejectsSeparatorsOfNumbersAndNames() {
    assertThatThrownBy(() -> CSVLogger.to(file).separator('.'))
        .hasMessage(
            "CSVLogger cannot separate columns with \".\", which numbers or names contain. Give a"
                + " comma, a semicolon or a tab. [ESP-401]");
    assertThatThrownBy(() -> CSVLogger.to(Path.of("")))
        .hasMessageStartingWith("The table of CSVLogger has no name.");
  }
}
