package dev.espalier.core.internal.program;

import dev.espalier.core.internal.passes.Passes;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Program;
import dev.espalier.graph.Shape;
import dev.espalier.graph.TensorType;
import dev.espalier.graph.Variable;
import dev.espalier.layer.RandomInput;
import dev.espalier.random.RandomKey;
import dev.espalier.random.RandomStream;
import dev.espalier.schedule.LearningRateSchedule;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A program with the information needed to run it. Immutable.
 *
 * @param randomInputs inputs to feed with uniform random numbers in each step
 * @param trained the weights updated by gradients
 * @param slots the state of optimizers and of the step
 * @param reports how to accumulate its outputs
 * @param rates schedules of additional optimizers, by the feed name of their learning rate
 */
public record StepProgram(
    Program program,
    List<RandomInput> randomInputs,
    List<Variable> trained,
    List<Variable> slots,
    List<Report> reports,
    Map<String, LearningRateSchedule> rates) {
  /** Copies the collections. */
  public StepProgram {
    randomInputs = List.copyOf(randomInputs);
    trained = List.copyOf(trained);
    slots = List.copyOf(slots);
    reports = List.copyOf(reports);
    rates = Map.copyOf(rates);
  }

  /** Returns a program after optimization, which may remove unused random inputs. */
  static StepProgram of(
      Program traced,
      List<RandomInput> random,
      List<Variable> trained,
      List<Variable> slots,
      List<Report> reports,
      Map<String, LearningRateSchedule> rates) {
    Program program = Passes.simplify(traced);
    Set<String> fed = program.inputs().keySet();
    return new StepProgram(
        program,
        random.stream().filter(input -> fed.contains(input.name())).toList(),
        trained,
        slots,
        reports,
        rates);
  }

  /** Returns the variables that the step changes. */
  public Set<Variable> changed() {
    return program.updates().stream()
        .map(Program.Update::variable)
        .collect(Collectors.toUnmodifiableSet());
  }

  /**
   * Returns what the program takes of some values, and the random numbers of a step.
   *
   * @param values may contain more than the program takes
   * @param batchSize samples in the batch
   * @param randomness seeds the random numbers of this step, together with the input's name
   * @param number index of the step, counted over all trainings of the trainer
   */
  public Map<String, HostArray> inputs(
      Map<String, HostArray> values, int batchSize, RandomKey randomness, long number) {
    Map<String, HostArray> inputs = new HashMap<>(values);
    inputs.keySet().retainAll(program.inputs().keySet());
    for (RandomInput random : randomInputs) {
      inputs.put(random.name(), uniform(random, batchSize, randomness, number));
    }
    return inputs;
  }

  private static HostArray uniform(
      RandomInput random, int batchSize, RandomKey randomness, long number) {
    Shape shape = random.shape();
    if (!shape.isStatic()) {
      shape = shape.with(0, batchSize);
    }
    float[] numbers = new float[shape.arrayLength()];
    RandomStream stream = randomness.with(random.name()).with(number).stream();
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = stream.nextFloat();
    }
    return HostArray.wrap(shape, numbers);
  }

  /** Returns the type of an output. */
  public TensorType outputType(String name) {
    return program.outputs().stream()
        .filter(output -> output.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no output named " + name))
        .tensor()
        .type();
  }
}
