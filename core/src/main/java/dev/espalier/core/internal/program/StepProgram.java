package dev.espalier.core.internal.program;

import dev.espalier.core.internal.passes.Passes;
import dev.espalier.graph.Program;
import dev.espalier.graph.TensorType;
import dev.espalier.graph.Variable;
import dev.espalier.layer.RandomInput;
import dev.espalier.schedule.LearningRateSchedule;
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

  /** Returns what to feed in each step; look it up once for a training. */
  public StepInputs inputs() {
    return new StepInputs(program.inputs().keySet(), randomInputs);
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
