package dev.espalier.core.internal.plugin;

import dev.espalier.layer.Activation;
import dev.espalier.layer.Celu;
import dev.espalier.layer.Elu;
import dev.espalier.layer.LeakyRelu;
import dev.espalier.option.OptionDescription;
import dev.espalier.plugin.Component;
import java.util.List;

/** The activations of the API: the constants, and those with parameters. */
final class BuiltInActivations {
  private static final double ANY = Double.MAX_VALUE;
  private static final double USUAL_SLOPE = 0.2;

  private static final OptionDescription<Double> SLOPE =
      OptionDescription.number("slope", -ANY, ANY, "Slope below zero.").withDefault(USUAL_SLOPE);
  private static final OptionDescription<Double> ALPHA =
      OptionDescription.number("alpha", -ANY, ANY, "Factor below zero.").withDefault(1.0);

  private BuiltInActivations() {}

  static List<Component<Activation>> all() {
    return List.of(
        Component.of("linear", "The input itself.", Activation.LINEAR),
        Component.of("relu", "The input, and 0 below zero.", Activation.RELU),
        Component.of("relu6", "The input between 0 and 6.", Activation.RELU6),
        Component.of("swish", "The input times its sigmoid (SiLU).", Activation.SWISH),
        Component.of("sigmoid", "The logistic function.", Activation.SIGMOID),
        Component.of("tanh", "The hyperbolic tangent.", Activation.TANH),
        Component.of(
            "softmax", "Probabilities of classes that exclude one another.", Activation.SOFTMAX),
        Component.of("log-softmax", "The logarithm of the softmax.", Activation.LOG_SOFTMAX),
        Component.of(
            "gelu",
            "The input times the normal distribution's probability of less (GELU).",
            Activation.GELU),
        Component.of(
            "gelu-tanh", "GELU, approximated with a hyperbolic tangent.", Activation.GELU_TANH),
        Component.of(
            "hard-sigmoid",
            "The sigmoid, approximated with straight lines.",
            Activation.HARD_SIGMOID),
        Component.of(
            "hard-swish", "The input times its hard sigmoid (hard SiLU).", Activation.HARD_SWISH),
        Component.of("softplus", "A smooth ReLU.", Activation.SOFTPLUS),
        Component.of(
            "softsign", "The input divided by 1 plus its absolute value.", Activation.SOFTSIGN),
        Component.of(
            "selu", "ELU scaled so that signals keep mean 0 and variance 1.", Activation.SELU),
        Component.of("exponential", "The exponential function.", Activation.EXPONENTIAL),
        Component.of(
            "mish", "The input times the hyperbolic tangent of its softplus.", Activation.MISH),
        Component.of("log-sigmoid", "The logarithm of the sigmoid.", Activation.LOG_SIGMOID),
        Component.of("hard-tanh", "The input between -1 and 1.", Activation.HARD_TANH),
        Component.of(
            "tanh-shrink", "The input less its hyperbolic tangent.", Activation.TANH_SHRINK),
        Component.of(
            "hard-shrink",
            "The input where its absolute value is above 0.5, else 0.",
            Activation.HARD_SHRINK),
        Component.of(
            "soft-shrink",
            "The input nearer to 0 by 0.5, and 0 between -0.5 and 0.5.",
            Activation.SOFT_SHRINK),
        Component.of(
            "squareplus", "A smooth ReLU made of squares and a root.", Activation.SQUAREPLUS),
        Component.<Activation>of(
                "leaky-relu",
                "The input, and the slope times it below zero.",
                List.of(SLOPE),
                options -> leakyRelu(options.get(SLOPE)))
            .making(LeakyRelu.class),
        Component.<Activation>of(
                "elu",
                "The input, and alpha times its exponential less 1 below zero.",
                List.of(ALPHA),
                options -> elu(options.get(ALPHA)))
            .making(Elu.class),
        Component.of(
            "celu",
            "ELU that is smooth at zero for every alpha.",
            List.of(ALPHA),
            options -> new Celu(options.get(ALPHA))));
  }

  /** Returns the constant where it is the same function, which files of all versions know. */
  private static Activation leakyRelu(double slope) {
    return slope == USUAL_SLOPE ? Activation.LEAKY_RELU : new LeakyRelu(slope);
  }

  private static Activation elu(double alpha) {
    return alpha == 1 ? Activation.ELU : new Elu(alpha);
  }
}
