package dev.espalier.plugin;

import dev.espalier.data.Split;
import dev.espalier.option.OptionValues;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What is asked of a {@link DatasetProvider}. Immutable.
 *
 * @param split the wanted part
 * @param location the file or folder that holds the data, or null for a data set that needs none
 * @param seed for data sets that are generated, and for divisions
 * @param options of the data set, checked against {@link DatasetProvider#options()}
 */
public record DatasetRequest(
    Split split, @Nullable Path location, long seed, OptionValues options) {
  /** Creates a request with every option at its default. */
  public DatasetRequest(Split split, @Nullable Path location, long seed) {
    this(split, location, seed, OptionValues.none());
  }
}
