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
 * The engine's options, checked.
 *
 * @param threads threads for one operation, 0 for all
 * @param cacheFolder where the library is unpacked
 * @param libraryFolder where the libraries of an installed PyTorch lie, null for an artifact
 * @param allowDownload whether DJL may download what is missing
 * @param largePages whether memory is taken in large pages, on Linux
 * @param cudnnBenchmark whether cuDNN tries its algorithms out at the first run of each shape
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

  /** What there is beside the number of threads. */
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
