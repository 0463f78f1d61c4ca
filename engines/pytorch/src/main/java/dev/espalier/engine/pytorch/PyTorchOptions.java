package dev.espalier.engine.pytorch;

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
 * @param cacheFolder where to unpack the library
 * @param libraryFolder folder with the libraries of an installed PyTorch, null to use an artifact
 * @param allowDownload whether DJL may download what is missing
 * @param largePages whether to allocate memory in transparent huge pages, on Linux
 * @param cudnnBenchmark whether cuDNN benchmarks its algorithms in the first run with each shape
 */
record PyTorchOptions(
    int threads,
    Path cacheFolder,
    @Nullable Path libraryFolder,
    boolean allowDownload,
    boolean largePages,
    boolean cudnnBenchmark) {

  private static final OptionDescription<Boolean> CUDNN_BENCHMARK =
      OptionDescription.flag(
          "cudnn-benchmark",
          "Lets cuDNN benchmark its algorithms for each new shape and use the fastest;"
              + " results may then differ between runs.");

  private static final OptionDescription<Boolean> LARGE_PAGES =
      OptionDescription.flag(
              "large-pages",
              "Allocates memory in large pages on Linux, which is about a third faster; the"
                  + " first engine opened in a process decides.")
          .withDefault(true);

  /** The options besides the number of threads. */
  static final List<OptionDescription<?>> DESCRIPTIONS =
      List.of(
          EngineOptions.CACHE_FOLDER,
          EngineOptions.LIBRARY_FOLDER,
          EngineOptions.ALLOW_DOWNLOAD,
          LARGE_PAGES,
          CUDNN_BENCHMARK);

  static PyTorchOptions of(
      PyTorchEngineProvider provider, EngineOptions options, Map<String, String> environment) {
    OptionValues values = options.values(provider);
    Path cache = values.find(EngineOptions.CACHE_FOLDER);
    Path library = values.find(EngineOptions.LIBRARY_FOLDER);
    String installed = environment.getOrDefault(NativeLoader.LIBRARY_PATH, "");
    return new PyTorchOptions(
        options.threads(),
        cache == null ? CacheFolder.of(environment) : cache,
        library == null && !installed.isEmpty() ? Path.of(installed) : library,
        values.get(EngineOptions.ALLOW_DOWNLOAD),
        values.get(LARGE_PAGES),
        values.get(CUDNN_BENCHMARK));
  }
}
