package dev.espalier.core.internal.plugin;

import dev.espalier.loss.BinaryCrossentropy;
import dev.espalier.loss.BinaryFocalCrossentropy;
import dev.espalier.loss.CategoricalCrossentropy;
import dev.espalier.loss.CategoricalFocalCrossentropy;
import dev.espalier.loss.CategoricalHinge;
import dev.espalier.loss.Hinge;
import dev.espalier.loss.Huber;
import dev.espalier.loss.KlDivergence;
import dev.espalier.loss.LogCosh;
import dev.espalier.loss.Loss;
import dev.espalier.loss.MeanAbsoluteError;
import dev.espalier.loss.MeanSquaredError;
import dev.espalier.loss.Poisson;
import dev.espalier.loss.SparseCategoricalCrossentropy;
import dev.espalier.loss.SquaredHinge;
import dev.espalier.option.OptionDescription;
import dev.espalier.plugin.Component;
import java.util.List;

/** The losses of the API, with their options. */
final class BuiltInLosses {
  private static final double ANY = Double.MAX_VALUE;

  private static final OptionDescription<Boolean> FROM_LOGITS =
      OptionDescription.flag(
          "from-logits", "Interprets the model outputs as logits rather than probabilities.");
  private static final OptionDescription<Double> LABEL_SMOOTHING =
      OptionDescription.number(
              "label-smoothing",
              0,
              1,
              "Label smoothing: fraction of each label that is spread evenly over all"
                  + " classes.")
          .withDefault(0.0);
  private static final OptionDescription<Double> GAMMA =
      OptionDescription.number(
              "gamma", 0, ANY, "Focusing parameter: the larger, the less easy samples count.")
          .withDefault(2.0);
  private static final OptionDescription<List<Double>> ALPHA =
      OptionDescription.numbers(
              "alpha", 0, 1, "Factor of the loss: one for all classes, or one for each class.")
          .withDefault(List.of(0.25));
  private static final OptionDescription<Boolean> BALANCING =
      OptionDescription.flag(
          "apply-class-balancing",
          "Weights positive labels by alpha and negative labels by 1 - alpha.");
  private static final OptionDescription<Double> BALANCE =
      OptionDescription.number(
              "alpha", 0, 1, "Weight of positive labels if apply-class-balancing is on.")
          .withDefault(0.25);
  private static final OptionDescription<Double> DELTA =
      OptionDescription.number(
              "delta",
              0,
              ANY,
              "Absolute error at which the loss turns from quadratic to linear; above 0.")
          .withDefault(1.0);

  private BuiltInLosses() {}

  static List<Component<Loss>> all() {
    return List.of(
        Component.of(
            "categorical-crossentropy",
            "Cross-entropy for single-label classification with one-hot targets.",
            List.of(FROM_LOGITS, LABEL_SMOOTHING),
            options ->
                new CategoricalCrossentropy(
                    options.get(FROM_LOGITS), options.get(LABEL_SMOOTHING))),
        Component.of(
            "sparse-categorical-crossentropy",
            "Cross-entropy for single-label classification with class indices as targets.",
            List.of(FROM_LOGITS),
            options -> new SparseCategoricalCrossentropy(options.get(FROM_LOGITS))),
        Component.of(
            "binary-crossentropy",
            "Cross-entropy for binary and multi-label classification.",
            List.of(FROM_LOGITS, LABEL_SMOOTHING),
            options ->
                new BinaryCrossentropy(options.get(FROM_LOGITS), options.get(LABEL_SMOOTHING))),
        Component.of(
            "mean-squared-error",
            "Mean squared error between targets and outputs.",
            new MeanSquaredError()),
        Component.of(
            "mean-absolute-error",
            "Mean absolute error between targets and outputs.",
            new MeanAbsoluteError()),
        Component.of(
            "categorical-focal-crossentropy",
            "Focal loss for single-label classification: easy samples count less.",
            List.of(ALPHA, GAMMA, FROM_LOGITS, LABEL_SMOOTHING),
            options ->
                new CategoricalFocalCrossentropy(
                    options.get(ALPHA),
                    options.get(GAMMA),
                    options.get(FROM_LOGITS),
                    options.get(LABEL_SMOOTHING))),
        Component.of(
            "binary-focal-crossentropy",
            "Focal loss for binary and multi-label classification: easy labels count less.",
            List.of(BALANCING, BALANCE, GAMMA, FROM_LOGITS, LABEL_SMOOTHING),
            options ->
                new BinaryFocalCrossentropy(
                    options.get(BALANCING),
                    options.get(BALANCE),
                    options.get(GAMMA),
                    options.get(FROM_LOGITS),
                    options.get(LABEL_SMOOTHING))),
        Component.of(
            "hinge",
            "Hinge loss for binary and multi-label classification, with scores around 0 as"
                + " outputs.",
            new Hinge()),
        Component.of(
            "squared-hinge",
            "Squared hinge loss for binary and multi-label classification, with scores around"
                + " 0 as outputs.",
            new SquaredHinge()),
        Component.of(
            "categorical-hinge",
            "Hinge loss for single-label classification, with scores as outputs.",
            new CategoricalHinge()),
        Component.of(
            "kl-divergence",
            "Kullback-Leibler divergence between target and output probabilities.",
            new KlDivergence()),
        Component.of(
            "huber",
            "Huber loss: squared error near 0, absolute error beyond delta.",
            List.of(DELTA),
            options -> new Huber(options.get(DELTA))),
        Component.of(
            "log-cosh",
            "Logarithm of the hyperbolic cosine of the error, a smooth absolute error.",
            new LogCosh()),
        Component.of("poisson", "Poisson loss for counts, with positive outputs.", new Poisson()));
  }
}
