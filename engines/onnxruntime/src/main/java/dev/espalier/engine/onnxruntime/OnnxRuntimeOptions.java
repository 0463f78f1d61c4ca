package dev.espalier.engine.onnxruntime;

import dev.espalier.engine.CacheFolder;
import dev.espalier.engine.EngineOptions;
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
 * @param cacheFolder where to unpack the libraries
 * @param libraryFolder folder with the libraries of an installed ONNX Runtime, null to use the
 *     artifact
 * @param spinning whether threads wait in a loop for more than the time between two operators
 */
record OnnxRuntimeOptions(
    int threads, Path cacheFolder, @Nullable Path libraryFolder, boolean spinning) {
  // With as many other threads as processors, a prediction takes twice as long with it.
  private static final OptionDescription<Boolean> SPINNING =
      OptionDescription.flag(
          "spinning",
          "Lets threads wait in a loop for the next operation for as long as ONNX Runtime does by"
              + " default, instead of 50 microseconds, which is slower where the processors have"
              + " something else to do.");

  /** The options besides the number of threads. */
  static final List<OptionDescription<?>> DESCRIPTIONS =
      List.of(EngineOptions.CACHE_FOLDER, EngineOptions.LIBRARY_FOLDER, SPINNING);

  static OnnxRuntimeOptions of(
      OnnxRuntimeEngineProvider provider, EngineOptions options, Map<String, String> environment) {
    OptionValues values = options.values(provider);
    Path cache = values.find(EngineOptions.CACHE_FOLDER);
    return new OnnxRuntimeOptions(
        options.threads(),
        cache == null ? CacheFolder.of(environment) : cache,
        values.find(EngineOptions.LIBRARY_FOLDER),
        values.get(SPINNING));
  }
}
