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
 * Learns from the answers of a teacher as well: its cross-entropy with them is added to the loss.
 *
 * @param teacher takes the same images and gives probabilities of the same classes
 * @param part how much the teacher counts, from 0 to 1
 */
record Distillation(Model teacher, double part) implements Step {
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
            .times(ops, 1 - part)
            .plus(ops, "distillation_loss", ops.multiply(entropy, part));
    step.report(outputs, losses);
    step.minimize(losses.total());
  }
}
