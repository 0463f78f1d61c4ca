package dev.espalier.training;

/**
 * The usual step: the model is called, the losses of its outputs and those of its layers are added
 * up, and the optimizer moves the trainable weights along the gradients. Immutable.
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
