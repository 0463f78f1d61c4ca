package dev.espalier.training;

import dev.espalier.loss.SampleLosses;

/**
 * The standard training step: calls the model, adds up the losses of its outputs and of its layers,
 * and lets the optimizer update the trainable weights. Immutable and thread-safe.
 */
public record SupervisedStep() implements Step {
  @Override
  public String name() {
    return "supervised";
  }

  @Override
  public void trace(StepContext step) {
    ModelOutputs outputs = step.forward();
    SampleLosses losses = step.losses(outputs);
    step.report(outputs, losses);
    step.minimize(losses.total());
  }
}
