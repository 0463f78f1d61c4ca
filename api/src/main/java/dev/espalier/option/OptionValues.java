package dev.espalier.option;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.error.NearestNames;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Values of options, checked against their descriptions. Immutable. */
public final class OptionValues {
  private final String owner;
  private final Map<String, OptionDescription<?>> known;
  private final Map<String, String> given;
  private final Map<String, Object> made;

  private OptionValues(
      String owner,
      Map<String, OptionDescription<?>> known,
      Map<String, String> given,
      Map<String, Object> made) {
    this.owner = owner;
    this.known = known;
    this.given = given;
    this.made = made;
  }

  /**
   * Checks what was given.
   *
   * @param owner what has these options, for messages, such as {@code the engine abc}
   * @param known the options there are
   * @param given texts by the name of the option
   * @throws EspalierException {@link ErrorCode#INVALID_OPTION} naming every option that is unknown,
   *     with the nearest known ones, and every value that does not fit, with what would
   */
  public static OptionValues of(
      String owner, List<? extends OptionDescription<?>> known, Map<String, String> given) {
    return of(owner, known, given, Map.of());
  }

  /**
   * Checks what was given, some of which other components made.
   *
   * @param owner what has these options, for messages, such as {@code the optimizer sgd}
   * @param known the options there are
   * @param given texts by the name of the option
   * @param made values of options of the types {@link OptionType.Nested} and {@link
   *     OptionType.NestedList}, by the name of the option; they count more than texts
   * @throws EspalierException as {@link #of(String, List, Map)}; {@link ErrorCode#INVALID_OPTION}
   *     for something made that is not what the option takes
   */
  public static OptionValues of(
      String owner,
      List<? extends OptionDescription<?>> known,
      Map<String, String> given,
      Map<String, ?> made) {
    Map<String, OptionDescription<?>> byName = new TreeMap<>();
    known.forEach(option -> byName.put(option.name(), option));
    List<EspalierException> problems = new ArrayList<>();
    new TreeMap<>(given)
        .forEach(
            (name, text) -> {
              EspalierException problem = problem(owner, byName, name, text);
              if (problem != null) {
                problems.add(problem);
              }
            });
    new TreeMap<>(made)
        .forEach(
            (name, value) -> {
              EspalierException problem = problem(owner, byName, name, value);
              if (problem != null) {
                problems.add(problem);
              }
            });
    if (!problems.isEmpty()) {
      throw allOf(problems);
    }
    return new OptionValues(owner, byName, Map.copyOf(given), Map.copyOf(made));
  }

  /** Returns values where nothing is given: every option, of whatever it is, has its default. */
  public static OptionValues none() {
    return new OptionValues("", Map.of(), Map.of(), Map.of());
  }

  private static @Nullable EspalierException problem(
      String owner, Map<String, OptionDescription<?>> known, String name, String text) {
    OptionDescription<?> option = known.get(name);
    if (option != null) {
      return option.type().parse(text) != null
          ? null
          : new EspalierException(
              ErrorCode.INVALID_OPTION,
              "The option \"" + name + "\" of " + owner + " is \"" + text + "\".",
              "Give " + option.type().expected() + ".");
    }
    return unknown(owner, known, name);
  }

  private static @Nullable EspalierException problem(
      String owner, Map<String, OptionDescription<?>> known, String name, Object made) {
    OptionDescription<?> option = known.get(name);
    if (option == null) {
      return unknown(owner, known, name);
    }
    return takes(option.type(), made)
        ? null
        : new EspalierException(
            ErrorCode.INVALID_OPTION,
            "The option \"" + name + "\" of " + owner + " is a " + made.getClass().getName() + ".",
            "Give " + option.type().expected() + ".");
  }

  private static boolean takes(OptionType<?> type, Object made) {
    if (type instanceof OptionType.NestedList<?> list) {
      return made instanceof List<?> several
          && several.stream().allMatch(one -> list.kind().isInstance(one));
    }
    return type instanceof OptionType.Nested<?> nested && nested.kind().isInstance(made);
  }

  private static EspalierException unknown(
      String owner, Map<String, OptionDescription<?>> known, String name) {
    return known.isEmpty()
        ? new EspalierException(
            ErrorCode.INVALID_OPTION,
            "There is no option of " + owner + " named \"" + name + "\".",
            "It has no options: leave this one out.")
        : NearestNames.unknown(
            ErrorCode.INVALID_OPTION, "option of " + owner, name, known.keySet());
  }

  private static EspalierException allOf(List<EspalierException> problems) {
    return problems.size() == 1
        ? problems.get(0)
        : new EspalierException(
            ErrorCode.INVALID_OPTION,
            problems.stream().map(EspalierException::problem).collect(Collectors.joining(" ")),
            problems.stream()
                .map(EspalierException::remedy)
                .distinct()
                .collect(Collectors.joining(" ")));
  }

  /** Returns what was given for an option, else its default, else null. */
  @SuppressWarnings("unchecked") // what was made was checked
  public <T> @Nullable T find(OptionDescription<T> option) {
    String text = given.get(requireKnown(option).name());
    Object value = made.get(option.name());
    if (value != null) {
      return (T) value;
    }
    return text == null ? option.defaultValue() : option.type().parse(text);
  }

  /**
   * Returns what was given for an option, else its default.
   *
   * @throws EspalierException {@link ErrorCode#INVALID_OPTION} if neither is there
   */
  public <T> T get(OptionDescription<T> option) {
    T value = find(option);
    if (value == null) {
      throw new EspalierException(
          ErrorCode.INVALID_OPTION,
          "The option \""
              + option.name()
              + "\""
              + (owner.isEmpty() ? "" : " of " + owner)
              + " is not given.",
          "Give " + option.type().expected() + ": " + option.description());
    }
    return value;
  }

  private <T> OptionDescription<T> requireKnown(OptionDescription<T> option) {
    if (!known.isEmpty() && !Objects.equals(option, known.get(option.name()))) {
      throw new IllegalArgumentException("not among the described options: " + option);
    }
    return option;
  }
}
