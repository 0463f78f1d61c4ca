package dev.espalier.model;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * How weights are loaded into a model: every variable needs its array and every array its variable,
 * except those of layers that are skipped, which keep the values that the model has. Immutable.
 *
 * <pre>{@code
 * Model model =
 *     EfficientNet.b0().classes(5).weights(weights, Loading.skip("predictions")).build();
 * }</pre>
 *
 * @param skipped layers of the model by name or pattern, such as {@code predictions} or {@code
 *     block7*}
 */
public record Loading(List<String> skipped) {
  private static final Loading STRICT = new Loading(List.of());

  /** Copies the list. */
  public Loading {
    skipped = List.copyOf(skipped);
  }

  /** Returns loading that skips nothing. */
  public static Loading strict() {
    return STRICT;
  }

  /**
   * Returns loading that leaves out layers, such as a classifier for other classes.
   *
   * @param layers of the model by name or pattern
   */
  public static Loading skip(String... layers) {
    return new Loading(List.of(layers));
  }

  /**
   * Returns whether a layer of the model is skipped, by the part of a variable's name before the
   * last '/'.
   *
   * @throws EspalierException {@link ErrorCode#UNKNOWN_LAYER} if the model has no such layer
   */
  public Predicate<String> skippedIn(Model model) {
    Set<String> paths = new LinkedHashSet<>();
    for (String pattern : skipped) {
      model.allLayers().stream()
          .filter(LayerPattern.matching(model, pattern))
          .map(ModelLayer::path)
          .forEach(paths::add);
    }
    return layer ->
        paths.stream().anyMatch(path -> layer.equals(path) || layer.startsWith(path + "/"));
  }
}
