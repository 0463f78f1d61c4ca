package dev.espalier.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MultiLabelTest {
  /** Samples whose pixels say their position. */
  static Dataset dataset(List<List<Integer>> labels) {
    List<Sample> samples = new ArrayList<>();
    for (int i = 0; i < labels.size(); i++) {
      samples.add(new Sample(Image.wrap(1, 1, 1, new byte[] {(byte) i}), labels.get(i)));
    }
    return Datasets.of("toy", List.of("cat", "dog", "emu"), samples);
  }

  private static final Dataset SEVERAL =
      dataset(List.of(List.of(0), List.of(2, 0), List.of(), List.of(1), List.of(0, 1), List.of(2)));

  private static List<List<Integer>> labels(Dataset dataset) {
    return IntStream.range(0, dataset.size()).mapToObj(dataset::labels).toList();
  }

  private static void assertMultiLabel(Dataset dataset, List<List<Integer>> labels) {
    assertThat(dataset.target().multiLabel()).isTrue();
    assertThat(labels(dataset)).isEqualTo(labels);
  }

  @Test
  void samplesWithSeveralLabelsOrNoneMakeADataSetMultiLabel() {
    assertThat(dataset(List.of(List.of(0), List.of(2))).target().multiLabel()).isFalse();
    assertThat(dataset(List.of(List.of(0), List.of(2, 1))).target().multiLabel()).isTrue();
    assertThat(dataset(List.of(List.of(0), List.of())).target().multiLabel()).isTrue();
  }

  @Test
  void sampleNamesEachClassOnce() {
    Image image = Image.wrap(1, 1, 1, new byte[1]);
    assertThatThrownBy(() -> new Sample(image, List.of(3, 1, 3)))
        .hasMessage("A sample has a duplicate label: [3, 1, 3]. Name each class once. [ESP-102]");
  }

  @Test
  void sampleWithOneLabelHasThatLabel() {
    Image image = Image.wrap(1, 1, 1, new byte[1]);
    Sample one = new Sample(image, 4);

    assertThat(one.label()).isEqualTo(4);
    assertThat(one.labels()).containsExactly(4);
    assertThat(one).isEqualTo(new Sample(image, List.of(4)));
  }

  @Test
  void theLabelOfSeveralOrNoneIsRefused() {
    assertThat(SEVERAL.label(3)).isEqualTo(1);
    assertThatThrownBy(() -> SEVERAL.label(1))
        .isInstanceOfSatisfying(
            EspalierException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT))
        .hasMessage(
            "Sample 1 of toy has the labels [2, 0]. Use labels() instead: a multi-label"
                + " sample can have any number of labels. [ESP-102]");
    assertThatThrownBy(() -> SEVERAL.label(2))
        .hasMessageStartingWith("Sample 2 of toy has no label.");
    assertThatThrownBy(() -> SEVERAL.get(4).label())
        .hasMessageStartingWith("The sample has the labels [0, 1].");
  }

  @Test
  void aDataSetOfOneClassEachGivesItsLabelAsAList() {
    assertThat(DatasetsTest.dataset(1, 0).labels(0)).containsExactly(1);
    assertThat(DatasetsTest.dataset(1, 0).target().multiLabel()).isFalse();
  }

  @Test
  void partsAreMultiLabelWhateverTheirSamplesHave() {
    assertMultiLabel(Datasets.subset(SEVERAL, 3, 0), List.of(List.of(1), List.of(0)));
    assertMultiLabel(Datasets.take(SEVERAL, 1), List.of(List.of(0)));
    assertMultiLabel(Datasets.spread(SEVERAL, 2), List.of(List.of(0), List.of(1)));
    assertMultiLabel(Datasets.filter(SEVERAL, i -> i == 4), List.of(List.of(0, 1)));
    assertMultiLabel(Datasets.cached(SEVERAL, 3), labels(SEVERAL));
    assertThat(Datasets.cached(SEVERAL, 3).get(4).labels()).containsExactly(0, 1);
    Datasets.Division division = Datasets.divide(SEVERAL, .5, 1);
    assertThat(division.first().target().multiLabel()).isTrue();
    assertThat(division.second().target().multiLabel()).isTrue();
  }

  @Test
  void oneMultiLabelPartMakesTheWholeSo() {
    Dataset one = DatasetsTest.dataset(1);
    assertMultiLabel(
        Datasets.concat(one, Datasets.take(SEVERAL, 2)),
        List.of(List.of(1), List.of(0), List.of(2, 0)));
    assertThat(Datasets.concat(Datasets.take(SEVERAL, 2), one).target().multiLabel()).isTrue();
    assertThat(Datasets.concat(one, one).target().multiLabel()).isFalse();
  }

  @Test
  void samplesOfOneClassCanBeTakenAsMultiLabel() {
    Dataset one = DatasetsTest.dataset(1, 2);
    Dataset several = Datasets.multiLabel(one);

    assertMultiLabel(several, List.of(List.of(1), List.of(2)));
    assertThat(several.get(1)).isEqualTo(one.get(1));
    assertThat(several.name()).isEqualTo("toy");
    assertThat(Datasets.multiLabel(SEVERAL)).isSameAs(SEVERAL);
  }

  @Test
  void limitTakesWhatIsAmongTheFirstOfAnyOfItsClasses() {
    // The second of class 0 is the first of class 2; the third of class 0 the second of class 1.
    assertMultiLabel(
        Datasets.limitPerClass(SEVERAL, 1), List.of(List.of(0), List.of(2, 0), List.of(1)));
    assertThat(Datasets.limitPerClass(SEVERAL, 9).size()).isEqualTo(5);
  }

  @Test
  void weightsMakeAllClassesCountTheSame() {
    double[] weights = Datasets.classWeights(SEVERAL);

    // 7 labels: 3 of class 0, 2 of each other.
    assertThat(weights).containsExactly(7 / 9.0, 7 / 6.0, 7 / 6.0);
  }

  @Test
  void divisionLeavesASampleOfEachClassOfTwoInBothParts() {
    Dataset rare = dataset(List.of(List.of(0), List.of(0), List.of(1, 2), List.of(1), List.of(2)));
    for (double fraction : new double[] {.01, .5, .8, .99}) {
      Datasets.Division division = Datasets.divide(rare, fraction, 1);

      assertThat(Labels.counts(division.first())).as("%s", fraction).containsExactly(1, 1, 1);
      assertThat(Labels.counts(division.second())).as("%s", fraction).containsExactly(1, 1, 1);
    }
  }

  @Test
  void divisionDependsOnTheSeedAlone() {
    Dataset whole =
        dataset(
            IntStream.range(0, 100)
                .mapToObj(i -> i % 3 == 0 ? List.of(0, 1) : List.of(i % 2))
                .toList());

    assertThat(DatasetsTest.pixels(Datasets.divide(whole, .5, 1).first()))
        .isEqualTo(DatasetsTest.pixels(Datasets.divide(whole, .5, 1).first()))
        .isNotEqualTo(DatasetsTest.pixels(Datasets.divide(whole, .5, 2).first()))
        .hasSizeBetween(45, 55);
  }

  @Test
  void labelOutsideTheClassesIsNamedWhenItMatters() {
    Dataset wrong = dataset(List.of(List.of(0, 1), List.of(1, 3)));
    assertThatThrownBy(() -> Datasets.divide(wrong, .5, 1))
        .isInstanceOfSatisfying(
            EspalierException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.LABEL_OUT_OF_RANGE))
        .hasMessageStartingWith("Sample 1 of toy has the label 3.");
  }
}
