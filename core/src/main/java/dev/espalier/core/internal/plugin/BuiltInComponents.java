package dev.espalier.core.internal.plugin;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.Initializer;
import dev.espalier.initializer.Constant;
import dev.espalier.initializer.Initializers;
import dev.espalier.initializer.VarianceScaling;
import dev.espalier.option.OptionDescription;
import dev.espalier.option.OptionValues;
import dev.espalier.plugin.Component;
import dev.espalier.plugin.Parts;
import dev.espalier.regularizer.L1L2;
import dev.espalier.regularizer.Regularizer;
import dev.espalier.schedule.LearningRateSchedule;
import dev.espalier.training.Accuracy;
import dev.espalier.training.Adam;
import dev.espalier.training.AdamW;
import dev.espalier.training.BinaryAccuracy;
import dev.espalier.training.BinaryCrossentropy;
import dev.espalier.training.CategoricalAccuracy;
import dev.espalier.training.CategoricalCrossentropy;
import dev.espalier.training.GradientAccumulation;
import dev.espalier.training.Loss;
import dev.espalier.training.MeanSquaredError;
import dev.espalier.training.Metric;
import dev.espalier.training.Metrics;
import dev.espalier.training.Optimizer;
import dev.espalier.training.Sgd;
import dev.espalier.training.SparseCategoricalAccuracy;
import dev.espalier.training.SparseCategoricalCrossentropy;
import dev.espalier.training.Step;
import dev.espalier.training.TopKCategoricalAccuracy;
import java.util.List;

/** The losses, metrics, optimizers and initializers of the API, with their options. */
final class BuiltInComponents {
  private static final double ANY = Double.MAX_VALUE;

  private static final OptionDescription<Boolean> FROM_LOGITS =
      OptionDescription.flag(
          "from-logits", "Takes the model's outputs as logits rather than probabilities.");
  private static final OptionDescription<Double> LABEL_SMOOTHING =
      OptionDescription.number(
              "label-smoothing", 0, 1, "Part of each label that is spread over all classes.")
          .withDefault(0.0);
  private static final OptionDescription<Double> THRESHOLD =
      OptionDescription.number("threshold", 0, 1, "Outputs above this are a yes.").withDefault(0.5);
  private static final OptionDescription<Integer> K =
      OptionDescription.wholeNumber("k", 1, Integer.MAX_VALUE, "Guesses, one of which must be it.")
          .withDefault(5);
  private static final OptionDescription<String> KEY =
      OptionDescription.text("key", "Name of the figure in the logs.")
          .withDefault("top_k_categorical_accuracy");

  private static final OptionDescription<Integer> ACCUMULATED_STEPS =
      OptionDescription.wholeNumber(
              "steps", 1, Integer.MAX_VALUE, "Steps that make one update of the weights.")
          .withDefault(2);

  private static final OptionDescription<LearningRateSchedule> LEARNING_RATE = learningRate(0.01);
  private static final OptionDescription<Double> MOMENTUM =
      OptionDescription.number("momentum", 0, 1, "Part of the velocity kept in each step.")
          .withDefault(0.0);
  private static final OptionDescription<Boolean> NESTEROV =
      OptionDescription.flag("nesterov", "Makes the momentum Nesterov's, which looks ahead.");
  private static final OptionDescription<Double> WEIGHT_DECAY = weightDecay(0);
  private static final OptionDescription<List<String>> UNDECAYED =
      OptionDescription.words(
          "exclude-from-weight-decay", "Variables that keep their size, such as bias, gamma.");

  private static final OptionDescription<LearningRateSchedule> ADAM_LEARNING_RATE =
      learningRate(0.001);
  private static final OptionDescription<Double> BETA1 =
      OptionDescription.number("beta1", 0, 1, "Part of the mean gradient kept in each step.")
          .withDefault(0.9);
  private static final OptionDescription<Double> BETA2 =
      OptionDescription.number("beta2", 0, 1, "Part of the mean square kept in each step.")
          .withDefault(0.999);
  private static final OptionDescription<Double> EPSILON =
      OptionDescription.number(
              "epsilon", 0, ANY, "Small constant added to the denominator for numerical stability.")
          .withDefault(1e-7);
  private static final OptionDescription<Boolean> AMSGRAD =
      OptionDescription.flag("amsgrad", "Divides by the largest mean square so far.");
  private static final OptionDescription<Double> ADAM_WEIGHT_DECAY = weightDecay(0.004);

