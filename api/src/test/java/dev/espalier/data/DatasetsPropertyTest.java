package dev.espalier.data;

import static dev.espalier.data.DatasetsTest.dataset;
import static dev.espalier.data.DatasetsTest.pixels;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class DatasetsPropertyTest {
  @Property(tries = 100)
  void divisionIsExactAndStratified(
      @ForAll @Size(max = 60) List<@IntRange(min = 0, max = 2) Integer> labels,
      @ForAll @DoubleRange(min = .05, max = .95) double fraction,
      @ForAll long seed) {
    Dataset whole = dataset(labels.stream().mapToInt(Integer::intValue).toArray());
    Datasets.Division division = Datasets.divide(whole, fraction, seed);
    List<Integer> first = pixels(division.first());
    List<Integer> second = pixels(division.second());
    assertThat(first).isSorted();
    assertThat(second).isSorted();
    List<Integer> all = new ArrayList<>(first);
    all.addAll(second);
    assertThat(all)
        .containsExactlyInAnyOrderElementsOf(IntStream.range(0, labels.size()).boxed().toList());
    for (int label = 0; label < 3; label++) {
      int wanted = label;
      long members = labels.stream().filter(l -> l == wanted).count();
      long taken = first.stream().filter(i -> labels.get(i) == wanted).count();
      double proportional = (double) members * fraction;
      double inBoth = Math.max(1, Math.min((double) (members - 1), proportional));
      assertThat(taken).isEqualTo(Math.round(members < 2 ? proportional : inBoth));
    }
  }

  @Property(tries = 100)
  void multiLabelDivisionIsExactAndTheRarestClassIsStratified(
      @ForAll @Size(min = 1, max = 60) List<@IntRange(min = 0, max = 7) Integer> sets,
      @ForAll @DoubleRange(min = .05, max = .95) double fraction,
      @ForAll long seed) {
    List<List<Integer>> labels =
        sets.stream()
            .map(set -> IntStream.range(0, 3).filter(i -> (set >> i & 1) == 1).boxed().toList())
            .toList();
    Dataset whole = Datasets.multiLabel(MultiLabelTest.dataset(labels));
    Datasets.Division division = Datasets.divide(whole, fraction, seed);
    List<Integer> first = pixels(division.first());
    List<Integer> second = pixels(division.second());
    assertThat(first).isSorted();
    assertThat(second).isSorted();
    List<Integer> all = new ArrayList<>(first);
    all.addAll(second);
    assertThat(all)
        .containsExactlyInAnyOrderElementsOf(IntStream.range(0, labels.size()).boxed().toList());
    // The rarest class is dealt out before anything else, so that nothing stands in its way.
    IntStream.range(0, 3)
        .mapToObj(label -> (int) labels.stream().filter(own -> own.contains(label)).count())
        .filter(members -> members > 0)
        .min(Integer::compare)
        .ifPresent(
            fewest -> {
              int rarest = firstClassWith(labels, fewest);
              long taken = first.stream().filter(i -> labels.get(i).contains(rarest)).count();
              assertThat((double) taken).isCloseTo(fewest * fraction, within(1.0));
            });
  }

  private static int firstClassWith(List<List<Integer>> labels, int members) {
    return IntStream.range(0, 3)
        .filter(label -> labels.stream().filter(own -> own.contains(label)).count() == members)
        .findFirst()
        .orElseThrow();
  }
}
