package dev.espalier.core.internal.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.data.Dataset;
import dev.espalier.data.Datasets;
import dev.espalier.data.Image;
import dev.espalier.data.Sample;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class BatchPlanTest {
  private static final int SAMPLES = 6;
  private static final int EPOCHS = 6_000;

  @Test
  void aBatchMayBeAsLargeAsNumbersGo() {
    Sample sample = new Sample(Image.wrap(1, 1, 1, new byte[1]), 0);
    Dataset dataset = Datasets.of("any", List.of("a"), Collections.nCopies(SAMPLES, sample));
    for (int batchSize : new int[] {5, 6, Integer.MAX_VALUE - 4, Integer.MAX_VALUE}) {
      BatchPlan plan = BatchPlan.inOrder(dataset, new Loading(batchSize, false, 1, 1));
      int seen = 0;
      for (int step = 0; step < plan.steps(); step++) {
        seen += plan.indices(step).length;
      }
      assertThat(seen).as("of batches of %s", batchSize).isEqualTo(SAMPLES);
    }
  }

  /** DJL's random sampler is no uniform shuffle: some samples come early more often than others. */
  @Test
  void eachSampleIsAsLikelyInEachPosition() {
    Sample sample = new Sample(Image.wrap(1, 1, 1, new byte[1]), 0);
    Dataset dataset = Datasets.of("any", List.of("a"), Collections.nCopies(SAMPLES, sample));
    int[][] counts = new int[SAMPLES][SAMPLES];
    for (int epoch = 0; epoch < EPOCHS; epoch++) {
      BatchPlan plan = BatchPlan.ofEpoch(dataset, new Loading(2, false, 1, 1), true, 5, epoch);
      for (int position = 0; position < SAMPLES; position++) {
        counts[position][plan.indices(position / 2)[position % 2]]++;
      }
    }
    for (int[] ofPosition : counts) {
      for (int count : ofPosition) {
        // The standard deviation of a count is 29.
        assertThat((double) count).isEqualTo(EPOCHS / (double) SAMPLES, within(130.0));
      }
    }
  }
}
