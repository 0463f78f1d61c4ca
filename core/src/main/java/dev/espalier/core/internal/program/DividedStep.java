package dev.espalier.core.internal.program;

import dev.espalier.core.internal.passes.FeatureBoundary;
import dev.espalier.core.internal.passes.MixedPrecision;
import dev.espalier.engine.Precision;
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
   * @param precision in which the whole step is computed
   */
  public static DividedStep of(StepProgram step, Set<Variable> changing, Precision precision) {
    Program program = step.program();
    Set<String> samples =
        program.inputs().keySet().stream()
            .filter(Feeds::ofSample)
            .collect(Collectors.toUnmodifiableSet());
    FeatureBoundary boundary =
        FeatureBoundary.of(program, samples, changing, MixedPrecision.halved(program, precision));
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
