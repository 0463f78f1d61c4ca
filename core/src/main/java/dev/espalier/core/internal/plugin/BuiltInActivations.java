package dev.espalier.core.internal.plugin;

import dev.espalier.activation.Activation;
import dev.espalier.activation.Celu;
import dev.espalier.activation.Elu;
import dev.espalier.activation.LeakyRelu;
import dev.espalier.activation.Relu;
import dev.espalier.activation.Threshold;
import dev.espalier.option.OptionDescription;
import dev.espalier.plugin.Component;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The activations of the API: the constants, and those with parameters. */
final class BuiltInActivations {
  private static final double ANY = Double.MAX_VALUE;
  private static final double USUAL_SLOPE = 0.2;

  private static final OptionDescription<Double> SLOPE =
      OptionDescription.number("slope", -ANY, ANY, "Slope for negative inputs.")
          .withDefault(USUAL_SLOPE);
  private static final OptionDescription<Double> ALPHA =
      OptionDescription.number("alpha", -ANY, ANY, "Scale for negative inputs.").withDefault(1.0);

  private static final OptionDescription<Double> THRESHOLD =
      OptionDescription.number("threshold", -ANY, ANY, "Threshold that inputs must exceed.")
          .withDefault(0.0);
  private static final OptionDescription<Double> VALUE =
      OptionDescription.number("value", -ANY, ANY, "Output for inputs at or below the threshold.")
          .withDefault(0.0);

  private static final OptionDescription<Double> MAX_VALUE =
      OptionDescription.number("max-value", 0, ANY, "Largest output; by default none.");
  private static final OptionDescription<Double> NEGATIVE_SLOPE =
      OptionDescription.number("negative-slope", -ANY, ANY, "Slope below the threshold.")
          .withDefault(0.0);

  private BuiltInActivations() {}

  static List<Component<Activation>> all() {
    return List.of(
        Component.of("linear", "Identity: returns the input unchanged.", Activation.LINEAR),
        Component.of(
            "relu",
            "Rectified linear unit: max(x, 0), or with a limit, a slope or a threshold.",
            List.of(MAX_VALUE, NEGATIVE_SLOPE, THRESHOLD),
            options ->
                relu(options.find(MAX_VALUE), options.get(NEGATIVE_SLOPE), options.get(THRESHOLD))),
        Component.of(
            "relu6", "Rectified linear unit capped at 6: min(max(x, 0), 6).", Activation.RELU6),
        Component.of("swish", "Swish, also known as SiLU: x * sigmoid(x).", Activation.SWISH),
        Component.of("sigmoid", "Logistic sigmoid: 1 / (1 + exp(-x)).", Activation.SIGMOID),
        Component.of("tanh", "Hyperbolic tangent.", Activation.TANH),
        Component.of(
            "softmax",
            "Softmax over the last axis: probabilities of mutually exclusive classes.",
            Activation.SOFTMAX),
        Component.of("log-softmax", "Logarithm of the softmax.", Activation.LOG_SOFTMAX),
        Component.of(
            "gelu",
            "Gaussian error linear unit: x * P(X <= x) for a standard normal X.",
            Activation.GELU),
        Component.of(
            "gelu-tanh", "Gaussian error linear unit, tanh approximation.", Activation.GELU_TANH),
        Component.of(
            "hard-sigmoid",
            "Piecewise linear approximation of the sigmoid.",
            Activation.HARD_SIGMOID),
        Component.of(
            "hard-swish",
            "Hard swish, also known as hard SiLU: x * hard_sigmoid(x).",
            Activation.HARD_SWISH),
        Component.of(
            "softplus", "Smooth approximation of ReLU: log(1 + exp(x)).", Activation.SOFTPLUS),
        Component.of("softsign", "Softsign: x / (1 + |x|).", Activation.SOFTSIGN),
        Component.of(
            "selu",
            "Scaled exponential linear unit, which preserves mean 0 and variance 1.",
            Activation.SELU),
        Component.of("exponential", "Exponential function: exp(x).", Activation.EXPONENTIAL),
        Component.of("mish", "Mish: x * tanh(softplus(x)).", Activation.MISH),
        Component.of("log-sigmoid", "Logarithm of the sigmoid.", Activation.LOG_SIGMOID),
        Component.of("hard-tanh", "Input clipped to the range from -1 to 1.", Activation.HARD_TANH),
        Component.of("tanh-shrink", "Tanh shrink: x - tanh(x).", Activation.TANH_SHRINK),
        Component.of(
            "hard-shrink", "Hard shrinkage: x where |x| > 0.5, else 0.", Activation.HARD_SHRINK),
        Component.of(
            "soft-shrink",
            "Soft shrinkage: moves x towards 0 by 0.5, and is 0 where |x| <= 0.5.",
            Activation.SOFT_SHRINK),
        Component.of(
            "squareplus",
            "Smooth approximation of ReLU: (x + sqrt(x^2 + 4)) / 2.",
            Activation.SQUAREPLUS),
        Component.of(
            "sparse-plus",
            "Sparse plus: (x + 1)^2 / 4 between -1 and 1, 0 below and x above.",
            Activation.SPARSE_PLUS),
        Component.of(
            "sparse-sigmoid",
            "Sparse sigmoid: (x + 1) / 2 between -1 and 1, 0 below and 1 above.",
            Activation.SPARSE_SIGMOID),
        Component.of(
            "sparsemax",
            "Sparsemax over the last axis: probabilities, many of them 0.",
            Activation.SPARSEMAX),
        Component.of(
            "glu",
            "Gated linear unit: the first half of the channels times the sigmoid of the second.",
            Activation.GLU),
        Component.<Activation>of(
                "leaky-relu",
                "Leaky ReLU: x where x >= 0, else slope * x.",
                List.of(SLOPE),
                options -> leakyRelu(options.get(SLOPE)))
            .making(LeakyRelu.class),
        Component.<Activation>of(
                "elu",
                "Exponential linear unit: x where x > 0, else alpha * (exp(x) - 1).",
                List.of(ALPHA),
                options -> elu(options.get(ALPHA)))
            .making(Elu.class),
        Component.of(
            "celu",
            "Continuously differentiable ELU: max(x, 0) + min(alpha * (exp(x / alpha) -"
                + " 1), 0).",
            List.of(ALPHA),
            options -> new Celu(options.get(ALPHA))),
        Component.of(
            "threshold",
            "Threshold: x where it is above a threshold, else a fixed value.",
            List.of(THRESHOLD, VALUE),
            options -> new Threshold(options.get(THRESHOLD), options.get(VALUE))));
  }

  // These return the constant if it is the same function, because files of all versions can
  // contain it.

  private static Activation relu(
      @Nullable Double maxValue, double negativeSlope, double threshold) {
    return maxValue == null && negativeSlope == 0 && threshold == 0
        ? Activation.RELU
        : new Relu(maxValue == null ? Relu.UNLIMITED : maxValue, negativeSlope, threshold);
  }

  private static Activation leakyRelu(double slope) {
    return slope == USUAL_SLOPE ? Activation.LEAKY_RELU : new LeakyRelu(slope);
  }

  private static Activation elu(double alpha) {
    return alpha == 1 ? Activation.ELU : new Elu(alpha);
  }
}
