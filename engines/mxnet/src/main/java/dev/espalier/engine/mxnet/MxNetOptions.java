package dev.espalier.engine.mxnet;

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
 * @param libraryFolder folder with the library of an installed MXNet, null to use an artifact
 * @param allowDownload whether DJL may download what is missing
 */
record MxNetOptions(
    int threads, Path cacheFolder, @Nullable Path libraryFolder, boolean allowDownload) {

  /** The options besides the number of threads. */
  static final List<OptionDescription<?>> DESCRIPTIONS =
      List.of(
          EngineOptions.CACHE_FOLDER, EngineOptions.LIBRARY_FOLDER, EngineOptions.ALLOW_DOWNLOAD);

  static MxNetOptions of(
      MxNetEngineProvider provider, EngineOptions options, Map<String, String> environment) {
    OptionValues values = options.values(provider);
    Path cache = values.find(EngineOptions.CACHE_FOLDER);
    Path library = values.find(EngineOptions.LIBRARY_FOLDER);
    String installed = environment.getOrDefault(NativeLoader.LIBRARY_PATH, "");
    return new MxNetOptions(
        options.threads(),
        cache == null ? CacheFolder.of(environment) : cache,
        library == null && !installed.isEmpty() ? Path.of(installed) : library,
        values.get(EngineOptions.ALLOW_DOWNLOAD));
  }
}
