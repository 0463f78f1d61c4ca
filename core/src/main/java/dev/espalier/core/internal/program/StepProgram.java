package dev.espalier.core.internal.program;

import dev.espalier.graph.Program;
import dev.espalier.graph.TensorType;
import dev.espalier.graph.Variable;
import dev.espalier.layer.RandomInput;
import java.util.List;

/**
 * A program with what its user must know. Immutable.
 *
 * @param randomInputs uniform numbers to be fed in each step
 * @param trained the weights that the step moves by gradients
 * @param slots what the optimizer keeps for them
 */
public record StepProgram(
    Program program, List<RandomInput> randomInputs, List<Variable> trained, List<Variable> slots) {
  /** Copies the lists. */
  public StepProgram {
    randomInputs = List.copyOf(randomInputs);
    trained = List.copyOf(trained);
    slots = List.copyOf(slots);
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
