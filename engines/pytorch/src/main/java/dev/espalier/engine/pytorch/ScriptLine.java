package dev.espalier.engine.pytorch;

import dev.espalier.engine.OperatorOrigin;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One line of a script: the call of an operator.
 *
 * @param origin what it computes a part of
 * @param results the values it computes
 * @param operator name without {@code torch.}
 * @param arguments values, numbers, booleans, strings, lists of these, and null for None
 * @param memory where the first result is stored
 */
record ScriptLine(
    OperatorOrigin origin,
    List<Value> results,
    String operator,
    List<@Nullable Object> arguments,
    Memory memory) {

  /** Returns the layer it belongs to. */
  String layer() {
    return origin.layer();
  }

  /**
   * A value of a script: a tensor or an integer.
   *
   * @param id unique in the script
   * @param line index of the line that computes it
   */
  record Value(int id, int line) {
    @Override
    public String toString() {
      return "v" + id;
    }
  }

  /** Where the result of a line is stored. */
  enum Memory {
    /** In new memory. */
    OWN,
    /** In new memory, or in that of the first argument if nothing else needs it. */
    FIRST,
    /** In new memory, or in that of either argument of a commutative operator. */
    EITHER,
    /**
     * Like {@link #FIRST}, for operators that take {@code grad_input} to overwrite their argument.
     */
    GRADIENT,
    /** A view of the first argument with other axes. */
    VIEW,
    /**
     * A view of the first argument that is not dense: some of its elements, or elements repeated.
     */
    PART,
    /** An element of a list passed to the function; it belongs to the caller. */
    CALLERS
  }

  /** Returns the values among the arguments, including those in lists. */
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
