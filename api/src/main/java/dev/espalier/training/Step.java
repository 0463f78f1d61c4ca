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
   * Returns the names in the logs of what the step reports beside the losses and metrics of the
   * trainer's configuration, so that callbacks can be checked before the training.
   */
  default List<String> logNames() {
    return List.of();
  }

  /**
   * Returns how many steps make one update of the weights, 1 by default. Schedules of learning
   * rates count updates.
   */
  default int stepsPerUpdate() {
    return 1;
  }

  /** Adds what the step computes, by calling the functions of its context. */
  void trace(StepContext step);

  /** Returns the step that trainers have by default: forward, losses, gradients, optimizer. */
  static Step supervised() {
    return new SupervisedStep();
  }
}
