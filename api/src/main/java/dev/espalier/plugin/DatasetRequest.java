package dev.espalier.plugin;

import dev.espalier.data.Split;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What is asked of a {@link DatasetProvider}. Immutable.
 *
 * @param split the wanted part
 * @param location the file or folder that holds the data, or null for a data set that needs none
 * @param seed for data sets that are generated
 */
public record DatasetRequest(Split split, @Nullable Path location, long seed) {}
