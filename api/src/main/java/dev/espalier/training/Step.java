package dev.espalier.training;

import dev.espalier.stability.Incubating;
import java.util.List;

/**
 * Computation of one training step, traced like a layer, once for each program. The default step
 * calls the model, computes the losses of its outputs, and lets the optimizer minimize them;
 * another step can call the model twice, use a teacher, or use a second optimizer. Implementations
 * are immutable and thread-safe, usually records.
 *
 * <pre>{@code
 * public void trace(StepContext step) {
 * ModelOutputs outputs = step.forward();
 * SampleLosses losses = step.losses(outputs);
 * step.report(outputs, losses);
 * step.minimize(losses.total());
 * }
 * }</pre>
 */
@Incubating
public interface Step {
  /** Returns the name users write, lower case with hyphens, such as {@code distillation}. */
  String name();

  /**
   * Returns the names in the logs of the values that the step reports in addition to the configured
   * losses and metrics, so that callbacks can be checked before training.
   */
  default List<String> logNames() {
    return List.of();
  }

  /**
   * Returns the number of steps per weight update, 1 by default. Learning rate schedules count
   * updates.
   */
  default int stepsPerUpdate() {
    return 1;
  }

  /** Adds the computation of the step, by calling the functions of its context. */
  void trace(StepContext step);

  /** Returns the default step: forward pass, losses, gradients, optimizer update. */
  static Step supervised() {
    return new SupervisedStep();
  }
}
