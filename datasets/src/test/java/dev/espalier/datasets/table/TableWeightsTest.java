package dev.espalier.datasets.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.espalier.data.Dataset;
import dev.espalier.data.Datasets;
import dev.espalier.data.Split;
import dev.espalier.datasets.DatasetDescription;
import dev.espalier.datasets.DatasetDescription.WeightRange;
import dev.espalier.datasets.files.ImagesForTests;
import dev.espalier.datasets.files.UnreadableImages;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tables with a column that says how much each image counts in the loss. */
class TableWeightsTest {
  @TempDir Path folder;

  @BeforeEach
  void draw() {
    for (int i = 0; i < 3; i++) {
      ImagesForTests.png(folder.resolve(i + ".png"), i);
    }
  }

  private Path table(String text) throws IOException {
    return Files.writeString(folder.resolve("pets.csv"), text);
  }

  private static Dataset weighted(Path table) {
    return Manifest.of(table, columns -> columns.withWeight("trust")).open();
  }

  private static List<Double> weights(Dataset dataset) {
    return IntStream.range(0, dataset.size()).mapToObj(i -> dataset.get(i).weight()).toList();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "path,label,trust\n0.png,cat,0.5\n1.png,dog,0\n2.png,dog,2e1\n",
        "Trust;path;label\n .5 ;0.png;cat\n+0.;1.png;dog\n\"20\";2.png;dog\n",
        "path,cat,dog,trust\n0.png,1,0,0.5\n1.png,0,1,0\n2.png,0,1,20\n",
        "[{\"path\": \"0.png\", \"label\": \"cat\", \"trust\": 0.5},"
            + " {\"path\": \"1.png\", \"label\": \"dog\", \"trust\": 0},"
            + " {\"path\": \"2.png\", \"label\": \"dog\", \"trust\": \"20\"}]",
        """
        {"path": "0.png", "cat": 1, "dog": 0, "trust": 0.5}
        {"path": "1.png", "cat": 0, "dog": 1, "trust": 0}
        {"path": "2.png", "cat": 0, "dog": 1, "trust": 20}
        """
      })
  void weightsOfAColumnAreThoseOfTheSamples(String text) throws IOException {
    Dataset pets = weighted(table(text));
    assertThat(pets.classNames()).containsExactly("cat", "dog");
    assertThat(weights(pets)).containsExactly(0.5, 0.0, 20.0);
  }

  @Test
  void weightsFollowTheirImagesIntoSplitsAndSubsets() throws IOException {
    Path table =
        table(
            """
            path,label,split,trust
            0.png,cat,test,0.5
            no.png,cat,train,7
            1.png,dog,train,3
            2.png,cat,train,2
            """);
    Dataset train =
        Manifest.of(table, columns -> columns.withWeight("trust"))
            .split(Split.TRAIN)
            .unreadable(UnreadableImages.SKIP)
            .open();
    assertThat(weights(train)).containsExactly(3.0, 2.0);
    assertThat(weights(Datasets.subset(train, 1, 0))).containsExactly(2.0, 3.0);
  }

  @Test
  void aColumnCalledWeightIsIgnoredUnlessItIsNamed() throws IOException {
    Path table = table("path,label,weight\n0.png,cat,4.2\n1.png,dog,heavy\n");
    assertThat(weights(Manifest.of(table).open())).containsExactly(1.0, 1.0);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-1",
        "NaN",
        "Infinity",
        "1e39",
        "1e999",
        "0x10",
        "1d",
        "0,5",
        "half",
        "1 2",
        "[1]"
      })
  void whatIsNoWeightIsRefusedWithLineAndColumn(String weight) throws IOException {
    Path table = table("path,label,trust\n0.png,cat,1\n1.png,dog,\"" + weight + "\"\n");
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> weighted(table))
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_DATA_FILE))
        .withMessage(
            "Line 3 of "
                + table
                + " has the weight \""
                + weight
                + "\" in the column trust. Write a number of 0 or more with a decimal point, such"
                + " as 0.5; 1 is the usual weight. [ESP-301]");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "path,label,trust\n0.png,cat,\n1.png,dog,1\n",
        "{\"path\": \"0.png\", \"label\": \"cat\"}\n",
        "{\"path\": \"0.png\", \"label\": \"cat\", \"trust\": null}\n"
      })
  void aMissingWeightIsRefused(String text) throws IOException {
    Path table = table(text);
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> weighted(table))
        .withMessageContaining(" of " + table + " has no weight in the column trust.");
  }

  @ParameterizedTest
  @ValueSource(strings = {"true", "[1]", "{\"a\": 1}"})
  void whatIsNoNumberInJsonIsRefused(String weight) throws IOException {
    Path table = table("[{\"path\": \"0.png\", \"label\": \"cat\", \"trust\": " + weight + "}]");
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> weighted(table))
        .withMessageContaining("Entry 1 of " + table + " has the weight \"")
        .withMessageContaining("in the column trust.");
  }

  @ParameterizedTest
  @ValueSource(strings = {"path,label\n0.png,cat\n1.png,dog\n", "0.png,cat\n1.png,dog\n"})
  void aColumnThatIsNotThereIsNamed(String text) throws IOException {
    Path table = table(text);
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> weighted(table))
        .withMessageStartingWith("The first line of " + table + " does not name the column ");
    if (text.startsWith("path")) {
      assertThatExceptionOfType(EspalierException.class)
          .isThrownBy(() -> weighted(table))
          .withMessageContaining("does not name the column trust exactly once")
          .withMessageContaining(
              "set data.weight-column to the name of the column with the weights");
    }
  }

  @Test
  void descriptionTellsTheRangeOfWeightsOfWhatCanBeRead() throws IOException {
    Path table = table("path,label,trust\n0.png,cat,0.5\n1.png,dog,1\n2.png,dog,3\nno.png,dog,9\n");
    assertThat(DatasetDescription.of(weighted(table)).weights())
        .isEqualTo(new WeightRange(0.5, 1.5, 3));
    assertThat(DatasetDescription.of(Manifest.of(table).open()).weights())
        .isEqualTo(new WeightRange(1, 1, 1));
  }
}
