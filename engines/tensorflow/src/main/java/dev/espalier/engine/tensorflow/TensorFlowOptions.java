package dev.espalier.engine.tensorflow;

import dev.espalier.engine.CacheFolder;
import dev.espalier.engine.EngineOptions;
import dev.espalier.option.OptionDescription;
import dev.espalier.option.OptionValues;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The engine's options, checked.
 *
 * @param threads threads for one operation, 0 for all
 * @param cacheFolder where libraries are unpacked
 * @param libraryFolder where the libraries of an installed TensorFlow lie, null to unpack them
 */
record TensorFlowOptions(int threads, Path cacheFolder, @Nullable Path libraryFolder) {
  /** What there is beside the number of threads. */
  static final List<OptionDescription<?>> DESCRIPTIONS =
      List.of(EngineOptions.CACHE_FOLDER, EngineOptions.LIBRARY_FOLDER);

  static TensorFlowOptions of(
      TensorFlowEngineProvider provider, EngineOptions options, Map<String, String> environment) {
    OptionValues values = options.values(provider);
    Path cache = values.find(EngineOptions.CACHE_FOLDER);
    return new TensorFlowOptions(
        options.threads(),
        cache == null ? CacheFolder.of(environment) : cache,
        values.find(EngineOptions.LIBRARY_FOLDER));
  }
}
