package org.example.eca;

import dev.espalier.graph.Op.UnaryFunction;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Tensor;
import dev.espalier.activation.Activation;
import dev.espalier.option.OptionDescription;
import dev.espalier.plugin.Component;
import java.util.List;

/**
 * An activation between minus and plus a scale.
 *
 * @param scale what it approaches
 */
record ScaledTanh(double scale) implements Activation {
  private static final OptionDescription<Double> SCALE =
      OptionDescription.number("scale", 0, 100, "Upper bound of the output.").withDefault(1.7);

  static final Component<Activation> COMPONENT =
      Component.of(
          "scaled-tanh",
          "Scaled hyperbolic tangent: scale * tanh(x).",
          List.of(SCALE),
          options -> new ScaledTanh(options.get(SCALE)));

  @Override
  public Tensor apply(Ops ops, Tensor x) {
    return ops.multiply(ops.unary(UnaryFunction.TANH, x), scale);
  }
}
