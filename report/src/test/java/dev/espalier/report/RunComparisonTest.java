package dev.espalier.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RunComparisonTest {
  @TempDir private Path folder;

  private static RunRecord run(
      String title, double accuracy, double seconds, Map<String, String> settings) {
    return new RunRecord(
        title,
        settings,
        List.of("cat", "dog"),
        "accuracy",
        "val_loss",
        seconds,
        SampleReports.history(2, 3),
        List.of(
            new EvaluatedModel(
                "best by val_loss",
                "best.safetensors",
                4,
                Map.of("accuracy", accuracy, "loss", 1 - accuracy),
                Map.of("accuracy", accuracy - 0.01, "loss", 1.02 - accuracy))));
  }

  private static Map<String, RunRecord> two() {
    Map<String, RunRecord> runs = new LinkedHashMap<>();
    runs.put(
        "first",
        run("b0 on pets", 0.9, 100, Map.of("training.seed", "1", "output.folder", "runs/first")));
    runs.put(
        "second",
        run(
            "b1 on pets",
            0.92,
            250,
            Map.of("training.seed", "1", "model.name", "b1", "output.folder", "runs/second")));
    return runs;
  }

  @Test
  void setsResultsAndSettingsSideBySide() throws IOException {
    RunComparison comparison = new RunComparison(two());
    PageText.assertMatches("comparison.txt", comparison.text());
    PageText.assertMatches("comparison.json", comparison.json() + "\n");
    PageText.assertMatches("comparison-page.txt", PageText.of(comparison.html()));
  }

  @Test
  void namesOfRunsAreText() {
    Map<String, RunRecord> runs = new LinkedHashMap<>(two());
    runs.put("<script>alert(1)</script>\u001b[2J", runs.get("first"));
    RunComparison comparison = new RunComparison(runs);
    assertThat(comparison.html()).doesNotContain("<script>alert", "\u001b");
    assertThat(comparison.text()).doesNotContain("\u001b");
  }

  @Test
  void readsTheRunsOfFolders() throws IOException {
    Path first = folder.resolve("a/run");
    Path second = folder.resolve("b/run");
    for (Path one : List.of(first, second)) {
      Files.createDirectories(one);
      Files.writeString(
          one.resolve(RunRecord.FILE_NAME), run("b0 on pets", 0.9, 100, Map.of()).json());
    }
    assertThat(RunComparison.of(List.of(first, second)).runs().keySet())
        .containsExactly(first.toString(), second.toString());
    assertThat(RunComparison.of(List.of(first, second)).text())
        .contains("All settings are the same");
    assertThatThrownBy(() -> RunComparison.of(List.of(first, first.resolve("."))))
        .isInstanceOfSatisfying(
            EspalierException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DUPLICATE_NAME));
  }

  @Test
  void aRecordIsReadAsItWasWritten() {
    RunRecord record = SampleReports.complete(List.of("cat", "dog")).record();
    assertThat(RunRecord.parse(record.json(), "x")).isEqualTo(record);
  }

  @Test
  void refusesWhatIsNoCompleteRun() throws IOException {
    Path missing = folder.resolve("missing");
    assertThatThrownBy(() -> RunRecord.read(missing))
        .hasMessageContaining(
            "There is no complete run in " + missing + ": there is no such folder.");
    Path empty = Files.createDirectory(folder.resolve("empty"));
    assertThatThrownBy(() -> RunRecord.read(empty))
        .hasMessageContaining("it has no results.json.")
        .hasMessageContaining("Name the folder of a complete run");
    Files.createFile(empty.resolve("espalier.conf"));
    assertThatThrownBy(() -> RunRecord.read(empty))
        .hasMessageContaining("so that the run has not ended")
        .hasMessageContaining("--resume " + empty);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{}",
        "{\"format\": 2}",
        "{\"format\": 1, \"classes\": {}}",
        "{\"format\": \"one\"}",
        "{\"format\": 1, \"classes\": [], \"models\": [], \"epochs\": [{}]}",
        "nonsense \u001b[2J"
      })
  void aDamagedRecordIsSaidToBeOne(String text) {
    assertThatThrownBy(() -> RunRecord.parse(text, "runs/x/results.json"))
        .isInstanceOfSatisfying(
            EspalierException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_DATA_FILE))
        .hasMessageContaining("The results in runs/x/results.json are damaged: ")
        .message()
        .doesNotContain("\u001b");
  }

  @Test
  void refusesRunsOfOtherClassesOrMetrics() {
    RunRecord first = run("x", 0.5, 1, Map.of());
    RunRecord others =
        new RunRecord(
            "y", Map.of(), List.of("cat", "cow"), "accuracy", "", 1, first.history(), List.of());
    assertThatThrownBy(() -> comparison(first, others))
        .isInstanceOfSatisfying(
            EspalierException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CLASS_MISMATCH))
        .hasMessageContaining(
            "a and b have different classes: b has the class cow, and the other run does not.");
    RunRecord multiLabel =
        new RunRecord(
            "y",
            Map.of(),
            List.of("dog", "cat"),
            "binary_accuracy",
            "",
            1,
            first.history(),
            List.of());
    assertThatThrownBy(() -> comparison(first, multiLabel))
        .hasMessageContaining("a reports accuracy, and b reports binary_accuracy.");
    assertThatThrownBy(() -> new RunComparison(Map.of("a", first)))
        .hasMessageContaining("There is nothing to compare with one run, a.");
  }

  private static RunComparison comparison(RunRecord first, RunRecord second) {
    Map<String, RunRecord> runs = new LinkedHashMap<>();
    runs.put("a", first);
    runs.put("b", second);
    return new RunComparison(runs);
  }

  @Test
  void runsOfDifferentLengthAndWithoutModelsAreComparedToo() {
    RunRecord empty =
        new RunRecord(
            "y",
            Map.of(),
            List.of("cat", "dog"),
            "accuracy",
            "",
            Double.NaN,
            RunHistory.empty(),
            List.of());
    RunComparison comparison = comparison(run("x", 0.5, 1, Map.of()), empty);
    assertThat(comparison.text()).contains("\nvalidation accuracy              50.0 %  –\n");
    assertThat(PageText.body(comparison.html())).doesNotContain("NaN");
  }
}
