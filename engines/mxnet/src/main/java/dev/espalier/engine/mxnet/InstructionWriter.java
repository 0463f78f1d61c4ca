package dev.espalier.engine.mxnet;

import dev.espalier.engine.mxnet.Instruction.Differentiate;
import dev.espalier.engine.mxnet.Instruction.Invoke;
import dev.espalier.engine.mxnet.Instruction.Source;
import dev.espalier.engine.mxnet.Instruction.Take;
import dev.espalier.engine.mxnet.Instruction.Value;
import dev.espalier.graph.HostArray;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Collects the instructions of a program. Not thread-safe. */
final class InstructionWriter {
  private final List<Instruction> instructions = new ArrayList<>();
  private final List<HostArray> constants = new ArrayList<>();
  private final Map<HostArray, Value> constantValues = new HashMap<>();
  private final Map<Value, Value> channelsFirst = new HashMap<>();
  private final Map<Value, Value> channelsLast = new HashMap<>();
  private final Map<Value, Invoke> invocations = new HashMap<>();
  private String layer = "";
  private int values;

  /** Sets the layer to which the instructions belong that are added from now on. */
  void setLayer(String name) {
    layer = name;
  }

  /** Adds an operator without parameters. */
  Value apply(String operator, Value... arguments) {
    return apply(operator, Map.of(), arguments);
  }

  /**
   * Adds an operator.
   *
   * @param parameters their texts are what {@code toString} gives, lists in round brackets
   */
  Value apply(String operator, Map<String, Object> parameters, Value... arguments) {
    return apply(operator, parameters, List.of(arguments));
  }

  /** Adds an operator that takes any number of arrays. */
  Value apply(String operator, Map<String, Object> parameters, List<Value> arguments) {
    Map<String, String> texts = new TreeMap<>();
    parameters.forEach((name, value) -> texts.put(name, text(value)));
    Value result = newValue();
    Invoke invoke = new Invoke(layer, operator, texts, arguments, List.of(result));
    instructions.add(invoke);
    invocations.put(result, invoke);
    return result;
  }

  private static String text(Object value) {
    if (value instanceof List<?> list) {
      // One element is written with a comma, as in Python.
      StringBuilder text = new StringBuilder("(");
      list.forEach(element -> text.append(text(element)).append(", "));
      return text.append(")").toString().replace(", )", list.size() == 1 ? ",)" : ")");
    }
    if (value instanceof Boolean bool) {
      return bool ? "True" : "False";
    }
    return value.toString();
  }

  /**
   * Adds the gradients of an operator with respect to some of its arguments.
   *
   * @param y its only result
   * @param wanted positions of arguments
   */
  List<Value> differentiate(Value y, Value dy, List<Integer> wanted) {
    Invoke forward = java.util.Objects.requireNonNull(invocations.get(y));
    List<Value> results = wanted.stream().map(position -> newValue()).toList();
    instructions.add(new Differentiate(layer, forward, dy, wanted, results));
    return results;
  }

  private Value newValue() {
    return new Value(values++);
  }

  /** Returns an array that belongs to the caller. */
  Value take(Source source, int index) {
    Value result = newValue();
    instructions.add(new Take(layer, source, index, result));
    return result;
  }

  /** Returns a constant; equal ones are one. */
  Value constant(HostArray array) {
    Value known = constantValues.get(array);
    if (known == null) {
      constants.add(array);
      known = take(Source.CONSTANT, constants.size() - 1);
      constantValues.put(array, known);
    }
    return known;
  }

  /** Returns images {@code [n, h, w, c]} as {@code [n, c, h, w]}. */
  Value channelsFirst(Value images) {
    Value first = channelsFirst.get(images);
    if (first == null) {
      first = apply("_np_transpose", Map.of("axes", List.of(0, 3, 1, 2)), images);
      pair(images, first);
    }
    return first;
  }

  /** Returns images {@code [n, c, h, w]} as {@code [n, h, w, c]}. */
  Value channelsLast(Value images) {
    Value last = channelsLast.get(images);
    if (last == null) {
      // Left out in the end, if all that comes after takes the other order too.
      last = apply("_np_transpose", Map.of("axes", List.of(0, 2, 3, 1)), images);
      pair(last, images);
    }
    return last;
  }

  private void pair(Value last, Value first) {
    channelsFirst.put(last, first);
    channelsLast.put(first, last);
  }

  /** Returns {@code [n, c, h, w]} if images exist in that order already, else null. */
  @Nullable Value knownChannelsFirst(Value images) {
    return channelsFirst.get(images);
  }

  /** Returns the instructions so far. */
  List<Instruction> instructions() {
    return instructions;
  }

  /** Returns the arrays of {@link Source#CONSTANT}. */
  List<HostArray> constants() {
    return List.copyOf(constants);
  }

  /** Returns the integers from 0, for parameters. */
  static List<Integer> range(int count) {
    return IntStream.range(0, count).boxed().toList();
  }
}
