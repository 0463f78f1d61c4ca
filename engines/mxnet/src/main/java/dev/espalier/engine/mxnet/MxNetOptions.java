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
 * The engine's options, checked.
 *
 * @param threads threads for one operation, 0 for all
 * @param cacheFolder where the library is unpacked
 * @param libraryFolder where the library of an installed MXNet lies, null for an artifact
 * @param allowDownload whether DJL may download what is missing
 */
record MxNetOptions(
    int threads, Path cacheFolder, @Nullable Path libraryFolder, boolean allowDownload) {

  /** What there is beside the number of threads. */
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
