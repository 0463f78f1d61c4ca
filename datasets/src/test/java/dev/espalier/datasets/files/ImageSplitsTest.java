package dev.espalier.datasets.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.espalier.data.Dataset;
import dev.espalier.data.Split;
import dev.espalier.datasets.folder.ImageFolder;
import dev.espalier.datasets.folder.ImageFolderProvider;
import dev.espalier.datasets.internal.files.SplitNames;
import dev.espalier.error.EspalierException;
import dev.espalier.option.OptionValues;
import dev.espalier.plugin.DatasetProvider;
import dev.espalier.plugin.DatasetRequest;
import dev.espalier.plugin.DatasetSource;
import dev.espalier.plugin.DatasetSplits;
import dev.espalier.testkit.golden.SharedData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which splits there are, and which stands in for one that is not there. */
class ImageSplitsTest {
  private static final DatasetProvider PROVIDER = new ImageFolderProvider();

  @TempDir Path folder;

  private void images(String place, int count) {
    for (int i = 0; i < count; i++) {
      ImagesForTests.png(folder.resolve(place).resolve(i + ".png"), i);
    }
  }

  private static DatasetRequest request(Path folder, Split split, Map<String, String> options) {
    return new DatasetRequest(
        split, folder, 1, OptionValues.of("the data set", PROVIDER.options(), options));
  }

  private DatasetSplits splits(Map<String, String> options) {
    return PROVIDER.splits(request(folder, Split.TRAIN, options));
  }

  private Dataset open(Split split, Map<String, String> options) {
    return PROVIDER.open(request(folder, split, options));
  }

  private static Set<Path> files(Dataset dataset) {
    Set<Path> files = new HashSet<>();
    IntStream.range(0, dataset.size()).forEach(i -> files.add(dataset.file(i)));
    return files;
  }

  @Test
  void foldersNamedLikeSplitsAreTheSplits() throws IOException {
    images("train/cat", 1);
    images("train/dog", 1);
    images("test/dog", 1);
    Files.createDirectories(folder.resolve("val/cat"));

    assertThat(splits(Map.of()))
        .as("a folder without images is no split")
        .isEqualTo(new DatasetSplits(EnumSet.of(Split.TRAIN, Split.TEST), false));
    assertThat(open(Split.VALIDATION, Map.of()).name()).endsWith("/test");
  }

  @Test
  void theImagesOfASourceAreListedOnceForAllSplits() {
    images("cat", 10);
    images("dog", 10);
    DatasetSource source = PROVIDER.source(request(folder, Split.TEST, Map.of()));
    assertThat(source.splits()).isEqualTo(splits(Map.of()));
    Map<Split, Set<Path>> expected = new EnumMap<>(Split.class);
    for (Split split : Split.values()) {
      expected.put(split, files(open(split, Map.of())));
    }
    images("cat", 30);

    expected.forEach(
        (split, files) -> assertThat(files(source.open(split))).as("%s", split).isEqualTo(files));
    assertThat(source.openWhole().size()).isEqualTo(20);
    assertThat(source.openWhole().name()).isEqualTo(folder.getFileName().toString());
  }

  @Test
  void whatIsNotDividedIsDividedAtRandom() {
    images("cat", 10);
    images("dog", 10);

    assertThat(splits(Map.of())).isEqualTo(DatasetSplits.drawn(EnumSet.allOf(Split.class)));
  }

  /**
   * Each class has what its fraction gives, but at least one image to train and one to hold out.
   */
  @ParameterizedTest
  @CsvSource({"2,1,1,0", "3,2,1,0", "4,3,1,0", "5,4,1,0", "7,6,1,0", "8,6,1,1", "10,8,1,1"})
  void classesWithFewImagesAreDivided(int images, int train, int validation, int test) {
    images("cat", images);
    images("dog", images);

    assertThat(open(Split.TRAIN, Map.of()).size()).isEqualTo(2 * train);
    assertThat(open(Split.VALIDATION, Map.of()).size()).isEqualTo(2 * validation);
    assertThat(splits(Map.of()).has(Split.TEST)).isEqualTo(test > 0);
    assertThat(open(Split.TEST, Map.of()).size())
        .as("validation stands in")
        .isEqualTo(2 * Math.max(test, validation));
  }

  @Test
  void anImageByItselfIsTrainedOn() {
    images("cat", 1);
    images("dog", 1);

    assertThat(splits(Map.of())).isEqualTo(DatasetSplits.drawn(EnumSet.of(Split.TRAIN)));
  }

  @ParameterizedTest
  @CsvSource({"test-split,TEST,VALIDATION", "validation-split,VALIDATION,TEST"})
  void ofAFractionOfZeroTheOtherSplitStandsIn(String option, Split missing, Split there) {
    images("cat", 10);
    images("dog", 10);
    Map<String, String> options = Map.of(option, "0");

    assertThat(splits(options)).isEqualTo(DatasetSplits.drawn(EnumSet.of(Split.TRAIN, there)));
    assertThat(files(open(missing, options))).isEqualTo(files(open(there, options))).hasSize(2);
    assertThat(open(missing, options).name()).endsWith(SplitNames.word(there));
    assertThat(open(Split.TRAIN, options).size()).isEqualTo(18);
  }

  @Test
  void aProgramThatAsksForASplitOfFractionZeroIsTold() {
    images("cat", 4);
    images("dog", 4);

    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> ImageFolder.of(folder).division(.8, .2, 0).split(Split.TEST).open())
        .withMessage(
            "The fraction of the test split is 0. Use another split, or other fractions."
                + " [ESP-305]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"n02", "n04", "n05", "n07", "n08", "n09", "n10"})
  void everyClassIsTrainedAndValidatedHoweverFewImagesItHas(String images) {
    Path few = SharedData.path("cases/few-per-class").resolve(images);
    Dataset train = PROVIDER.open(request(few, Split.TRAIN, Map.of()));
    Dataset validation = PROVIDER.open(request(few, Split.VALIDATION, Map.of()));

    for (Dataset split : new Dataset[] {train, validation}) {
      assertThat(IntStream.range(0, split.size()).map(split::label).distinct().toArray())
          .containsExactly(0, 1, 2);
    }
    assertThat(files(train)).doesNotContainAnyElementsOf(files(validation));
    assertThat(train.size()).isGreaterThanOrEqualTo(validation.size());
  }
}
