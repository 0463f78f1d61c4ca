package dev.espalier.core.internal.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.data.Dataset;
import dev.espalier.data.Datasets;
import dev.espalier.data.Image;
import dev.espalier.data.Sample;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class BatchPlanPropertyTest {
  private static Dataset dataset(int size) {
    Sample sample = new Sample(Image.wrap(1, 1, 1, new byte[1]), 0);
    return Datasets.of("any", List.of("a"), Collections.nCopies(size, sample));
  }

  private static List<Integer> visited(BatchPlan plan) {
    return IntStream.range(0, plan.steps())
        .flatMap(step -> IntStream.of(plan.indices(step)))
        .boxed()
        .toList();
  }

  @Property(tries = 200)
  void anEpochVisitsEachSampleOnce(
      @ForAll @IntRange(min = 1, max = 200) int size,
      @ForAll @IntRange(min = 1, max = 50) int batchSize,
      @ForAll boolean shuffled,
      @ForAll long seed,
      @ForAll @IntRange(max = 100) int epoch) {
    BatchPlan plan =
        BatchPlan.ofEpoch(
            dataset(size), new Loading(batchSize, false, 1, 1), shuffled, seed, epoch);
    assertThat(visited(plan))
        .containsExactlyInAnyOrderElementsOf(IntStream.range(0, size).boxed().toList());
    for (int step = 0; step < plan.steps() - 1; step++) {
      assertThat(plan.indices(step)).hasSize(batchSize);
    }
  }

  @Property(tries = 100)
  void onlyAnIncompleteBatchIsDropped(
      @ForAll @IntRange(min = 50, max = 200) int size,
      @ForAll @IntRange(min = 1, max = 50) int batchSize,
      @ForAll long seed) {
    BatchPlan plan =
        BatchPlan.ofEpoch(dataset(size), new Loading(batchSize, true, 1, 1), true, seed, 0);
    assertThat(visited(plan)).doesNotHaveDuplicates().hasSize(size / batchSize * batchSize);
  }
}
