package dev.espalier.engine.pytorch;

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
 * Collects the lines of a script. The operators' arguments may be values, numbers, booleans, texts,
 * lists of these, and null for None. Not thread-safe.
 */
final class ScriptWriter {
  private final List<ScriptLine> lines = new ArrayList<>();
  private final List<HostArray> constants = new ArrayList<>();
  private final Map<HostArray, Value> constantValues = new HashMap<>();
  private String layer = "";
  private int values;

  /** An argument that operators take by name only. */
  record Named(String name, Object value) {}

  /** The lists that the function is called with. */
  enum Caller {
    /** What the host feeds. */
    INPUTS,
    /** The variables' values at the start of the run. */
    VARIABLES,
    /** What never changes. */
    CONSTANTS
  }

  /** Sets the layer to which the lines belong that are added from now on. */
  void setLayer(String name) {
    layer = name;
  }

  /** Adds an operator whose result has memory of its own. */
  Value apply(String operator, @Nullable Object... arguments) {
    return add(1, operator, Memory.OWN, arguments).get(0);
  }

  /** Adds an operator with two or more results. */
  List<Value> applyForSeveral(int results, String operator, @Nullable Object... arguments) {
    return add(results, operator, Memory.OWN, arguments);
  }

  /**
   * Adds an operator that works element by element and exists in the form {@code operator_}, which
   * overwrites its first argument. The result has the shape of that.
   */
  Value overwriting(String operator, @Nullable Object... arguments) {
    return add(1, operator, Memory.FIRST, arguments).get(0);
  }

  /** Adds an operator of two values of one shape whose order does not matter. */
  Value overwritingEither(String operator, Value a, Value b) {
    return add(1, operator, Memory.EITHER, a, b).get(0);
  }

  /** Adds the derivative of a function of each element; the first argument is a gradient. */
  Value backward(String operator, Value dy, @Nullable Object... arguments) {
    List<@Nullable Object> all = new ArrayList<>(Arrays.asList(arguments));
    all.add(0, dy);
    return add(1, operator, Memory.GRADIENT, all.toArray()).get(0);
  }

  /** Adds an operator that only looks at its first argument in another way. */
  Value view(String operator, @Nullable Object... arguments) {
    return add(1, operator, Memory.VIEW, arguments).get(0);
  }

  /**
   * Adds an operator that sees a part of its first argument, or elements more than once. Nothing is
   * written there: where elements repeat it would be wrong, and where rows have gaps between them
   * the operators that come after are slow.
   */
  Value part(String operator, @Nullable Object... arguments) {
    return add(1, operator, Memory.PART, arguments).get(0);
  }

  /** Returns an element of one of the lists that the function is called with. */
  Value element(Caller list, int index) {
    return add(1, list.name(), Memory.CALLERS, index).get(0);
  }

  /** Returns a constant; equal ones are one. */
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
            layer, List.copyOf(results), operator, Arrays.asList(arguments.clone()), memory));
    return results;
  }

  /** Returns the line that computes a value. */
  ScriptLine line(Value value) {
    return lines.get(value.line());
  }

  /** Returns the lines so far. */
  List<ScriptLine> lines() {
    return lines;
  }

  /** Returns what to hand over as constants. */
  List<HostArray> constants() {
    return List.copyOf(constants);
  }
}
