package dev.espalier.plugin;

import dev.espalier.data.Dataset;
import dev.espalier.data.Datasets;
import dev.espalier.data.Split;
import java.util.List;

/**
 * The data of a {@link DatasetRequest}, from which several splits are opened. What comes before all
 * of them, such as listing a folder, is done once. Not thread-safe; the data sets are.
 */
public interface DatasetSource {
  /**
   * Returns the available splits.
   *
   * @throws dev.espalier.error.EspalierException as {@link DatasetProvider#splits}
   */
  DatasetSplits splits();

  /**
   * Opens a split.
   *
   * @throws dev.espalier.error.EspalierException as {@link DatasetProvider#open}
   */
  Dataset open(Split split);

  /**
   * Opens all splits as one data set, named like the first without the name of the split.
   *
   * @throws dev.espalier.error.EspalierException as {@link DatasetProvider#open}
   */
  default Dataset openWhole() {
    List<Dataset> all = splits().available().stream().map(this::open).toList();
    String name = all.get(0).name();
    int slash = name.lastIndexOf('/');
    return Datasets.named(
        all.stream().reduce(Datasets::concat).orElseThrow(),
        slash > 0 ? name.substring(0, slash) : name);
  }
}
