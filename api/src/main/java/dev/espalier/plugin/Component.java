package dev.espalier.plugin;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.option.OptionDescription;
import dev.espalier.option.OptionValues;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Something that is created from a name and options: a callback, an augmentation, a loss, a metric,
 * an optimizer, a schedule, an initializer, an activation. The descriptions of its options are used
 * for validation, help and reference documentation. Immutable, and thread-safe if its factory is.
 *
 * <pre>{@code
 * Component.of(
 *     "pause", "Waits after each epoch.", List.of(SECONDS), options -> new Pause(options.get(SECONDS)))
 * }</pre>
 *
 * @param <T> type of what is created
 */
public final class Component<T> {
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9]*(-[a-z0-9]+)*");

  /** The key under which configuration writes which component is meant. */
  private static final String RESERVED = "name";

  private final String name;
  private final String description;
  private final List<OptionDescription<?>> options;
  private final @Nullable Parts parts;
  private final @Nullable Class<? extends T> made;
  private final BiFunction<? super OptionValues, ? super List<T>, ? extends T> factory;

  private Component(
      String name,
      String description,
      List<? extends OptionDescription<?>> options,
      @Nullable Parts parts,
      @Nullable Class<? extends T> made,
      BiFunction<? super OptionValues, ? super List<T>, ? extends T> factory) {
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
          "Configuration uses that key for the name of the component: give the option"
              + " another name.");
    }
    if (parts != null && options.stream().anyMatch(option -> option.name().equals(parts.name()))) {
      throw new EspalierException(
          ErrorCode.INVALID_ARGUMENT,
          "An option of \""
              + name
              + "\" is named \""
              + parts.name()
              + "\", like the list of nested components.",
          "Give the option another name.");
    }
    this.name = name;
    this.description = description;
    this.options = List.copyOf(options);
    this.parts = parts;
    this.made = made;
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
      List<? extends OptionDescription<?>> options,
      Function<? super OptionValues, ? extends T> factory) {
    return new Component<>(
        name, description, options, null, null, (values, none) -> factory.apply(values));
  }

  /** Returns a component without options. */
  public static <T> Component<T> of(String name, String description, T value) {
    return new Component<>(
        name, description, List.of(), null, classOf(value), (values, none) -> value);
  }

  /**
   * Returns a component that is made of others of its kind, as a chain is of its links:
   *
   * <pre>{@code
   * Component.madeOf(
   *     "chain", "Does one after the other.", List.of(), LINKS, (options, links) -> new Chain(links))
   * }</pre>
   *
   * @param parts how configuration writes the others
   * @param factory makes one of the values of the options and the parts, which are in their order
   * @throws EspalierException {@link ErrorCode#INVALID_ARGUMENT} as {@link #of}, and for an option
   *     that is named as the parts are
   */
  public static <T> Component<T> madeOf(
      String name,
      String description,
      List<? extends OptionDescription<?>> options,
      Parts parts,
      BiFunction<? super OptionValues, ? super List<T>, ? extends T> factory) {
    return new Component<>(name, description, options, parts, null, factory);
  }

  /**
   * Returns the class of a value; for constants of an enum, including those with bodies, that of
   * the enum.
   */
  @SuppressWarnings("unchecked") // the value is a T
  private static <T> Class<? extends T> classOf(T value) {
    Class<?> type = value instanceof Enum<?> one ? one.getDeclaringClass() : value.getClass();
    return (Class<? extends T>) type;
  }

  /**
   * Returns this component with the class that it makes, so that models that hold one, such as an
   * initializer or an activation, can be read from files. Needed only where options have no
   * default; else one is made to see.
   *
   * @param type a record, or an enum
   */
  public Component<T> making(Class<? extends T> type) {
    return new Component<>(name, description, options, parts, type, factory);
  }

  /**
   * Returns the class that it makes.
   *
   * @throws EspalierException {@link ErrorCode#INVALID_OPTION} if that was not said, and cannot be
   *     seen because options have no default
   */
  public Class<? extends T> made() {
    return made == null ? classOf(create(name, Map.of())) : made;
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

  /** Returns how others of its kind that it is made of are written, null if it is made of none. */
  public @Nullable Parts parts() {
    return parts;
  }

  /**
   * Makes one that is made of no others.
   *
   * @param owner what this is, for messages, such as {@code the callback pause}
   * @param given texts by the names of options; what is not given has its default
   * @throws EspalierException {@link ErrorCode#INVALID_OPTION} naming all that is unknown, does not
   *     fit or is missing; what the constructor of the thing throws if the values do not go
   *     together
   */
  public T create(String owner, Map<String, String> given) {
    return create(owner, given, List.of());
  }

  /**
   * Makes one.
   *
   * @param owner what this is, for messages, such as {@code the augmentation chain}
   * @param given texts by the names of options; what is not given has its default
   * @param made the parts, in their order; none unless {@link #parts()} describes some
   * @throws EspalierException as {@link #create(String, Map)}; {@link ErrorCode#INVALID_OPTION} for
   *     fewer parts than it needs, or for parts of what has none
   */
  public T create(String owner, Map<String, String> given, List<? extends T> made) {
    return create(owner, given, made, Map.of());
  }

  /**
   * Makes one with options that components of other kinds made, such as an optimizer with a
   * schedule.
   *
   * @param owner what this is, for messages, such as {@code the optimizer sgd}
   * @param given texts by the names of options; what is not given has its default
   * @param made the parts, in their order; none unless {@link #parts()} describes some
   * @param nested values by the names of options of the types {@link
   *     dev.espalier.option.OptionType.Nested} and {@link
   *     dev.espalier.option.OptionType.NestedList}
   * @throws EspalierException as {@link #create(String, Map, List)}
   */
  public T create(
      String owner, Map<String, String> given, List<? extends T> made, Map<String, ?> nested) {
    OptionValues values = OptionValues.of(owner, options, given, nested);
    if (parts != null) {
      parts.require(owner, made.size());
    } else if (!made.isEmpty()) {
      throw new EspalierException(
          ErrorCode.INVALID_OPTION,
          made.size() + " nested components are given to " + owner + ", which takes none.",
          "Leave them out.");
    }
    return factory.apply(values, List.copyOf(made));
  }

  @Override
  public String toString() {
    return name;
  }
}
