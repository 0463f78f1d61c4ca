package org.example.eca;

import dev.espalier.graph.Ops;
import dev.espalier.graph.Tensor;
import dev.espalier.graph.Variable;
import dev.espalier.option.OptionDescription;
import dev.espalier.plugin.Component;
import dev.espalier.training.ModelOutputs;
import dev.espalier.loss.SampleLosses;
import dev.espalier.training.Step;
import dev.espalier.training.StepContext;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Moves weights by the gradient where the loss is worst nearby (Foret et al., 2021).
 *
 * @param radius how far away that is
 */
record SharpnessAware(double radius) implements Step {
  private static final OptionDescription<Double> RADIUS =
      OptionDescription.number("radius", 0, 10, "Radius of the neighbourhood (rho).")
          .withDefault(0.05);

  static final Component<Step> COMPONENT =
      Component.of(
          "sharpness-aware",
          "Sharpness-aware minimization (SAM).",
          List.of(RADIUS),
          options -> new SharpnessAware(options.get(RADIUS)));

  @Override
  public String name() {
    return "sharpness-aware";
  }

  @Override
  public void trace(StepContext step) {
    Ops ops = step.ops();
    ModelOutputs outputs = step.forward();
    SampleLosses losses = step.losses(outputs);
    step.report(outputs, losses);
    List<Variable> variables = step.trainable(losses.total());
    List<Tensor> weights = variables.stream().map(ops::read).toList();
    List<Tensor> gradients = step.gradients(losses.total(), weights);
    Tensor squares =
        gradients.stream().map(g -> ops.sum(ops.square(g))).reduce(ops::add).orElseThrow();
    Tensor scale = ops.multiply(ops.rsqrt(ops.add(squares, 1e-12)), radius);
    Map<Variable, Tensor> worst = new LinkedHashMap<>();
    for (int i = 0; i < weights.size(); i++) {
      Tensor moved = ops.add(weights.get(i), ops.multiply(gradients.get(i), scale));
      worst.put(variables.get(i), ops.stopGradient(moved));
    }
    Tensor there = step.losses(step.forward(worst)).total();
    step.update(variables, step.gradients(there, List.copyOf(worst.values())));
  }
}
