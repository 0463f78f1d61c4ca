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
 * What to do about engines of this project that no plugin brings: add their artifacts, or, if they
 * are inside of a merged jar already, what was lost when it was made.
 */
final class MissingEngine {
  private final List<@Nullable ClassLoader> loaders;

  /** Looks where plugins are looked for by default. */
  MissingEngine() {
    this(
        Arrays.asList(
            Thread.currentThread().getContextClassLoader(), MissingEngine.class.getClassLoader()));
  }

  MissingEngine(List<@Nullable ClassLoader> loaders) {
    this.loaders = loaders;
  }

  /** Returns the Maven coordinates of an engine of this project, without a version. */
  static String artifact(String engine) {
    return "dev.espalier:espalier-engine-" + engine;
  }

  /** Returns the engines whose classes are there, of those given. */
  List<String> present(Collection<String> engines) {
    return engines.stream().filter(this::isPresent).toList();
  }

  /**
   * Returns the error where no engine is known at all.
   *
   * @param engines of this project, the one to propose first
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

  /** Which class brings which engine is data: the code of core names no engine. */
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

  /** Returns what to do about engines whose classes are there, though nothing names them. */
  static String remedyForPresent(List<String> engines) {
    return "Unless the plugin was left out on purpose: when jars are merged into one, their files"
        + " META-INF/services/"
        + Plugin.class.getName()
        + " must be merged too (for Maven's shade plugin: ServicesResourceTransformer); the line "
        + String.join(", ", engines.stream().map(plugins()::getProperty).toList())
        + " is missing. See espalier doctor.";
  }
}
