package dev.espalier.core.internal.engine;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.plugin.Plugin;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * Advice on Espalier's own engines that no plugin contributes: add their artifacts or, if their
 * classes are in a merged jar, restore the service files that merging has lost.
 */
final class MissingEngine {
  private final List<@Nullable ClassLoader> loaders;

  /** Uses the class loaders of the default plugin discovery. */
  MissingEngine() {
    this(
        Arrays.asList(
            Thread.currentThread().getContextClassLoader(), MissingEngine.class.getClassLoader()));
  }

  MissingEngine(List<@Nullable ClassLoader> loaders) {
    this.loaders = loaders;
  }

  /** Returns the Maven coordinates of one of Espalier's own engines, without a version. */
  static String artifact(String engine) {
    return "dev.espalier:espalier-engine-" + engine;
  }

  /** Returns those of the given engines whose classes are on the class path. */
  List<String> present(Collection<String> engines) {
    return engines.stream().filter(this::isPresent).toList();
  }

  /**
   * Returns the error if there is no engine at all.
   *
   * @param engines of Espalier, the one to recommend first
   */
  EspalierException noneKnown(List<String> engines) {
    List<String> present = present(engines);
    return present.isEmpty()
        ? new EspalierException(
            ErrorCode.ENGINE_UNAVAILABLE,
            "No engine is on the class path.",
            "Add the artifact of one, such as "
                + artifact(engines.get(0))
                + ", and its native library.")
        : new EspalierException(
            ErrorCode.ENGINE_UNAVAILABLE,
            "No engine is known, though the classes of "
                + String.join(", ", present)
                + " are on the class path.",
            remedyForPresent(present));
  }

  /**
   * The mapping from engines to plugin classes is a resource, because the code of core names no
   * engine.
   */
  private static Properties plugins() {
    Properties plugins = new Properties();
    try (InputStream file = MissingEngine.class.getResourceAsStream("engines.properties")) {
      if (file != null) {
        plugins.load(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return plugins;
  }

  private boolean isPresent(String engine) {
    String type = plugins().getProperty(engine);
    if (type == null) {
      return false;
    }
    String resource = type.replace('.', '/') + ".class";
    return loaders.stream()
        .anyMatch(loader -> loader != null && loader.getResource(resource) != null);
  }

  /** Returns what to do about engines whose classes are present but that no service file names. */
  static String remedyForPresent(List<String> engines) {
    return "Unless the plugin was left out on purpose: when jars are merged into one, their files"
        + " META-INF/services/"
        + Plugin.class.getName()
        + " must be merged too (for Maven's shade plugin: ServicesResourceTransformer); the line "
        + String.join(", ", engines.stream().map(plugins()::getProperty).toList())
        + " is missing. See espalier doctor.";
  }
}
