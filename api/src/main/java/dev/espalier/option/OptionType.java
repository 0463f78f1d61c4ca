package dev.espalier.option;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.error.FileNames;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Type of an option, and how its text is parsed. Immutable.
 *
 * @param <T> type of the parsed value
 */
public sealed interface OptionType<T> {
  /** Returns the value of a text, or null if the text is none of this type. */
  @Nullable T parse(String text);

  /**
   * Returns what {@link #parse} takes, for messages, such as {@code a whole number from 0 to 8}.
   */
  String expected();

  /** Returns a text that {@link #parse} reads as this value. */
  default String format(T value) {
    return value.toString();
  }

  private static EspalierException emptyRange(Number minimum, Number maximum) {
    return new EspalierException(
        ErrorCode.INVALID_ARGUMENT,
        "An option cannot take numbers from " + minimum + " to " + maximum + ".",
        "Give finite limits, the smaller one first.");
  }

  /** Any text that is not blank. */
  record Text() implements OptionType<String> {
    @Override
    public @Nullable String parse(String text) {
      return text.isBlank() ? null : text.strip();
    }

    @Override
    public String expected() {
      return "a string";
    }
  }

  /**
   * A text of a certain form.
   *
   * @param pattern a regular expression of all of the text
   * @param expected the form in words, with examples
   */
  record Form(String pattern, String expected) implements OptionType<String> {
    /** Checks the pattern. */
    public Form {
      try {
        Pattern.compile(pattern);
      } catch (PatternSyntaxException e) {
        throw new EspalierException(
            ErrorCode.INVALID_ARGUMENT,
            "The form \"" + pattern + "\" of an option is not a regular expression.",
            e.getDescription() + ".",
            e);
      }
    }

    @Override
    public @Nullable String parse(String text) {
      return text.strip().matches(pattern) ? text.strip() : null;
    }
  }

  /**
   * One word of several; case does not matter.
   *
   * @param words that may be given, lower case
   */
  record Choice(List<String> words) implements OptionType<String> {
    /** Copies the list. */
    public Choice {
      words = List.copyOf(words);
    }

    @Override
    public @Nullable String parse(String text) {
      String word = text.strip().toLowerCase(Locale.ROOT);
      return words.contains(word) ? word : null;
    }

    @Override
    public String expected() {
      return "one of " + String.join(", ", words);
    }
  }

  /**
   * A whole number.
   *
   * @param minimum that may be given
   * @param maximum that may be given; {@link Integer#MAX_VALUE} stands for no limit
   */
  record WholeNumber(int minimum, int maximum) implements OptionType<Integer> {
    /** Checks that there is a number in the range. */
    public WholeNumber {
      if (minimum > maximum) {
        throw emptyRange(minimum, maximum);
      }
    }

    @Override
    public @Nullable Integer parse(String text) {
      try {
        int value = Integer.parseInt(text.strip());
        return value < minimum || value > maximum ? null : value;
      } catch (NumberFormatException e) {
        return null;
      }
    }

    @Override
    public String expected() {
      return "a whole number"
          + (maximum == Integer.MAX_VALUE
              ? ", " + minimum + " or more"
              : " from " + minimum + " to " + maximum);
    }
  }

  /**
   * A finite number, with or without decimals.
   *
   * @param minimum lower bound, included; minus {@link Double#MAX_VALUE} stands for no bound,
   *     {@link Double#MIN_VALUE} for any number above 0
   * @param maximum upper bound, included; {@link Double#MAX_VALUE} stands for no bound
   */
  record DecimalNumber(double minimum, double maximum) implements OptionType<Double> {
    /** Checks that there is a number in the range. */
    public DecimalNumber {
      if (!(minimum <= maximum) || Double.isInfinite(minimum) || Double.isInfinite(maximum)) {
        throw emptyRange(minimum, maximum);
      }
    }

    @Override
    public @Nullable Double parse(String text) {
      try {
        double value = Double.parseDouble(text.strip());
        return value >= minimum && value <= maximum && Double.isFinite(value) ? value : null;
      } catch (NumberFormatException e) {
        return null;
      }
    }

    @Override
    public String expected() {
      if (minimum == Double.MIN_VALUE) {
        return "a number above 0" + (maximum == Double.MAX_VALUE ? "" : ", at most " + maximum);
      }
      if (maximum == Double.MAX_VALUE) {
        return minimum == -Double.MAX_VALUE ? "a number" : "a number, " + minimum + " or more";
      }
      return "a number from " + minimum + " to " + maximum;
    }
  }

  /** {@code true} or {@code false}. */
  record Flag() implements OptionType<Boolean> {
    @Override
    public @Nullable Boolean parse(String text) {
      return switch (text.strip().toLowerCase(Locale.ROOT)) {
        case "true" -> Boolean.TRUE;
        case "false" -> Boolean.FALSE;
        default -> null;
      };
    }

    @Override
    public String expected() {
      return "true or false";
    }
  }

