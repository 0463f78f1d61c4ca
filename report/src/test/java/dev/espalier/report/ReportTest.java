package dev.espalier.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.data.Dataset;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.metric.Evaluation;
import dev.espalier.metric.Matrix;
import dev.espalier.report.internal.page.Thumbnails;
import dev.espalier.training.History;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReportTest {
  @TempDir private Path folder;

  @Test
  void saysEverythingAboutATraining() throws IOException {
    Report report = SampleReports.complete(List.of("cat", "dog"));
    PageText.assertMatches("report.txt", PageText.of(report.html()));
    PageText.assertMatches("report-markdown.txt", report.markdown());
    PageText.assertMatches("results.json", report.json());
  }

  @Test
  void equalReportsGiveEqualFiles() {
    assertThat(SampleReports.complete(SampleReports.classNames(5)).html())
        .isEqualTo(SampleReports.complete(SampleReports.classNames(5)).html());
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 30, 100})
  void needsNothingBesideItselfAndStaysSmall(int classes) {
    String html = SampleReports.complete(SampleReports.classNames(classes)).html();
    assertThat(html.length()).isLessThan(1_000_000);
    assertThat(html)
        .doesNotContain("http:", "https:", "<link rel=\"stylesheet\"", " src=\"/", "@import");
    Matcher sources = Pattern.compile(" (?:src|href)=\"([^\"]*)\"").matcher(html);
    while (sources.find()) {
      assertThat(sources.group(1)).matches("(?s)data:.*|#[a-z]+");
    }
    assertThat(html).contains("Content-Security-Policy").contains("default-src 'none'");
    assertThat(html.split("<img ", -1).length - 1).isBetween(16 + 2, 16 + 24 + 24);
  }

  @Test
  void namesOfClassesAndFilesAreText() {
    List<String> hostile =
        List.of(
            "</script><script>alert(1)</script>",
            "<img src=x onerror=alert(1)>",
            "\" onmouseover=\"alert(1)",
            "a\u0000b\u001b[31mred\u202etxt.exe",
            "' style='background:url(x)",
            "$1 \\ & ${x} </header>",
            "\ud800",
            "x".repeat(300));
    String html = SampleReports.complete(hostile).title("<h1>&\u0007").html();
    assertThat(html)
        .doesNotContain("<script>alert", "<img src=x", "\" onmouseover", "' style='", "<h1><h1>")
        .doesNotContain("\u0000", "\u001b", "\u202e", "\u0007", "\ud800")
        .contains("&lt;/script&gt;&lt;script&gt;alert(1)", "\\u001b[31mred\\u202etxt.exe")
        .contains("$1 \\ &amp; ${x} &lt;/header&gt;");
    assertThat(Pattern.compile("<script").matcher(html).results()).hasSize(1);
    assertThat(PageText.of(html)).contains("&lt;h1&gt;&amp;\\u0007");
  }

  @Test
  void aTrainingWithoutEpochsIsSaidToBeOne() {
    String html = Report.of(RunHistory.empty()).environment(SampleReports.MACHINE).html();
    assertThat(PageText.of(html)).startsWith("No epoch was trained and nothing was evaluated\n");
    assertThat(html).doesNotContain("<svg", "id=\"confusion\"", "id=\"classes\"");
  }

  @Test
  void oneEpochIsDrawn() {
    String html = Report.of(SampleReports.history(1, 0)).html();
    assertThat(html).contains("<circle ").contains("Epoch 1: training 35.0 %");
    assertThat(PageText.body(html)).doesNotContain("NaN");
    assertThat(PageText.of(html)).contains("Validation accuracy", "epoch 1\n");
  }

  @Test
  void anEvaluationNeedsNoTraining() {
    Evaluation evaluation =
        new Evaluation(
            Map.of("accuracy", 0.75, "loss", 0.5),
            Map.of(
                "confusion_matrix", Matrix.of(2, 3, 1, 1, 3),
                "expected_calibration_error", Matrix.of(3, 0, 0, 0, 8, 0.8, 0.75)),
            8);
    String text =
        PageText.of(Report.of(evaluation).classNames(List.of("cat", "dog")).title("pets").html());
    assertThat(text)
        .startsWith("Evaluation\npets\n")
        .contains("Accuracy  75.0 %\n8 images evaluated")
        .contains("cat  3 75.0 %  1 25.0 %")
        .contains("expected calibration error")
        .doesNotContain("Most confident mistakes");
  }

  @Test
  void aHistoryOfATrainerAndAnEvaluationAreEnough() {
    History history =
        new History(
            List.of(
                new History.Epoch(0, Map.of("loss", 2.0, "val_loss", 2.5)),
                new History.Epoch(1, Map.of("loss", 1.0, "val_loss", 1.5))),
            null);
    String text = PageText.of(Report.of(history, SampleReports.evaluation()).html());
    assertThat(text).contains("Validation loss", "1.5000\nepoch 2", "All epochs");
  }

  @Test
  void valuesThatAreNotNumbersLeaveGaps() {
    RunHistory history =
        new RunHistory(
            List.of(
                new RunHistory.Epoch("train", 1, Map.of("loss", 1.0), Double.NaN),
                new RunHistory.Epoch("train", 2, Map.of("loss", Double.NaN), Double.NaN),
                new RunHistory.Epoch(
                    "train", 3, Map.of("loss", Double.POSITIVE_INFINITY), Double.NaN),
                new RunHistory.Epoch("train", 4, Map.of("loss", 2.0), Double.NaN)));
    String html = Report.of(history).html();
    Matcher path = Pattern.compile("<path class=\"line c0\" d=\"([^\"]*)\"").matcher(html);
    assertThat(path.find()).isTrue();
    assertThat(path.group(1).replaceAll("[0-9. ]+", " ")).isEqualTo("M M ");
    assertThat(PageText.body(html)).doesNotContain("NaN", "Infinity");
  }

  @Test
  void manyClassesAreListedRatherThanDrawn() {
    String html = SampleReports.complete(SampleReports.classNames(250)).html();
    assertThat(html)
        .contains("A matrix of 250 classes cannot be drawn")
        .doesNotContain("svg class=\"confusion\"");
  }

  @Test
  void isWrittenCompletelyOrNotAtAll() throws IOException {
    Path file = folder.resolve("new/folder/report.html");
    Report report = SampleReports.complete(List.of("cat", "dog"));
    report.write(file);
    assertThat(Files.readString(file)).isEqualTo(report.html());
    Path occupied = Files.createDirectory(folder.resolve("report.html"));
    assertThatThrownBy(() -> report.write(occupied))
        .isInstanceOfSatisfying(
            EspalierException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.FILE_NOT_WRITABLE));
    assertThat(folder.toFile().list()).containsExactlyInAnyOrder("new", "report.html");
    assertThat(file.getParent().toFile().list()).containsExactly("report.html");
  }

  @Test
  void thumbnailsAreSmallAndKeepTheirProportions() {
    Dataset dataset = SampleReports.dataset(List.of("a", "b"), 2, 1000, 250);
    assertThat(Thumbnails.of(dataset.get(0).image()).toString()).isEqualTo("Image 160x40x3");
    assertThat(
            Thumbnails.of(SampleReports.dataset(List.of("a"), 1, 1, 5000).get(0).image())
                .toString())
        .isEqualTo("Image 1x160x3");
  }
}
