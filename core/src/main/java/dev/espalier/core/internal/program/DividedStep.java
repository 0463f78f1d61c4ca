package dev.espalier.core.internal.program;

import dev.espalier.core.internal.passes.FeatureBoundary;
import dev.espalier.graph.Program;
import dev.espalier.graph.Variable;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A step divided into the computation of features, which are the same whenever a sample is used,
 * and the rest. Immutable.
 *
 * @param boundary where it is divided
 * @param features computes the features from the inputs of the whole step
 * @param rest is fed the features, and inputs of the whole step that it uses itself
 */
public record DividedStep(FeatureBoundary boundary, StepProgram features, StepProgram rest) {
  /**
   * Divides a step.
   *
   * @param changing the variables that training changes
   */
  public static DividedStep of(StepProgram step, Set<Variable> changing) {
    Program program = step.program();
    Set<String> samples =
        program.inputs().keySet().stream()
            .filter(Feeds::ofSample)
            .collect(Collectors.toUnmodifiableSet());
    FeatureBoundary boundary = FeatureBoundary.of(program, samples, changing);
    return new DividedStep(
        boundary,
        new StepProgram(boundary.features(), List.of(), List.of(), List.of(), List.of(), Map.of()),
        new StepProgram(
            boundary.rest(),
            step.randomInputs(),
            step.trained(),
            step.slots(),
            step.reports(),
            step.rates()));
  }
}
