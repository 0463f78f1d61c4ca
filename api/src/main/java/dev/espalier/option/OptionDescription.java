package dev.espalier.option;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Describes an option: its name, its type, its default and what it does. Immutable; created by a
 * factory method and {@link #withDefault}:
 *
 * <pre>{@code
 * static final OptionDescription<Integer> STREAMS =
 *     OptionDescription.wholeNumber("streams", 1, 8, "Number of concurrent streams.").withDefault(1);
 * }</pre>
 *
 * @param name lower case with hyphens, such as {@code cache-folder}
 * @param type type of the value
 * @param defaultValue value if none is given; null if there is no default, or if it is determined
 *     later
 * @param description one sentence that says what the option does, with its unit if it has one
 * @param loadsCode whether it decides which code is loaded; then a configuration file that was
 *     merely found cannot set it, see {@link #loadingCode}
 * @param <T> type of the parsed value
 */
public record OptionDescription<T>(
    String name,
    OptionType<T> type,
    @Nullable T defaultValue,
    String description,
    boolean loadsCode) {
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9]*(-[a-z0-9]+)*");

  /**
   * Checks the name.
   *
   * @throws EspalierException {@link ErrorCode#INVALID_ARGUMENT} if it cannot be written everywhere
   */
  public OptionDescription {
    if (!NAME.matcher(name).matches()) {
      throw new EspalierException(
          ErrorCode.INVALID_ARGUMENT,
          "An option cannot be named \"" + name + "\".",
          "Names are lower case words with hyphens between them, such as cache-folder.");
    }
  }

  /** Describes an option that does not decide which code is loaded. */
  public OptionDescription(
      String name, OptionType<T> type, @Nullable T defaultValue, String description) {
    this(name, type, defaultValue, description, false);
  }

  /** Describes an option whose value is any non-blank string. */
  public static OptionDescription<String> text(String name, String description) {
    return new OptionDescription<>(name, new OptionType.Text(), null, description);
  }

  /**
   * Describes an option whose value is a string that matches a pattern.
   *
   * @param pattern a regular expression of all of the text
   * @param expected the form in words, with examples
   */
  public static OptionDescription<String> form(
      String name, String pattern, String expected, String description) {
    return new OptionDescription<>(name, new OptionType.Form(pattern, expected), null, description);
  }

  /** Describes an option whose value is one of several words. */
  public static OptionDescription<String> choice(
      String name, List<String> words, String description) {
    return new OptionDescription<>(name, new OptionType.Choice(words), null, description);
  }

  /** Describes an option whose value is a whole number within bounds, both included. */
  public static OptionDescription<Integer> wholeNumber(
      String name, int minimum, int maximum, String description) {
    return new OptionDescription<>(
        name, new OptionType.WholeNumber(minimum, maximum), null, description);
  }

  /** Describes an option whose value is a number within bounds, both included. */
  public static OptionDescription<Double> number(
      String name, double minimum, double maximum, String description) {
    return new OptionDescription<>(
        name, new OptionType.DecimalNumber(minimum, maximum), null, description);
  }

  /**
   * Describes an option whose value is a constant of an enum, written in lower case with hyphens.
   */
  public static <E extends Enum<E>> OptionDescription<E> constant(
      String name, Class<E> type, String description) {
    return new OptionDescription<>(name, new OptionType.Constant<>(type), null, description);
  }

  /** Describes an option that is true or false, false by default. */
  public static OptionDescription<Boolean> flag(String name, String description) {
    return new OptionDescription<>(name, new OptionType.Flag(), false, description);
  }

  /** Describes an option whose value is the path of a file or folder. */
  public static OptionDescription<Path> path(String name, String description) {
    return new OptionDescription<>(name, new OptionType.FilePath(), null, description);
  }

  /** Describes an option whose value is a list of words, empty by default. */
  public static OptionDescription<List<String>> words(String name, String description) {
    return new OptionDescription<>(name, new OptionType.WordList(), List.of(), description);
  }

  /** Describes an option whose value is a list of numbers, each within bounds, both included. */
  public static OptionDescription<List<Double>> numbers(
      String name, double minimum, double maximum, String description) {
    return new OptionDescription<>(
        name, new OptionType.NumberList(minimum, maximum), null, description);
  }

  /**
   * Describes something that another component makes, such as an initializer: {@code name { name =
   * orthogonal, gain = 2 }} in a configuration.
   *
   * @param kind what is made; a kind that plugins bring
   * @param expected what may be given, such as {@code an initializer}
   */
  public static <T> OptionDescription<T> nested(
      String name, Class<T> kind, String expected, String description) {
    return new OptionDescription<>(
        name,
        new OptionType.Nested<>(kind, expected, text -> null, value -> ""),
        null,
        description);
  }

  /**
   * Describes an option whose value is a list of components, such as the callbacks of a training;
   * empty by default.
   *
   * @param kind type of what each component creates
   * @param expected what may be given, such as {@code a list of callbacks}
   */
  public static <T> OptionDescription<List<T>> nestedList(
      String name, Class<T> kind, String expected, String description) {
    return new OptionDescription<>(
        name, new OptionType.NestedList<>(kind, expected), List.of(), description);
  }

  /** Returns this description with a default value. */
  public OptionDescription<T> withDefault(T value) {
    return new OptionDescription<>(name, type, value, description, loadsCode);
  }

  /**
   * Returns this description, marked as that of an option that determines what code is loaded, such
   * as the folder of a native library. A configuration file that was found in the working folder,
   * not named by the user, may come from anyone and must not set it; {@link Setting#value} rejects
   * it.
   */
  public OptionDescription<T> loadingCode() {
    return new OptionDescription<>(name, type, defaultValue, description, true);
  }

  /** Returns the default as it would be written, or an empty text if there is none. */
  public String defaultText() {
    return defaultValue == null ? "" : type.format(defaultValue);
  }
}
