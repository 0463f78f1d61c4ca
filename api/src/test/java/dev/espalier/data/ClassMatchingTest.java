package dev.espalier.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ClassMatchingTest {
  private static final List<String> MODEL = List.of("bird", "cat", "dog");

  private static Dataset dataset(List<String> classNames, List<List<Integer>> labels) {
    List<Sample> samples = new ArrayList<>();
    for (int i = 0; i < labels.size(); i++) {
      samples.add(new Sample(Image.wrap(1, 1, 1, new byte[] {(byte) i}), labels.get(i)));
    }
    return Datasets.of("pets/test", classNames, samples);
  }

  private static Dataset single(List<String> classNames, Integer... labels) {
    return dataset(classNames, java.util.Arrays.stream(labels).map(List::of).toList());
  }

  private static List<Integer> labels(Dataset dataset) {
    return IntStream.range(0, dataset.size()).map(dataset::label).boxed().toList();
  }

  @Test
  void classesInAnotherOrderGetTheLabelsOfTheModel() {
    Dataset matched = Datasets.matchClasses(single(List.of("dog", "bird", "cat"), 0, 1, 2), MODEL);
    assertThat(labels(matched)).containsExactly(2, 0, 1);
    assertThat(matched.get(0).label()).isEqualTo(2);
    assertThat(matched.get(0).image().at(0, 0, 0)).isZero();
    assertThat(matched.classNames()).isEqualTo(MODEL);
    assertThat(matched.name()).isEqualTo("pets/test");
  }

  @Test
  void someOfTheClassesAreEnough() {
    Dataset matched = Datasets.matchClasses(single(List.of("cat", "dog"), 0, 1, 1), MODEL);
    assertThat(labels(matched)).containsExactly(1, 2, 2);
    assertThat(matched.classNames()).isEqualTo(MODEL);
  }

  @Test
  void samplesOfSeveralClassesAreMatchedToo() {
    Dataset matched =
        Datasets.matchClasses(
            dataset(List.of("dog", "cat"), List.of(List.of(0, 1), List.of(), List.of(1))), MODEL);
    assertThat(matched.target().multiLabel()).isTrue();
    assertThat(matched.labels(0)).containsExactly(2, 1);
    assertThat(matched.get(0).labels()).containsExactly(2, 1);
    assertThat(matched.labels(1)).isEmpty();
    assertThat(matched.labels(2)).containsExactly(1);
  }

  @Test
  void theSameClassesAreLeftAsTheyAre() {
    Dataset same = single(MODEL, 0, 1);
    assertThat(Datasets.matchClasses(same, MODEL)).isSameAs(same);
  }

  @Test
  void refusesClassesThatTheModelDoesNotKnow() {
    assertThatThrownBy(
            () -> Datasets.matchClasses(single(List.of("cat", "dog", "zebra"), 0), MODEL))
        .hasMessage(
            "The data set \"pets/test\" has a class that the model does not know: zebra."
                + " The model knows bird, cat, dog. Leave out or rename these classes, or use a"
                + " model that was trained on them. [ESP-306]");
    assertThatThrownBy(
            () -> Datasets.matchClasses(single(List.of("Hund", "Katze", "Vogel"), 0), MODEL))
        .hasMessageContaining("has 3 classes that the model does not know: Hund, Katze, Vogel.");
  }

  @Test
  void listsAtMostADozenNames() {
    List<String> many = IntStream.range(0, 40).mapToObj(i -> "class" + i).toList();
    assertThatThrownBy(() -> Datasets.matchClasses(single(many, 0), MODEL))
        .hasMessageContaining("class11 and 28 more. The model knows");
  }

  @Test
  void refusesToGuessBetweenClassesOfOneName() {
    List<String> cranes = List.of("crane", "crane", "stork");
    Dataset birds = single(cranes, 0, 1, 2);
    assertThat(Datasets.matchClasses(birds, cranes)).isSameAs(birds);
    assertThatThrownBy(() -> Datasets.matchClasses(single(List.of("stork"), 0), cranes))
        .isInstanceOfSatisfying(
            EspalierException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CLASS_MISMATCH))
        .hasMessageStartingWith("The model has more than one class named \"crane\"");
  }

  @Test
  void refusesLabelsThatAreNoClassesOfTheirDataSet() {
    Dataset matched = Datasets.matchClasses(single(List.of("cat", "dog"), 0, 2), MODEL);
    assertThatThrownBy(() -> matched.get(1))
        .hasMessageStartingWith("Sample 1 of pets/test has the label 2.");
  }

  @Test
  void classesCanBeRenamedBeforeTheyAreMatched() {
    Dataset german = single(List.of("Hund", "Katze"), 0, 1);
    Dataset renamed = Datasets.renameClasses(german, List.of("dog", "cat"));
    assertThat(labels(renamed)).containsExactly(0, 1);
    assertThat(labels(Datasets.matchClasses(renamed, MODEL))).containsExactly(2, 1);
    assertThatThrownBy(() -> Datasets.renameClasses(german, List.of("dog")))
        .hasMessageStartingWith("pets/test has 2 classes, not 1.");
  }
}
