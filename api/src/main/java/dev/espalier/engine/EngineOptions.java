package dev.espalier.engine;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.option.OptionDescription;
import dev.espalier.option.OptionValues;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Options of an engine. Immutable.
 *
 * @param threads number of CPU threads per operation, 0 for all cores
 * @param extra options that are specific to the engine, by name; it rejects unknown ones
 */
public record EngineOptions(int threads, Map<String, String> extra) {
  /** For engines that unpack their native library: where to. */
  public static final OptionDescription<Path> CACHE_FOLDER =
      OptionDescription.path(
              "cache-folder",
              "Folder into which native libraries are unpacked; by default the value of "
                  + CacheFolder.VARIABLE
                  + ", else espalier in the user's cache folder.")
          .loadingCode();

  /** For engines that can use a native library that is installed already. */
  public static final OptionDescription<Path> LIBRARY_FOLDER =
      OptionDescription.path(
              "library-folder",
              "Folder of an installed native library to use instead of the bundled one.")
          .loadingCode();

  /** For engines that can download a native library; without it they touch no network. */
  public static final OptionDescription<Boolean> ALLOW_DOWNLOAD =
      OptionDescription.flag(
              "allow-download", "Allows the engine to download a missing native library.")
          .loadingCode();

  /** An engine reserves memory for each before it has work for one. */
  private static final int MOST_THREADS = 4096;

  /** Copies the map and checks the range. */
  public EngineOptions {
    if (threads < 0 || threads > MOST_THREADS) {
      throw new EspalierException(
          ErrorCode.INVALID_OPTION,
          "An engine cannot use " + threads + " threads.",
          "Give a number from 1 to " + MOST_THREADS + ", or 0 for all cores of the machine.");
    }
    extra = Map.copyOf(extra);
  }

  /** Returns the defaults: all threads, nothing extra. */
  public static EngineOptions defaults() {
    return new EngineOptions(0, Map.of());
  }

  /** Returns options made by a builder. */
  public static EngineOptions of(Consumer<? super Builder> settings) {
    Builder builder = new Builder();
    settings.accept(builder);
    return new EngineOptions(builder.threads, builder.extra);
  }

  /**
   * Returns what is given for the engine's own options, checked.
   *
   * @throws EspalierException {@link ErrorCode#INVALID_OPTION} naming every option that the engine
   *     does not know and every value that does not fit
   */
  public OptionValues values(EngineProvider provider) {
    return OptionValues.of("the engine " + provider.name(), provider.options(), extra);
  }

  /** Collects settings. Not thread-safe. */
  public static final class Builder {
    private int threads;
    private final Map<String, String> extra = new TreeMap<>();

    private Builder() {}

    /** Sets the processor threads for one operation, 0 for all. */
    public Builder threads(int count) {
      threads = count;
      return this;
    }

    /** Sets something that only one engine knows. */
    public Builder extra(String name, String value) {
      extra.put(name, value);
      return this;
    }
  }
}
