package dev.espalier.engine.pytorch;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One line of a script: the call of an operator.
 *
 * @param layer for which it is there
 * @param results what it computes
 * @param operator its name without {@code torch.}
 * @param arguments values, numbers, booleans, texts, lists of these, and null for None
 * @param memory where the first result lies
 */
record ScriptLine(
    String layer,
    List<Value> results,
    String operator,
    List<@Nullable Object> arguments,
    Memory memory) {

  /**
   * A value of a script: a tensor or an integer.
   *
   * @param id unique in the script
   * @param line the number of the line that computes it
   */
  record Value(int id, int line) {
    @Override
    public String toString() {
      return "v" + id;
    }
  }

  /** Where the result of a line lies. */
  enum Memory {
    /** In memory of its own. */
    OWN,
    /** In memory of its own, or in that of the first argument, if nobody else needs that. */
    FIRST,
    /**
     * In memory of its own, or in that of one of the two arguments, whose order is all the same.
     */
    EITHER,
    /** As {@link #FIRST}, for operators that are told so by the argument {@code grad_input}. */
    GRADIENT,
    /** It is the first argument, seen with other axes. */
    VIEW,
    /** It is a part of the first argument, or its elements more than once: not dense. */
    PART,
    /** It belongs to the caller: an element of a list that the function is called with. */
    CALLERS
  }

  /** Returns the values among the arguments, those in lists too. */
  List<Value> values() {
    return arguments.stream()
        .flatMap(
            argument ->
                argument instanceof List<?> list
                    ? list.stream()
                    : java.util.stream.Stream.of(argument == null ? "" : argument))
        .filter(Value.class::isInstance)
        .map(Value.class::cast)
        .toList();
  }
}
