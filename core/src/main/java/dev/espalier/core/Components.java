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
 * The components of one kind that plugins contribute, by name: callbacks, augmentations, losses and
 * so on. Immutable and thread-safe.
 *
 * <pre>{@code
 * Callback callback =
 *     registry.callbacks().create("reduce-lr-on-plateau", Map.of("monitor", "val_loss"));
 * }</pre>
 *
 * @param <T> the type of the created objects
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

  /** Returns the kind, such as {@code callback}. */
  public String kind() {
    return kind;
  }

  /** Returns the names in the order of their plugins. */
  public Set<String> names() {
    return byName.keySet();
  }

  /** Returns all components in the order of their plugins. */
  public Collection<Component<T>> all() {
    return List.copyOf(byName.values());
  }

  /**
   * Returns the component with a name.
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
   * Creates an object.
   *
   * @param options values as strings by option name; missing options have their defaults
   * @throws EspalierException {@link ErrorCode#UNKNOWN_NAME} as {@link #get}; {@link
   *     ErrorCode#INVALID_OPTION} naming all options that are unknown, invalid or missing
   */
  public T create(String name, Map<String, String> options) {
    return get(name).create("the " + kind + " " + name, options);
  }

  /**
   * Creates an object composed of others of its kind.
   *
   * @param options values as strings by option name; missing options have their defaults
   * @param parts the objects it is composed of, in order
   * @throws EspalierException as {@link #create(String, Map)}; {@link ErrorCode#INVALID_OPTION} if
   *     there are too few parts, or if the component takes none
   */
  public T create(String name, Map<String, String> options, List<? extends T> parts) {
    return get(name).create("the " + kind + " " + name, options, parts);
  }

  /**
   * Creates an object composed of others of its kind, with options whose values are created by
   * components of other kinds.
   *
   * @param options values as strings by option name; missing options have their defaults
   * @param parts the objects it is composed of, in order
   * @param nested objects by option name, such as the schedule of an optimizer
   * @throws EspalierException as {@link #create(String, Map, List)}
   */
  public T create(
      String name, Map<String, String> options, List<? extends T> parts, Map<String, ?> nested) {
    return get(name).create("the " + kind + " " + name, options, parts, nested);
  }

  /** Creates an object with default options; see {@link #create(String, Map)}. */
  public T create(String name) {
    return create(name, Map.of());
  }

  @Override
  public String toString() {
    return kind + " " + byName.keySet();
  }
}
