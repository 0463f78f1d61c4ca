package dev.espalier.engine.mxnet;

import dev.espalier.engine.mxnet.Instruction.Differentiate;
import dev.espalier.engine.mxnet.Instruction.Invoke;
import dev.espalier.engine.mxnet.Instruction.Value;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The required instructions in order, each with the values that are unused afterwards.
 *
 * @param steps in execution order
 * @param results the values that a run returns
 * @param registers the number of values
 */
record Schedule(List<Step> steps, List<Value> results, int registers) {
  Schedule {
    steps = List.copyOf(steps);
    results = List.copyOf(results);
  }

  /**
   * One instruction.
   *
   * @param differentiated indices, ascending, of the arguments for which MXNet has to record the
   *     call
   * @param released the values that are used here for the last time
   */
  record Step(Instruction instruction, List<Integer> differentiated, List<Value> released) {}

  /** Returns the schedule that computes the results and nothing else. */
  static Schedule of(List<Instruction> instructions, List<Value> results) {
    int registers = instructions.stream().mapToInt(made -> made.results().size()).sum();
    // The instruction that computes each value, by the value's id.
    int[] makers = new int[registers];
    for (int i = 0; i < instructions.size(); i++) {
      for (Value value : instructions.get(i).results()) {
        makers[value.id()] = i;
      }
    }
    BitSet needed = new BitSet();
    results.forEach(value -> needed.set(makers[value.id()]));
    for (int i = instructions.size() - 1; i >= 0; i--) {
      if (needed.get(i)) {
        instructions.get(i).arguments().forEach(value -> needed.set(makers[value.id()]));
      }
    }
    return new Schedule(steps(instructions, needed, results), results, registers);
  }

  private static List<Step> steps(
      List<Instruction> instructions, BitSet needed, List<Value> results) {
    Set<Value> later = new HashSet<>(results);
    Map<Invoke, List<Integer>> differentiated = new HashMap<>();
    List<Step> steps = new ArrayList<>();
    for (int i = needed.length() - 1; i >= 0; i--) {
      if (!needed.get(i)) {
        continue;
      }
      Instruction instruction = instructions.get(i);
      if (instruction instanceof Differentiate differentiate) {
        differentiated.put(differentiate.forward(), differentiate.wanted());
      }
      List<Value> released = new ArrayList<>();
      instruction.results().stream().filter(value -> !later.contains(value)).forEach(released::add);
      instruction.arguments().stream().filter(later::add).forEach(released::add);
      List<Integer> wanted =
          instruction instanceof Invoke invoke
              ? differentiated.getOrDefault(invoke, List.of())
              : List.of();
      steps.add(new Step(instruction, wanted, released));
    }
    Collections.reverse(steps);
    return steps;
  }
}
