package dev.espalier.core.internal.engine;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.plugin.Plugin;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What to do about engines of this project that no plugin brings: add their artifacts, or, if they
 * are inside of a merged jar already, what was lost when it was made.
 */
final class MissingEngine {
  private static final Map<String, String> PLUGINS =
      Map.of(
          "tensorflow", "dev.espalier.engine.tensorflow.TensorFlowPlugin",
          "pytorch", "dev.espalier.engine.pytorch.PyTorchPlugin",
          "mxnet", "dev.espalier.engine.mxnet.MxNetPlugin");

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

  private boolean isPresent(String engine) {
    String type = PLUGINS.get(engine);
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
        + String.join(", ", engines.stream().map(PLUGINS::get).toList())
        + " is missing. See espalier doctor.";
  }
}
