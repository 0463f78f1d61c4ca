package dev.espalier.plugin;

import dev.espalier.data.Dataset;
import dev.espalier.data.Split;
import dev.espalier.option.OptionDescription;
import java.util.List;

/** Offers a data set by name. Called by the registry's users on any thread; keeps no state. */
public interface DatasetProvider {
  /** Returns the name users write, lower case, such as {@code cifar100}. */
  String name();

  /** Returns a one-line description, including the folder or file it needs, if any. */
  String description();

  /** Returns what can be set beside the folder or file and the seed. */
  default List<OptionDescription<?>> options() {
    return List.of();
  }

  /**
   * Returns which splits there are. A training validates on the validation split, or on the test
   * split of a data set that has no validation split; a provider whose data set lacks one of the
   * three overrides this.
   *
   * @param request where the data set is, and its options; whichever split it asks for
   * @throws dev.espalier.error.EspalierException if the folder is not given or not readable, or a
   *     file that lists the samples is damaged
   */
  default DatasetSplits splits(DatasetRequest request) {
    return DatasetSplits.all();
  }

  /**
   * Opens the requested split of the data set.
   *
   * @throws dev.espalier.error.EspalierException if there is no such split, the folder is missing
   *     or unreadable, or a file is damaged
   */
  Dataset open(DatasetRequest request);

  /**
   * Returns the data of a request, to open several of its splits. A provider that lists files
   * overrides this, so that they are listed once; by default, each split is opened by itself.
   *
   * @param request where the data set is, and its options; whichever split it asks for
   * @throws dev.espalier.error.EspalierException if the folder is not given
   */
  default DatasetSource source(DatasetRequest request) {
    return new DatasetSource() {
      @Override
      public DatasetSplits splits() {
        return DatasetProvider.this.splits(request);
      }

      @Override
      public Dataset open(Split split) {
        return DatasetProvider.this.open(request.withSplit(split));
      }
    };
  }
}
