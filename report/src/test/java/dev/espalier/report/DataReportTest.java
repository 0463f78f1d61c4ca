package dev.espalier.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.core.dataquality.DataIssues;
import dev.espalier.core.dataquality.LabelIssue;
import dev.espalier.core.dataquality.LabelIssues;
import dev.espalier.core.dataquality.NearDuplicates;
import dev.espalier.data.Dataset;
import dev.espalier.data.Datasets;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataReportTest {
  private static final List<String> NAMES = List.of("cat", "dog <b>", "owl");

  @TempDir Path folder;

  private static Dataset training(int count) {
    return Datasets.named(SampleReports.dataset(NAMES, count, 32, 40), "pets/train");
  }

  private static final Dataset TEST =
      Datasets.named(SampleReports.dataset(NAMES, 12, 32, 40), "pets/test");

  private static LabelIssues labels(int count) {
    return new LabelIssues(
        150,
        IntStream.range(0, count)
            .mapToObj(i -> new LabelIssue(i, i % 3, (i + 1) % 3, 0.01 * (i % 40), 0.9))
            .toList(),
        List.of(0.8, 0.7, 0.9),
        count + 2.6);
  }

  @Test
  void showsImagesWithTheirLabelsAndPairsSideBySide() throws IOException {
    DataIssues issues =
        new DataIssues(
            labels(4),
            List.of("owl"),
            List.of(
                new NearDuplicates(
                    "pets/test",
                    2,
                    List.of(
                        new NearDuplicates.Pair(3, 6, 0.99876),
                        new NearDuplicates.Pair(4, 8, 0.95)))));
    Path file = folder.resolve("new/data.html");

    DataReport report = DataReport.of(training(150), List.of(TEST), issues);
    report.write(file);

    assertThat(file).content().isEqualTo(report.html());
    PageText.assertMatches("data.txt", PageText.of(report.html()));
    assertThat(report.html().split("src=\"data:image/jpeg")).hasSize(1 + 4 + 2 * 2);
  }

  @Test
  void longListsAreShortened() {
    NearDuplicates many =
        new NearDuplicates(
            "pets/test",
            20_000,
            IntStream.range(0, 100)
                .mapToObj(i -> new NearDuplicates.Pair(i, i % 12, 1 - i / 1e4))
                .toList());

    String html =
        DataReport.of(
                training(150), List.of(TEST), new DataIssues(labels(130), List.of(), List.of(many)))
            .html();

    assertThat(html)
        .contains("The first 120 of 130 are shown.", "The first 60 of 20,000 are shown.");
    assertThat(html.split("src=\"data:image/jpeg")).hasSize(1 + 120 + 2 * 60);
  }

  @Test
  void saysWhatWasNotFoundOrNotChecked() {
    DataIssues none =
        new DataIssues(
            labels(0), List.of(), List.of(new NearDuplicates("pets/test", 0, List.of())));
    assertThat(PageText.of(DataReport.of(training(9), List.of(TEST), none).html()))
        .contains("No label stands out.")
        .contains("No image of pets/train looks nearly the same as one of them.");
    DataIssues unchecked = new DataIssues(null, List.of(), List.of());
    assertThat(DataReport.of(training(9), List.of(), unchecked).html())
        .contains("Not checked, because fewer than two classes have enough images.");
    assertThat(DataReport.of(Datasets.multiLabel(training(9)), List.of(), unchecked).html())
        .contains("Not checked, because an image may have several classes.");
  }

  @Test
  void refusesAnotherNumberOfSplits() {
    assertThatThrownBy(
            () ->
                DataReport.of(
                    training(9), List.of(TEST), new DataIssues(null, List.of(), List.of())))
        .hasMessageContaining("pets/train was compared with 0 other splits, not with 1.");
  }
}
