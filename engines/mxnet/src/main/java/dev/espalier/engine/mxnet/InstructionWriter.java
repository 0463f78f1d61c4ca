package dev.espalier.engine.mxnet;

import dev.espalier.engine.OperatorOrigin;
import dev.espalier.engine.lowering.AxisOrder;
import dev.espalier.engine.mxnet.Instruction.Differentiate;
import dev.espalier.engine.mxnet.Instruction.Invoke;
import dev.espalier.engine.mxnet.Instruction.Source;
import dev.espalier.engine.mxnet.Instruction.Take;
import dev.espalier.engine.mxnet.Instruction.Value;
import dev.espalier.graph.HostArray;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Collects the instructions of a program. Not thread-safe. */
final class InstructionWriter {
  private static final AxisOrder CHANNELS_FIRST = new AxisOrder(List.of(0, 3, 1, 2));

  private final List<Instruction> instructions = new ArrayList<>();
  private final List<HostArray> constants = new ArrayList<>();
  private final Map<HostArray, Value> constantValues = new HashMap<>();
  private final Map<Value, Value> channelsFirst = new HashMap<>();
  private final Map<Value, Value> channelsLast = new HashMap<>();
  private final Map<Value, Invoke> invocations = new HashMap<>();
  private OperatorOrigin origin = OperatorOrigin.ofProgram();
  private int values;

  /** Sets what the instructions added from now on are a part of. */
  void setOrigin(OperatorOrigin value) {
    origin = value;
  }

  /** Adds an operator without parameters. */
  Value apply(String operator, Value... arguments) {
    return apply(operator, Map.of(), arguments);
  }

  /**
   * Adds an operator.
   *
   * @param parameters passed as the result of {@code toString}, lists in parentheses
   */
  Value apply(String operator, Map<String, Object> parameters, Value... arguments) {
    return apply(operator, parameters, List.of(arguments));
  }

  /** Adds an operator with any number of arguments. */
  Value apply(String operator, Map<String, Object> parameters, List<Value> arguments) {
    return applyAll(operator, parameters, arguments, 1).get(0);
  }

  /**
   * Adds an operator and returns its first results.
   *
   * @param results number of them
   */
  List<Value> applyAll(
      String operator, Map<String, Object> parameters, List<Value> arguments, int results) {
    Map<String, String> texts = new TreeMap<>();
    parameters.forEach((name, value) -> texts.put(name, text(value)));
    List<Value> made = IntStream.range(0, results).mapToObj(i -> newValue()).toList();
    Invoke invoke = new Invoke(origin, operator, texts, arguments, made);
    instructions.add(invoke);
    invocations.put(made.get(0), invoke);
    return made;
  }

  private static String text(Object value) {
    if (value instanceof List<?> list) {
      // A tuple of one element needs a trailing comma, as in Python.
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
   * @param y its first result, the only one that the gradient {@code dy} is of
   * @param wanted indices of the arguments
   */
  List<Value> differentiate(Value y, Value dy, List<Integer> wanted) {
    Invoke forward = java.util.Objects.requireNonNull(invocations.get(y));
    List<Value> results = wanted.stream().map(position -> newValue()).toList();
    instructions.add(new Differentiate(origin, forward, dy, wanted, results));
    return results;
  }

  /**
   * Adds the gradients of an operator, and returns them in the order of its arguments, null where
   * not wanted.
   *
   * @param y its first result, the only one that the gradient {@code dy} is of
   * @param arguments number of the arguments that can have a gradient
   * @param wanted tells the indices of those that get one
   */
  List<@Nullable Value> differentiate(Value y, Value dy, int arguments, IntPredicate wanted) {
    List<Integer> positions = IntStream.range(0, arguments).filter(wanted).boxed().toList();
    List<@Nullable Value> gradients = new ArrayList<>(Collections.nCopies(arguments, null));
    List<Value> found = differentiate(y, dy, positions);
    for (int i = 0; i < positions.size(); i++) {
      gradients.set(positions.get(i), found.get(i));
    }
    return gradients;
  }

  /** Returns whether an operator computes a value; others belong to the caller. */
  boolean isComputed(Value value) {
    return invocations.containsKey(value);
  }

  private Value newValue() {
    return new Value(values++);
  }

  /** Returns an array that belongs to the caller. */
  Value take(Source source, int index) {
    Value result = newValue();
    instructions.add(new Take(origin, source, index, result));
    return result;
  }

  /** Returns a constant; equal arrays share one. */
  Value constant(HostArray array) {
    Value known = constantValues.get(array);
    if (known == null) {
      constants.add(array);
      known = take(Source.CONSTANT, constants.size() - 1);
      constantValues.put(array, known);
    }
    return known;
  }

  /** Puts the axes of a value in another order. */
  Value transpose(Value value, AxisOrder order) {
    return apply("_np_transpose", Map.of("axes", order.axes()), value);
  }

  /** Transposes images {@code [n, h, w, c]} to {@code [n, c, h, w]}. */
  Value channelsFirst(Value images) {
    Value first = channelsFirst.get(images);
    if (first == null) {
      first = transpose(images, CHANNELS_FIRST);
      pair(images, first);
    }
    return first;
  }

  /** Transposes images {@code [n, c, h, w]} to {@code [n, h, w, c]}. */
  Value channelsLast(Value images) {
    Value last = channelsLast.get(images);
    if (last == null) {
      // Pruned if all following operators use the channels-first form.
      last = transpose(images, CHANNELS_FIRST.inverse());
      pair(last, images);
    }
    return last;
  }

  private void pair(Value last, Value first) {
    channelsFirst.put(last, first);
    channelsLast.put(first, last);
  }

  /** Returns the channels-first form of images if it already exists, otherwise null. */
  @Nullable Value knownChannelsFirst(Value images) {
    return channelsFirst.get(images);
  }

  /** Returns the instructions added so far. */
  List<Instruction> instructions() {
    return instructions;
  }

  /** Returns the arrays of {@link Source#CONSTANT}. */
  List<HostArray> constants() {
    return List.copyOf(constants);
  }

  /** Returns the integers from 0 to {@code count - 1}, for parameters. */
  static List<Integer> range(int count) {
    return IntStream.range(0, count).boxed().toList();
  }
}
