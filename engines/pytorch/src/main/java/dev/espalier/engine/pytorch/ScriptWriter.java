package dev.espalier.engine.pytorch;

import dev.espalier.graph.HostArray;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Writes a TorchScript function, one call of an operator per line. All operators that are used are
 * free of side effects, so lines whose results nobody wants are left out. Not thread-safe.
 */
final class ScriptWriter {
  private static final String HEAD =
      """
      class Program(Module):
        __parameters__ = []
        __buffers__ = []
        def forward(self: __torch__.Program,
            inputs: List[Tensor],
            variables: List[Tensor],
            constants: List[Tensor]) -> List[Tensor]:
      """;

  private final List<Line> lines = new ArrayList<>();
  private final List<HostArray> constants = new ArrayList<>();
  private final Map<HostArray, Value> constantValues = new HashMap<>();
  private String scope = "";
  private int values;

  /**
   * A value of the script: a tensor or an integer.
   *
   * @param id unique in the script
   * @param line the line that computes it
   */
  record Value(int id, int line) {
    @Override
    public String toString() {
      return "v" + id;
    }
  }

  /** One line: {@code results = call}. */
  private record Line(String scope, List<Value> results, String call, List<Value> arguments) {}

  /**
   * A finished script.
   *
   * @param source the text of the class {@code Program}
   * @param constants what to hand over as {@code constants}
   * @param scopes the layer for each line of the source, counted from 1
   */
  record Script(String source, List<HostArray> constants, Map<Integer, String> scopes) {}

  /** Sets the layer to which the lines belong that are added from now on. */
  void setScope(String layer) {
    scope = layer;
  }

  /**
   * Adds a call of an operator with one result.
   *
   * @param arguments values, numbers, booleans, strings, lists of these, and null for None
   */
  Value apply(String operator, @Nullable Object... arguments) {
    return applyForSeveral(1, operator, arguments).get(0);
  }

  /** Adds a call of an operator with two or more results. */
  List<Value> applyForSeveral(int results, String operator, @Nullable Object... arguments) {
    List<Value> used = new ArrayList<>();
    String text =
        java.util.Arrays.stream(arguments)
            .map(argument -> literal(argument, used))
            .collect(Collectors.joining(", ", "torch." + operator + "(", ")"));
    return add(results, text, used);
  }

  /** Returns an element of one of the lists that the function is called with. */
  Value element(String list, int index) {
    return add(1, list + "[" + index + "]", List.of()).get(0);
  }

  /** Returns a constant; equal ones are one. */
  Value constant(HostArray array) {
    return constantValues.computeIfAbsent(
        array,
        key -> {
          constants.add(key);
          return element("constants", constants.size() - 1);
        });
  }

  private List<Value> add(int count, String call, List<Value> arguments) {
    List<Value> results = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      results.add(new Value(values++, lines.size()));
    }
    lines.add(new Line(scope, results, call, arguments));
    return results;
  }

  private static String literal(@Nullable Object argument, List<Value> used) {
    if (argument == null) {
      return "None";
    }
    if (argument instanceof Value value) {
      used.add(value);
      return value.toString();
    }
    if (argument instanceof Boolean bool) {
      return bool ? "True" : "False";
    }
    if (argument instanceof Float number) {
      return literal((double) number, used);
    }
    if (argument instanceof Double number) {
      return number == Double.NEGATIVE_INFINITY ? "float(\"-inf\")" : number.toString();
    }
    if (argument instanceof List<?> list) {
      return list.stream()
          .map(element -> literal(element, used))
          .collect(Collectors.joining(", ", "[", "]"));
    }
    if (argument instanceof Named named) {
      return named.name().toLowerCase(Locale.ROOT) + "=" + literal(named.value(), used);
    }
    return argument instanceof String text ? "\"" + text + "\"" : argument.toString();
  }

  /** An argument that operators take by name only. */
  record Named(String name, Object value) {}

  /** Returns the function that gives the wanted values, without what these do not need. */
  Script finish(List<Value> wanted) {
    BitSet live = new BitSet();
    wanted.forEach(value -> live.set(value.line()));
    for (int i = lines.size() - 1; i >= 0; i--) {
      if (live.get(i)) {
        lines.get(i).arguments().forEach(argument -> live.set(argument.line()));
      }
    }
    StringBuilder source = new StringBuilder(HEAD);
    int number = Math.toIntExact(HEAD.lines().count());
    Map<Integer, String> scopes = new HashMap<>();
    for (int i = live.nextSetBit(0); i >= 0; i = live.nextSetBit(i + 1)) {
      Line line = lines.get(i);
      String results =
          line.results().stream().map(Value::toString).collect(Collectors.joining(", "));
      source.append("    ").append(results).append(" = ").append(line.call()).append('\n');
      scopes.put(++number, line.scope());
    }
    source.append("    return ").append(literal(wanted, new ArrayList<>())).append('\n');
    return new Script(source.toString(), List.copyOf(constants), scopes);
  }
}
