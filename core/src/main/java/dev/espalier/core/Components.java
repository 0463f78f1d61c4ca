package dev.espalier.core;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.error.NearestNames;
import dev.espalier.plugin.Component;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * What plugins bring of one kind, by name: callbacks, augmentations, losses and so on. Immutable
 * and thread-safe.
 *
 * <pre>{@code
 * Callback callback =
 *     registry.callbacks().create("reduce-lr-on-plateau", Map.of("monitor", "val_loss"));
 * }</pre>
 *
 * @param <T> what is made
 */
public final class Components<T> {
  private final String kind;
  private final Map<String, Component<T>> byName;
  private final UnaryOperator<EspalierException> withFailures;

  Components(
      String kind,
      Map<String, Component<T>> byName,
      UnaryOperator<EspalierException> withFailures) {
    this.kind = kind;
    this.byName = byName;
    this.withFailures = withFailures;
  }

  /** Returns what they are, such as {@code callback}. */
  public String kind() {
    return kind;
  }

  /** Returns the names in the order of their plugins. */
  public Set<String> names() {
    return byName.keySet();
  }

  /** Returns all of them in the order of their plugins. */
  public Collection<Component<T>> all() {
    return List.copyOf(byName.values());
  }

  /**
   * Returns the one of a name.
   *
   * @throws EspalierException {@link ErrorCode#UNKNOWN_NAME} listing the nearest names
   */
  public Component<T> get(String name) {
    Component<T> found = byName.get(name);
    if (found == null) {
      throw withFailures.apply(
          NearestNames.unknown(ErrorCode.UNKNOWN_NAME, kind, name, byName.keySet()));
    }
    return found;
  }

  /**
   * Makes one.
   *
   * @param options texts by the names of options; what is not given has its default
   * @throws EspalierException {@link ErrorCode#UNKNOWN_NAME} as {@link #get}; {@link
   *     ErrorCode#INVALID_OPTION} naming all that is unknown, does not fit or is missing
   */
  public T create(String name, Map<String, String> options) {
    return get(name).create("the " + kind + " " + name, options);
  }

  /**
   * Makes one of others of its kind.
   *
   * @param options texts by the names of options; what is not given has its default
   * @param parts made before, in their order
   * @throws EspalierException as {@link #create(String, Map)}; {@link ErrorCode#INVALID_OPTION} for
   *     fewer parts than it needs, or for parts of what has none
   */
  public T create(String name, Map<String, String> options, List<? extends T> parts) {
    return get(name).create("the " + kind + " " + name, options, parts);
  }

  /**
   * Makes one of others of its kind, with options that components of other kinds made.
   *
   * @param options texts by the names of options; what is not given has its default
   * @param parts made before, in their order
   * @param nested values by the names of options, such as the schedule of an optimizer
   * @throws EspalierException as {@link #create(String, Map, List)}
   */
  public T create(
      String name, Map<String, String> options, List<? extends T> parts, Map<String, ?> nested) {
    return get(name).create("the " + kind + " " + name, options, parts, nested);
  }

  /** Makes one with its defaults, as {@link #create(String, Map)}. */
  public T create(String name) {
    return create(name, Map.of());
  }

  @Override
  public String toString() {
    return kind + " " + byName.keySet();
  }
}