  private static final OptionDescription<Double> VALUE =
      OptionDescription.number("value", -ANY, ANY, "What every element is.").withDefault(0.0);
  private static final OptionDescription<Double> DEVIATION =
      OptionDescription.number("standard-deviation", 0, ANY, "Of the normal distribution.")
          .withDefault(0.05);
  private static final OptionDescription<Double> LIMIT =
      OptionDescription.number("limit", 0, ANY, "Values lie between minus this and this.")
          .withDefault(0.05);
  private static final OptionDescription<Double> SCALE =
      OptionDescription.number("scale", 0, ANY, "Factor of the variance.").withDefault(1.0);
  private static final OptionDescription<VarianceScaling.Mode> MODE =
      OptionDescription.constant(
              "mode", VarianceScaling.Mode.class, "What the variance is divided by.")
          .withDefault(VarianceScaling.Mode.FAN_IN);
  private static final OptionDescription<VarianceScaling.Distribution> DISTRIBUTION =
      OptionDescription.constant(
              "distribution", VarianceScaling.Distribution.class, "Where values are drawn from.")
          .withDefault(VarianceScaling.Distribution.TRUNCATED_NORMAL);

  private static final OptionDescription<Double> L1 =
      OptionDescription.number("l1", 0, ANY, "Cost of an absolute value.").withDefault(0.0);
  private static final OptionDescription<Double> L2 =
      OptionDescription.number("l2", 0, ANY, "Cost of a square.").withDefault(0.01);

  private BuiltInComponents() {}

  static List<Component<Loss>> losses() {
    return List.of(
        Component.of(
            "categorical-crossentropy",
            "One class out of several.",
            List.of(FROM_LOGITS, LABEL_SMOOTHING),
            options ->
                new CategoricalCrossentropy(
                    options.get(FROM_LOGITS), options.get(LABEL_SMOOTHING))),
        Component.of(
            "sparse-categorical-crossentropy",
            "One class out of several, with class indices as targets.",
            List.of(FROM_LOGITS),
            options -> new SparseCategoricalCrossentropy(options.get(FROM_LOGITS))),
        Component.of(
            "binary-crossentropy",
            "Yes-or-no outputs: one, or one for each class of multi-label data.",
            List.of(FROM_LOGITS, LABEL_SMOOTHING),
            options ->
                new BinaryCrossentropy(options.get(FROM_LOGITS), options.get(LABEL_SMOOTHING))),
        Component.of("mean-squared-error", "The mean squared error.", new MeanSquaredError()));
  }

  static List<Component<Metric>> metrics() {
    return List.of(
        Component.of("accuracy", "The accuracy that targets and outputs ask for.", new Accuracy()),
        Component.of(
            "categorical-accuracy", "Accuracy of the largest output.", new CategoricalAccuracy()),
        Component.of(
            "sparse-categorical-accuracy",
            "Accuracy of the largest output, with class indices as targets.",
            new SparseCategoricalAccuracy()),
        Component.of(
            "binary-accuracy",
            "Accuracy of yes-or-no outputs: one, or one for each class of multi-label data.",
            List.of(THRESHOLD),
            options -> new BinaryAccuracy(options.get(THRESHOLD))),
        Component.of(
            "top-k-categorical-accuracy",
            "Accuracy of several guesses.",
            List.of(K, KEY),
            options -> new TopKCategoricalAccuracy(options.get(K), options.get(KEY))),
        Component.madeOf(
            "weighted",
            "A metric in which samples count by their weights.",
            List.of(),
            new Parts("metrics", 1, "The metric to weight."),
            (options, metrics) -> Metrics.weighted(only(metrics))));
  }

  private static Metric only(List<Metric> metrics) {
    if (metrics.size() != 1) {
      throw new EspalierException(
          ErrorCode.INVALID_OPTION,
          metrics.size() + " metrics are given to the metric weighted.",
          "Give one, and write the metric weighted once for each.");
    }
    return metrics.get(0);
  }