  /** The path of a file or folder, which need not exist. */
  record FilePath() implements OptionType<Path> {
    /**
     * {@inheritDoc}
     *
     * @throws dev.espalier.error.EspalierException {@code FILE_NOT_READABLE} if this process cannot
     *     name such a file, in the encoding that it took from the locale
     */
    @Override
    public @Nullable Path parse(String text) {
      boolean none = text.isBlank() || text.indexOf('\0') >= 0;
      return none ? null : FileNames.path(text.strip());
    }

    @Override
    public String expected() {
      return "the path of a file or folder";
    }
  }

  /** Words separated by commas; none at all is an empty list. */
  record WordList() implements OptionType<List<String>> {
    @Override
    public @Nullable List<String> parse(String text) {
      if (text.isBlank()) {
        return List.of();
      }
      List<String> words = Stream.of(text.split(",", -1)).map(String::strip).toList();
      return words.contains("") ? null : words;
    }

    @Override
    public String expected() {
      return "words separated by commas";
    }

    @Override
    public String format(List<String> value) {
      return String.join(", ", value);
    }
  }

  /**
   * One of the constants of an enum, written in lower case with hyphens; case does not matter.
   *
   * @param type the enum
   * @param <E> the enum
   */
  record Constant<E extends Enum<E>>(Class<E> type) implements OptionType<E> {
    @Override
    public @Nullable E parse(String text) {
      String word = text.strip().toLowerCase(Locale.ROOT);
      for (E constant : type.getEnumConstants()) {
        if (format(constant).equals(word)) {
          return constant;
        }
      }
      return null;
    }

    @Override
    public String expected() {
      return "one of "
          + Stream.of(type.getEnumConstants()).map(this::format).collect(Collectors.joining(", "));
    }

    @Override
    public String format(E value) {
      return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /**
   * A value with a text form of its own, such as an interval.
   *
   * @param expected the form in words, with examples
   * @param parser gives the value, or null if the text is none
   * @param formatter gives a text that the parser reads as the value
   * @param <T> what the text becomes
   */
  record Written<T>(
      String expected, Function<String, @Nullable T> parser, Function<T, String> formatter)
      implements OptionType<T> {
    @Override
    public @Nullable T parse(String text) {
      return parser.apply(text);
    }

    @Override
    public String format(T value) {
      return formatter.apply(value);
    }
  }

  /**
   * Finite numbers separated by commas; none at all is an empty list.
   *
   * @param minimum of each; minus {@link Double#MAX_VALUE} stands for no limit
   * @param maximum of each; {@link Double#MAX_VALUE} stands for no limit
   */
  record NumberList(double minimum, double maximum) implements OptionType<List<Double>> {
    /** Checks that there is a number in the range. */
    public NumberList {
      if (!(minimum <= maximum) || Double.isInfinite(minimum) || Double.isInfinite(maximum)) {
        throw emptyRange(minimum, maximum);
      }
    }

    @Override
    public @Nullable List<Double> parse(String text) {
      DecimalNumber number = new DecimalNumber(minimum, maximum);
      List<Double> values = new ArrayList<>();
      for (String word : text.isBlank() ? new String[0] : text.split(",", -1)) {
        Double value = number.parse(word);
        if (value == null) {
          return null;
        }
        values.add(value);
      }
      return List.copyOf(values);
    }

    @Override
    public String expected() {
      String one = new DecimalNumber(minimum, maximum).expected();
      return "numbers separated by commas" + one.substring("a number".length());
    }

    @Override
    public String format(List<Double> value) {
      return value.stream().map(String::valueOf).collect(Collectors.joining(", "));
    }
  }

  /**
   * Something that a component of another kind makes, such as the schedule of an optimizer: in a
   * configuration {@code learning-rate { name = cosine-decay, epochs = 20, ... }}. It may have a
   * text form as well, such as a number.
   *
   * @param kind what the component makes, such as a schedule
   * @param expected both forms in words, such as {@code a number, or a schedule}
   * @param parser gives the value of a text, or null if the text is none
   * @param formatter gives a text that the parser reads as the value, or an empty text if there is
   *     none for it
   * @param <T> what is made
   */
  record Nested<T>(
      Class<T> kind,
      String expected,
      Function<String, @Nullable T> parser,
      Function<T, String> formatter)
      implements OptionType<T> {
    @Override
    public @Nullable T parse(String text) {
      return parser.apply(text);
    }

    @Override
    public String format(T value) {
      return formatter.apply(value);
    }
  }

  /**
   * Several things that components of one kind make, such as callbacks: in a configuration {@code
   * callbacks = [early-stopping, { name = reduce-lr-on-plateau, patience = 5 }]}. It has no text
   * form but the empty text, which is an empty list.
   *
   * @param kind what each component makes, such as a callback
   * @param expected the form in words, such as {@code a list of callbacks}
   * @param <T> what each makes
   */
  record NestedList<T>(Class<T> kind, String expected) implements OptionType<List<T>> {
    @Override
    public @Nullable List<T> parse(String text) {
      return text.isBlank() ? List.of() : null;
    }

    @Override
    public String format(List<T> value) {
      return "";
    }
  }
}
