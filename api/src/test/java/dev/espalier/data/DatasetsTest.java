package dev.espalier.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DatasetsTest {
  static Dataset dataset(int... labels) {
    List<Sample> samples = new ArrayList<>();
    for (int i = 0; i < labels.length; i++) {
      samples.add(new Sample(Image.wrap(1, 1, 1, new byte[] {(byte) i}), labels[i]));
    }
    return Datasets.of("toy", List.of("cat", "dog", "emu"), samples);
  }

  static List<Integer> pixels(Dataset dataset) {
    return IntStream.range(0, dataset.size())
        .mapToObj(i -> dataset.get(i).image().at(0, 0, 0))
        .toList();
  }

  @Test
  void subsetKeepsTheGivenOrder() {
    Dataset part = Datasets.subset(dataset(0, 1, 2, 0), 3, 1);
    assertThat(pixels(part)).containsExactly(3, 1);
    assertThat(part.label(1)).isEqualTo(1);
    assertThat(part.classNames()).containsExactly("cat", "dog", "emu");
    assertThat(part.name()).isEqualTo("toy");
  }

  @Test
  void subsetOutsideIsRefused() {
    assertThatThrownBy(() -> Datasets.subset(dataset(0, 1), 2))
        .isInstanceOf(EspalierException.class)
        .hasMessage("toy has no sample 2. Indices go from 0 to 1. [ESP-102]");
  }

  @Test
  void takeGivesWhatThereIs() {
    assertThat(pixels(Datasets.take(dataset(0, 1, 2), 2))).containsExactly(0, 1);
    assertThat(Datasets.take(dataset(0, 1, 2), 9).size()).isEqualTo(3);
  }

  @Test
  void repeatGivesEverythingAgainInOrder() {
    assertThat(pixels(Datasets.repeat(dataset(0, 1, 2), 2))).containsExactly(0, 1, 2, 0, 1, 2);
    assertThat(Datasets.repeat(dataset(0, 1, 2), 2).label(4)).isEqualTo(1);
    assertThat(Datasets.repeat(dataset(), 5).size()).isZero();
  }

  @Test
  void repeatRefusesWhatCannotBeCounted() {
    for (int times : new int[] {0, -1, Integer.MAX_VALUE}) {
      assertThatThrownBy(() -> Datasets.repeat(dataset(0, 1), times))
          .isInstanceOf(EspalierException.class)
          .hasMessageStartingWith("toy with 2 samples cannot be repeated " + times + " times.");
    }
  }

  @Test
  void divisionDependsOnTheSeedAlone() {
    Dataset whole = dataset(new int[100]);
    assertThat(pixels(Datasets.divide(whole, .5, 1).first()))
        .isEqualTo(pixels(Datasets.divide(whole, .5, 1).first()))
        .isNotEqualTo(pixels(Datasets.divide(whole, .5, 2).first()))
        .hasSize(50);
  }

  @ParameterizedTest
  @ValueSource(doubles = {.01, .2, .5, .8, .99})
  void divisionLeavesASampleOfEachClassOfTwoInBothParts(double fraction) {
    Datasets.Division division = Datasets.divide(dataset(0, 1, 1, 0, 2), fraction, 1);

    assertThat(Labels.counts(division.first())).startsWith(1, 1);
    assertThat(Labels.counts(division.second())).startsWith(1, 1);
  }

  @Test
  void anotherNameIsAllThatNamedChanges() {
    Dataset whole = dataset(0, 2);
    Dataset named = Datasets.named(whole, "pets");

    assertThat(named.name()).isEqualTo("pets");
    assertThat(named.get(1)).isEqualTo(whole.get(1));
    assertThat(named.classNames()).isEqualTo(whole.classNames());
  }

  @Test
  void aHundredSamplesDividedAtThreeQuartersAre75And25() {
    int[] labels = IntStream.range(0, 100).map(i -> i < 40 ? 0 : 1).toArray();
    Datasets.Division division = Datasets.divide(dataset(labels), 0.75, 1);

    assertThat(division.first().size()).isEqualTo(75);
    assertThat(division.second().size()).isEqualTo(25);
  }

  @Test
  void classesOfTheSameSizeKeepTheSameSize() {
    Datasets.Division division =
        Datasets.divide(dataset(IntStream.range(0, 27).map(i -> i % 3).toArray()), 0.8, 1);

    assertThat(Labels.counts(division.first())).containsExactly(7, 7, 7);
    assertThat(Labels.counts(division.second())).containsExactly(2, 2, 2);
  }

  @Test
  void divisionChecksItsArguments() {
    assertThatThrownBy(() -> Datasets.divide(dataset(0), 1, 0))
        .isInstanceOf(EspalierException.class)
        .hasMessageStartingWith("A data set cannot be divided at the fraction 1.0.");
    assertThatThrownBy(() -> Datasets.divide(dataset(0, 1, 0, 1), 75, 0))
        .as("a percentage")
        .hasMessageStartingWith("A data set cannot be divided at the fraction 75.0.");
    assertThatThrownBy(() -> Datasets.divide(dataset(0, 7), .5, 0))
        .isInstanceOfSatisfying(
            EspalierException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.LABEL_OUT_OF_RANGE))
        .hasMessageStartingWith("Sample 1 of toy has the label 7. There are 3 classes");
  }

  @Test
  void arraysArePicturesOneBehindTheOther() {
    Dataset arrays =
        Datasets.ofArrays(
            "arrays", List.of("a", "b"), 1, 2, 1, new byte[] {1, 2, 3, 4}, new int[] {1, 0});

    assertThat(arrays.get(1)).isEqualTo(new Sample(Image.wrap(1, 2, 1, new byte[] {3, 4}), 0));
    assertThat(arrays.label(0)).isEqualTo(1);
  }

  @Test
  void arraysThatDoNotFitTogetherAreRefused() {
    List<String> names = List.of("a", "b");
    assertThatThrownBy(() -> Datasets.ofArrays("x", names, 1, 2, 3, new byte[5], new int[1]))
        .hasMessage(
            "5 bytes do not fill 1 images of 1x2x3. Give height * width * channels bytes"
                + " per label. [ESP-102]");
    assertThatThrownBy(() -> Datasets.ofArrays("x", names, 0, 2, 3, new byte[0], new int[1]))
        .hasMessageStartingWith("0 bytes do not fill 1 images of 0x2x3.");
    assertThatThrownBy(() -> Datasets.ofArrays("x", names, 1, 1, 1, new byte[1], new int[] {2}))
        .hasMessage(
            "Sample 0 of x has the label 2. There are 2 classes, counted from 0. [ESP-303]");
  }

  @Test
  void spreadTakesSomeOfEverywhere() {
    Dataset arrays =
        Datasets.ofArrays(
            "x", List.of("a", "b"), 1, 1, 1, new byte[7], new int[] {0, 0, 0, 0, 1, 1, 1});

    assertThat(Datasets.spread(arrays, 2).size()).isEqualTo(2);
    assertThat(Datasets.spread(arrays, 2).label(0)).isEqualTo(0);
    assertThat(Datasets.spread(arrays, 3).label(2)).isEqualTo(1);
    assertThat(Datasets.spread(arrays, 7).size()).isEqualTo(7);
    assertThat(Datasets.spread(arrays, 99).size()).isEqualTo(7);
    assertThat(Datasets.spread(arrays, 0).size()).isZero();
  }
}
