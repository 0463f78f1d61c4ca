package dev.espalier.core.internal.data;

import dev.espalier.data.Dataset;
import dev.espalier.data.Datasets;
import dev.espalier.data.Split;
import dev.espalier.plugin.DatasetSource;
import dev.espalier.plugin.DatasetSplits;

/**
 * Data of which a number of samples is used, spread evenly.
 *
 * @param training most samples of the training split; 0 for all
 * @param others most samples of another split, and of all splits together; 0 for all
 */
public record LimitedSource(DatasetSource source, int training, int others)
    implements DatasetSource {
  @Override
  public DatasetSplits splits() {
    return source.splits();
  }

  @Override
  public Dataset open(Split split) {
    return limited(source.open(split), split == Split.TRAIN ? training : others);
  }

  @Override
  public Dataset openWhole() {
    return limited(source.openWhole(), others);
  }

  private static Dataset limited(Dataset whole, int limit) {
    return limit == 0 ? whole : Datasets.spread(whole, limit);
  }
}
