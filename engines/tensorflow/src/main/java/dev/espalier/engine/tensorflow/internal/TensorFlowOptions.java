package dev.espalier.engine.tensorflow.internal;

import dev.espalier.engine.CacheFolder;
import dev.espalier.engine.EngineOptions;
import dev.espalier.engine.EngineProvider;
import dev.espalier.option.OptionDescription;
import dev.espalier.option.OptionValues;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The validated options of the engine.
 *
 * @param threads threads per operation, 0 for all processors
 * @param cacheFolder where to unpack libraries
 * @param libraryFolder folder with the libraries of an installed TensorFlow, null to unpack them
 */
public record TensorFlowOptions(int threads, Path cacheFolder, @Nullable Path libraryFolder) {
  /** The options besides the number of threads. */
  public static final List<OptionDescription<?>> DESCRIPTIONS =
      List.of(EngineOptions.CACHE_FOLDER, EngineOptions.LIBRARY_FOLDER);

  public static TensorFlowOptions of(
      EngineProvider provider, EngineOptions options, Map<String, String> environment) {
    OptionValues values = options.values(provider);
    Path cache = values.find(EngineOptions.CACHE_FOLDER);
    return new TensorFlowOptions(
        options.threads(),
        cache == null ? CacheFolder.of(environment) : cache,
        values.find(EngineOptions.LIBRARY_FOLDER));
  }
}