  static List<Component<Step>> steps() {
    return List.of(
        Component.of(
            "supervised",
            "Forward, losses, gradients, optimizer: the usual step.",
            Step.supervised()),
        Component.of(
            "gradient-accumulation",
            "Moves weights after several steps only, by their mean gradient.",
            List.of(ACCUMULATED_STEPS),
            options -> new GradientAccumulation(options.get(ACCUMULATED_STEPS))));
  }

  private static OptionDescription<LearningRateSchedule> learningRate(double usual) {
    return LearningRateSchedule.option("learning-rate", "Learning rate, constant or scheduled.")
        .withDefault(LearningRateSchedule.constant(usual));
  }

  private static OptionDescription<Double> weightDecay(double usual) {
    return OptionDescription.number(
            "weight-decay", 0, ANY, "Part of each weight taken off per unit of learning rate.")
        .withDefault(usual);
  }

  static List<Component<Optimizer>> optimizers() {
    return List.of(
        Component.of(
            "sgd",
            "Stochastic gradient descent, plain or with momentum.",
            List.of(LEARNING_RATE, MOMENTUM, NESTEROV, WEIGHT_DECAY, UNDECAYED),
            options ->
                new Sgd(
                    options.get(LEARNING_RATE),
                    options.get(MOMENTUM),
                    options.get(NESTEROV),
                    options.get(WEIGHT_DECAY),
                    options.get(UNDECAYED))),
        Component.of(
            "adam",
            "Adaptive moment estimation (Adam).",
            List.of(ADAM_LEARNING_RATE, BETA1, BETA2, EPSILON, AMSGRAD),
            BuiltInComponents::adam),
        Component.of(
            "adamw",
            "Adam with decoupled weight decay.",
            List.of(
                ADAM_LEARNING_RATE, BETA1, BETA2, EPSILON, AMSGRAD, ADAM_WEIGHT_DECAY, UNDECAYED),
            options ->
                new AdamW(adam(options), options.get(ADAM_WEIGHT_DECAY), options.get(UNDECAYED))));
  }

  private static Adam adam(OptionValues options) {
    return new Adam(
        options.get(ADAM_LEARNING_RATE),
        options.get(BETA1),
        options.get(BETA2),
        options.get(EPSILON),
        options.get(AMSGRAD));
  }

  static List<Component<Regularizer>> regularizers() {
    return List.of(
        Component.<Regularizer>of(
                "l1-l2",
                "Large weights cost their absolute value, their square, or both.",
                List.of(L1, L2),
                options -> new L1L2(options.get(L1), options.get(L2)))
            .making(L1L2.class));
  }

  static List<Component<Initializer>> initializers() {
    return List.of(
        Component.of("zeros", "All 0.", Initializers.zeros()),
        Component.of("ones", "All 1.", Initializers.ones()),
        Component.of(
            "constant",
            "All the same number.",
            List.of(VALUE),
            options -> new Constant(options.get(VALUE))),
        Component.of(
            "glorot-uniform", "Uniform, by both fans (Glorot).", Initializers.glorotUniform()),
        Component.of(
            "glorot-normal", "Normal, by both fans (Glorot).", Initializers.glorotNormal()),
        Component.of("he-uniform", "Uniform, by the inputs (He).", Initializers.heUniform()),
        Component.of("he-normal", "Normal, by the inputs (He).", Initializers.heNormal()),
        Component.of(
            "lecun-uniform", "Uniform, by the inputs (LeCun).", Initializers.lecunUniform()),
        Component.of("lecun-normal", "Normal, by the inputs (LeCun).", Initializers.lecunNormal()),
        Component.of(
            "variance-scaling",
            "A variance that follows from the shape.",
            List.of(SCALE, MODE, DISTRIBUTION),
            options ->
                new VarianceScaling(
                    options.get(SCALE), options.get(MODE), options.get(DISTRIBUTION))),
        Component.of(
            "truncated-normal",
            "Normal within two standard deviations.",
            List.of(DEVIATION),
            options -> Initializers.truncatedNormal(options.get(DEVIATION))),
        Component.of(
            "random-normal",
            "Normal.",
            List.of(DEVIATION),
            options -> Initializers.randomNormal(options.get(DEVIATION))),
        Component.of(
            "random-uniform",
            "Uniform around 0.",
            List.of(LIMIT),
            options -> Initializers.randomUniform(options.get(LIMIT))));
  }
}
