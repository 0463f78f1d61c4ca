package dev.espalier.plugin;

import dev.espalier.data.Split;
import dev.espalier.option.OptionValues;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Request to a {@link DatasetProvider}. Immutable.
 *
 * @param split the split to open
 * @param location file or folder that contains the data, or null for a data set that needs none
 * @param seed random seed of generated data sets and of random splits
 * @param options options of the data set, checked against {@link DatasetProvider#options()}
 */
public record DatasetRequest(
    Split split, @Nullable Path location, long seed, OptionValues options) {
  /** Creates a request with every option at its default. */
  public DatasetRequest(Split split, @Nullable Path location, long seed) {
    this(split, location, seed, OptionValues.none());
  }

  /** Returns a copy that asks for another split. */
  public DatasetRequest withSplit(Split other) {
    return new DatasetRequest(other, location, seed, options);
  }
}
