package dev.espalier.engine.pytorch;

import dev.espalier.engine.OperatorOrigin;
import dev.espalier.engine.pytorch.ScriptLine.Memory;
import dev.espalier.engine.pytorch.ScriptLine.Value;
import dev.espalier.graph.HostArray;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Collects the lines of a script. Arguments of operators may be values, numbers, booleans, strings,
 * lists of these, and null for None. Not thread-safe.
 */
final class ScriptWriter {
  private final List<ScriptLine> lines = new ArrayList<>();
  private final List<HostArray> constants = new ArrayList<>();
  private final Map<HostArray, Value> constantValues = new HashMap<>();
  private final Map<Value, Value> repeated = new HashMap<>();
  private OperatorOrigin origin = OperatorOrigin.ofProgram();
  private int values;

  /** A keyword-only argument. */
  record Named(String name, Object value) {}

  /** The lists passed to the function. */
  enum Caller {
    /** The inputs fed by the host. */
    INPUTS,
    /** The values of variables at the start of the run. */
    VARIABLES,
    /** The constants of the program. */
    CONSTANTS
  }

  /** Sets what the lines added from now on are a part of. */
  void setOrigin(OperatorOrigin value) {
    origin = value;
  }

  /** Adds an operator whose result is stored in new memory. */
  Value apply(String operator, @Nullable Object... arguments) {
    return add(1, operator, Memory.OWN, arguments).get(0);
  }

  /** Adds an operator with two or more results. */
  List<Value> applyForSeveral(int results, String operator, @Nullable Object... arguments) {
    return add(results, operator, Memory.OWN, arguments);
  }

  /**
   * Adds an element-wise operator that has an in-place form {@code operator_}, which overwrites its
   * first argument. The result has the shape of the first argument.
   */
  Value overwriting(String operator, @Nullable Object... arguments) {
    return add(1, operator, Memory.FIRST, arguments).get(0);
  }

  /** Adds a commutative operator of two values of the same shape. */
  Value overwritingEither(String operator, Value a, Value b) {
    return add(1, operator, Memory.EITHER, a, b).get(0);
  }

  /** Adds the derivative of an element-wise function; the first argument is a gradient. */
  Value backward(String operator, Value dy, @Nullable Object... arguments) {
    List<@Nullable Object> all = new ArrayList<>(Arrays.asList(arguments));
    all.add(0, dy);
    return add(1, operator, Memory.GRADIENT, all.toArray()).get(0);
  }

  /** Adds an operator whose result is a view of its first argument with other axes. */
  Value view(String operator, @Nullable Object... arguments) {
    return add(1, operator, Memory.VIEW, arguments).get(0);
  }

  /**
   * Adds an operator whose result is a view of some elements of its first argument, or of repeated
   * elements. Such views are never overwritten: with repeated elements the result would be wrong,
   * and with gaps between rows the following operators are slow.
   */
  Value part(String operator, @Nullable Object... arguments) {
    return add(1, operator, Memory.PART, arguments).get(0);
  }

  /** Returns an element of one of the lists passed to the function. */
  Value element(Caller list, int index) {
    return add(1, list.name(), Memory.CALLERS, index).get(0);
  }

  /** Returns a constant; equal arrays share one. */
  Value constant(HostArray array) {
    return constantValues.computeIfAbsent(
        array,
        key -> {
          constants.add(key);
          return element(Caller.CONSTANTS, constants.size() - 1);
        });
  }

  private List<Value> add(
      int count, String operator, Memory memory, @Nullable Object... arguments) {
    List<Value> results = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      results.add(new Value(values++, lines.size()));
    }
    lines.add(
        new ScriptLine(
            origin, List.copyOf(results), operator, Arrays.asList(arguments.clone()), memory));
    return results;
  }

  /**
   * Computes a value again, so that it need not be kept until here; its arguments must be. It is
   * computed once, however often it is asked for.
   */
  Value again(Value value) {
    return repeated.computeIfAbsent(
        value,
        key -> {
          ScriptLine line = line(key);
          return add(1, line.operator(), line.memory(), line.arguments().toArray()).get(0);
        });
  }

  /** Returns the line that computes a value. */
  ScriptLine line(Value value) {
    return lines.get(value.line());
  }

  /** Returns the lines added so far. */
  List<ScriptLine> lines() {
    return lines;
  }

  /** Returns the arrays to pass as constants. */
  List<HostArray> constants() {
    return List.copyOf(constants);
  }
}
