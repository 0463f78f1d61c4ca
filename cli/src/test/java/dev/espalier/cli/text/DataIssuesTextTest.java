package dev.espalier.cli.text;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.core.dataquality.DataIssues;
import dev.espalier.core.dataquality.LabelIssue;
import dev.espalier.core.dataquality.LabelIssues;
import dev.espalier.core.dataquality.NearDuplicates;
import dev.espalier.data.Dataset;
import dev.espalier.data.Datasets;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DataIssuesTextTest {
  private static Dataset dataset(String name, int... labels) {
    return Datasets.ofArrays(
        name, List.of("cat", "dog", "owl"), 1, 1, 3, new byte[3 * labels.length], labels);
  }

  private static final Dataset TRAINING = dataset("pets/train", 0, 1, 0, 1, 2);
  private static final Dataset TEST = dataset("pets/test", 0, 1);

  private static String text(DataIssues issues, Dataset dataset, Dataset... others) {
    return new DataIssuesText(issues, dataset, List.of(others)).text();
  }

  @Test
  void listsImagesWithBothClassesAndPairsWithTheirSimilarity() {
    LabelIssues labels =
        new LabelIssues(
            1234,
            List.of(new LabelIssue(3, 1, 0, 0.004, 0.991), new LabelIssue(0, 0, 1, 0.2, 0.8)),
            List.of(0.9, 0.8, Double.NaN),
            2.5);
    NearDuplicates pairs =
        new NearDuplicates(
            "pets/test",
            2,
            List.of(new NearDuplicates.Pair(2, 0, 0.9876), new NearDuplicates.Pair(4, 1, 0.9)));

    assertThat(text(new DataIssues(labels, List.of("owl"), List.of(pairs)), TRAINING, TEST))
        .isEqualTo(
            """

            Probably mislabelled images: 2 of 1,234
              sample 3  dog (0 %), looks like cat (99 %)
              sample 0  cat (20 %), looks like dog (80 %)
            Too few images to check labels: owl

            Near-duplicates in pets/test: 2 pairs
              0.988  sample 2 ~ sample 0
              0.900  sample 4 ~ sample 1  (different classes)
            """);
  }

  @Test
  void longListsAreShortened() {
    NearDuplicates many =
        new NearDuplicates(
            "pets/test",
            20_000,
            IntStream.range(0, 12).mapToObj(i -> new NearDuplicates.Pair(0, 0, 0.95)).toList());

    assertThat(text(new DataIssues(null, List.of(), List.of(many)), TRAINING, TEST))
        .contains("Near-duplicates in pets/test: 20,000 pairs")
        .endsWith("  and 19,990 more; --json lists them, --report FILE shows them\n");
  }

  @Test
  void saysWhatWasNotFoundOrNotChecked() {
    NearDuplicates none = new NearDuplicates("pets/test", 0, List.of());
    LabelIssues clean = new LabelIssues(5, List.of(), List.of(0.9, 0.8, 0.9), 0);
    assertThat(text(new DataIssues(clean, List.of(), List.of(none)), TRAINING, TEST))
        .isEqualTo(
            "\nNo image is probably mislabelled.\n\nNo image has a near-duplicate in pets/test.\n");
    DataIssues unchecked = new DataIssues(null, List.of(), List.of());
    assertThat(text(unchecked, TRAINING))
        .isEqualTo("\nLabels are not checked: fewer than two classes have enough images.\n");
    assertThat(text(unchecked, Datasets.multiLabel(TRAINING)))
        .isEqualTo("\nLabels are not checked: an image may have several classes.\n");
  }
}
