package dev.espalier.plugin;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.option.OptionDescription;
import dev.espalier.option.OptionValues;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * Something a plugin brings that is made from a name and options: a callback, an augmentation, a
 * loss, a metric, an optimizer, an initializer. The descriptions of its options serve validation,
 * help and reference documentation alike. Immutable and thread-safe if its factory is.
 *
 * <pre>{@code
 * Component.of(
 *     "pause", "Waits after each epoch.", List.of(SECONDS), options -> new Pause(options.get(SECONDS)))
 * }</pre>
 *
 * @param <T> what is made
 */
public final class Component<T> {
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9]*(-[a-z0-9]+)*");

  /** The key under which configuration writes which component is meant. */
  private static final String RESERVED = "name";

  private final String name;
  private final String description;
  private final List<OptionDescription<?>> options;
  private final Function<OptionValues, ? extends T> factory;

  private Component(
      String name,
      String description,
      List<OptionDescription<?>> options,
      Function<OptionValues, ? extends T> factory) {
    if (!NAME.matcher(name).matches()) {
      throw new EspalierException(
          ErrorCode.INVALID_ARGUMENT,
          "A component cannot be named \"" + name + "\".",
          "Names are lower case words with hyphens between them, such as random-flip.");
    }
    if (options.stream().anyMatch(option -> option.name().equals(RESERVED))) {
      throw new EspalierException(
          ErrorCode.INVALID_ARGUMENT,
          "An option of \"" + name + "\" is named \"" + RESERVED + "\".",
          "Configuration writes the component's own name there: give the option another name.");
    }
    this.name = name;
    this.description = description;
    this.options = List.copyOf(options);
    this.factory = factory;
  }

  /**
   * Returns a component.
   *
   * @param name lower case with hyphens, such as {@code reduce-lr-on-plateau}
   * @param description one sentence: what it does
   * @param factory makes one; values of other options than those described cannot be asked for
   * @throws EspalierException {@link ErrorCode#INVALID_ARGUMENT} for a name of another form, or an
   *     option that is named {@code name}
   */
  public static <T> Component<T> of(
      String name,
      String description,
      List<OptionDescription<?>> options,
      Function<OptionValues, ? extends T> factory) {
    return new Component<>(name, description, options, factory);
  }

  /** Returns a component without options. */
  public static <T> Component<T> of(String name, String description, T value) {
    return new Component<>(name, description, List.of(), options -> value);
  }

  /** Returns the name that configuration uses. */
  public String name() {
    return name;
  }

  /** Returns one sentence that says what it does. */
  public String description() {
    return description;
  }

  /** Returns what can be set, in the order to show it. */
  public List<OptionDescription<?>> options() {
    return options;
  }

  /**
   * Makes one.
   *
   * @param owner what this is, for messages, such as {@code the callback pause}
   * @param given texts by the names of options; what is not given has its default
   * @throws EspalierException {@link ErrorCode#INVALID_OPTION} naming all that is unknown, does not
   *     fit or is missing; what the constructor of the thing throws if the values do not go
   *     together
   */
  public T create(String owner, Map<String, String> given) {
    return factory.apply(OptionValues.of(owner, options, given));
  }

  @Override
  public String toString() {
    return name;
  }
}
