package dev.espalier.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HistoryTest {
  private final History history =
      new History(
          List.of(
              epoch(0, "loss", 4.0524, "learning_rate", 0.20000000298023224),
              epoch(1, "loss", 3.0, "val_loss", 1e-5, "learning_rate", 0.0001)),
          null);

  private static History.Epoch epoch(int index, Object... values) {
    Map<String, Double> map = new LinkedHashMap<>();
    for (int i = 0; i < values.length; i += 2) {
      map.put((String) values[i], (Double) values[i + 1]);
    }
    return new History.Epoch(index, map);
  }

  @Test
  void theTableHasSortedNamesAndMarksWhatIsMissing() {
    assertThat(history.toCsv())
        .isEqualTo(
            """
            epoch,learning_rate,loss,val_loss
            0,0.20000000298023224,4.0524,NA
            1,0.0001,3.0,1e-05
            """);
  }

  @Test
  void numbersThatAreNoneAreWrittenAsPythonDoes() {
    History odd =
        new History(
            List.of(
                epoch(
                    0,
                    "a",
                    Double.NaN,
                    "b",
                    Double.POSITIVE_INFINITY,
                    "c",
                    Double.NEGATIVE_INFINITY,
                    "d",
                    -1.5e-7,
                    "e",
                    2.5e20,
                    "f",
                    0.0,
                    "g",
                    123456789.0)),
            null);
    assertThat(odd.toCsv()).endsWith("0,nan,inf,-inf,-1.5e-07,2.5e+20,0.0,123456789.0\n");
  }

  @Test
  void listsTheValuesOfTheEpochsThatHaveThem() {
    assertThat(history.values("val_loss")).containsExactly(1e-5);
    assertThat(history.values("loss")).containsExactly(4.0524, 3.0);
    assertThat(history.last("loss")).isEqualTo(3.0);
    assertThat(history.keys()).containsExactly("loss", "learning_rate", "val_loss");
  }

  @Test
  void anUnknownMetricListsTheNearest() {
    assertThatThrownBy(() -> history.last("val_los"))
        .isInstanceOfSatisfying(
            EspalierException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UNKNOWN_NAME))
        .hasMessageContaining("nearest first: val_loss, loss");
  }

  @Test
  void aLaterTrainingFollows() {
    History later = new History(List.of(epoch(2, "loss", 1.0)), "enough");
    History both = history.then(later);
    assertThat(both.values("loss")).containsExactly(4.0524, 3.0, 1.0);
    assertThat(both.stopReason()).isEqualTo("enough");
  }

  @Test
  void theTableIsWrittenWithItsFolder(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("new/history.csv");
    history.writeCsv(file);
    history.writeCsv(file);
    assertThat(Files.readString(file)).isEqualTo(history.toCsv());
    try (var files = Files.list(folder.resolve("new"))) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void aPlaceThatCannotBeWrittenIsNamed(@TempDir Path folder) throws Exception {
    Path file = Files.createFile(folder.resolve("file"));
    assertThatThrownBy(() -> history.writeCsv(file.resolve("history.csv")))
        .isInstanceOfSatisfying(
            EspalierException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.FILE_NOT_WRITABLE))
        .hasMessageContaining("history.csv");
  }
}
