package org.example.eca;

import dev.espalier.graph.Op.Reduction;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Tensor;
import dev.espalier.layer.Phase;
import dev.espalier.model.Model;
import dev.espalier.training.ModelOutputs;
import dev.espalier.loss.SampleLosses;
import dev.espalier.training.Step;
import dev.espalier.training.StepContext;
import java.util.List;

/**
 * Knowledge distillation: adds the cross-entropy with a teacher's predictions to the loss.
 *
 * @param teacher takes the same images and gives probabilities of the same classes
 * @param alpha weight of the teacher's predictions in the loss, from 0 to 1
 */
record Distillation(Model teacher, double alpha) implements Step {
  @Override
  public String name() {
    return "distillation";
  }

  @Override
  public List<String> logNames() {
    return List.of("distillation_loss");
  }

  @Override
  public void trace(StepContext step) {
    Ops ops = step.ops();
    ModelOutputs outputs = step.forward();
    Tensor taught = step.call("teacher", teacher, Phase.INFERENCE).single();
    Tensor known = ops.log(ops.clip(outputs.single(), 1e-7, 1));
    Tensor entropy =
        ops.negate(ops.reduce(Reduction.SUM, ops.multiply(taught, known), false, -1));
    SampleLosses losses =
        step.losses(outputs)
            .times(ops, 1 - alpha)
            .plus(ops, "distillation_loss", ops.multiply(entropy, alpha));
    step.report(outputs, losses);
    step.minimize(losses.total());
  }
}
