package dev.espalier.core.internal.plugin;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.Initializer;
import dev.espalier.initializer.Constant;
import dev.espalier.initializer.Initializers;
import dev.espalier.initializer.VarianceScaling;
import dev.espalier.loss.BinaryCrossentropy;
import dev.espalier.loss.CategoricalCrossentropy;
import dev.espalier.loss.Loss;
import dev.espalier.loss.MeanSquaredError;
import dev.espalier.loss.SparseCategoricalCrossentropy;
import dev.espalier.metric.Accuracy;
import dev.espalier.metric.BinaryAccuracy;
import dev.espalier.metric.CategoricalAccuracy;
import dev.espalier.metric.Metric;
import dev.espalier.metric.Metrics;
import dev.espalier.metric.SparseCategoricalAccuracy;
import dev.espalier.metric.TopKCategoricalAccuracy;
import dev.espalier.optimizer.Adam;
import dev.espalier.optimizer.AdamW;
import dev.espalier.optimizer.Optimizer;
import dev.espalier.optimizer.Sgd;
import dev.espalier.optimizer.WeightAveraging;
import dev.espalier.option.OptionDescription;
import dev.espalier.option.OptionValues;
import dev.espalier.plugin.Component;
import dev.espalier.plugin.Parts;
import dev.espalier.regularizer.L1L2;
import dev.espalier.regularizer.Regularizer;
import dev.espalier.schedule.LearningRateSchedule;
import dev.espalier.training.GradientAccumulation;
import dev.espalier.training.Step;
import java.util.List;

/** The losses, metrics, optimizers and initializers of the API, with their options. */
final class BuiltInComponents {
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
  private static final OptionDescription<Double> THRESHOLD =
      OptionDescription.number("threshold", 0, 1, "Outputs above this threshold count as positive.")
          .withDefault(0.5);
  private static final OptionDescription<Integer> K =
      OptionDescription.wholeNumber(
              "k",
              1,
              Integer.MAX_VALUE,
              "Number of top predictions that may contain the true class.")
          .withDefault(5);
  private static final OptionDescription<String> KEY =
      OptionDescription.text("key", "Name of the metric in the logs.")
          .withDefault("top_k_categorical_accuracy");

  private static final OptionDescription<Integer> ACCUMULATED_STEPS =
      OptionDescription.wholeNumber(
              "steps",
              1,
              Integer.MAX_VALUE,
              "Number of steps whose gradients are accumulated before each weight update.")
          .withDefault(2);

  private static final OptionDescription<LearningRateSchedule> LEARNING_RATE = learningRate(0.01);
  private static final OptionDescription<Double> MOMENTUM =
      OptionDescription.number(
              "momentum",
              0,
              1,
              "Momentum: fraction of the velocity kept in each step; 0 for plain gradient"
                  + " descent.")
          .withDefault(0.0);
  private static final OptionDescription<Boolean> NESTEROV =
      OptionDescription.flag("nesterov", "Uses Nesterov momentum.");
  private static final OptionDescription<Double> WEIGHT_DECAY = weightDecay(0);
  private static final OptionDescription<List<String>> UNDECAYED =
      OptionDescription.words(
          "exclude-from-weight-decay",
          "Variables without weight decay: full names, or names within a layer, such as bias,"
              + " gamma.");

  private static final OptionDescription<LearningRateSchedule> ADAM_LEARNING_RATE =
      learningRate(0.001);
  private static final OptionDescription<Double> BETA1 =
      OptionDescription.number(
              "beta1", 0, 1, "Exponential decay rate of the first-moment estimates.")
          .withDefault(0.9);
  private static final OptionDescription<Double> BETA2 =
      OptionDescription.number(
              "beta2", 0, 1, "Exponential decay rate of the second-moment estimates.")
          .withDefault(0.999);
  private static final OptionDescription<Double> EPSILON =
      OptionDescription.number(
              "epsilon", 0, ANY, "Small constant added to the denominator for numerical stability.")
          .withDefault(1e-7);
  private static final OptionDescription<Boolean> AMSGRAD =
      OptionDescription.flag(
          "amsgrad",
          "Uses the AMSGrad variant, which divides by the largest second-moment estimate"
              + " so far.");
  private static final OptionDescription<Double> ADAM_WEIGHT_DECAY = weightDecay(0.004);

  private static final OptionDescription<Optimizer> AVERAGED =
      OptionDescription.nested(
          "optimizer", Optimizer.class, "an optimizer", "Optimizer that updates the weights.");
  private static final OptionDescription<Double> AVERAGE_MOMENTUM =
      OptionDescription.number(
              "momentum", 0, 1, "Fraction of the moving average kept in each step.")
          .withDefault(0.99);

  private static final OptionDescription<Double> VALUE =
      OptionDescription.number("value", -ANY, ANY, "Value of every element.").withDefault(0.0);
  private static final OptionDescription<Double> DEVIATION =
      OptionDescription.number("stddev", 0, ANY, "Standard deviation of the distribution.")
          .withDefault(0.05);
  private static final OptionDescription<Double> LIMIT =
      OptionDescription.number("limit", 0, ANY, "Values are drawn from -limit to limit.")
          .withDefault(0.05);
  private static final OptionDescription<Double> SCALE =
      OptionDescription.number("scale", 0, ANY, "Scaling factor of the variance.").withDefault(1.0);
  private static final OptionDescription<VarianceScaling.Mode> MODE =
      OptionDescription.constant(
              "mode",
              VarianceScaling.Mode.class,
              "Number of connections that the variance is divided by: inputs, outputs or"
                  + " their mean.")
          .withDefault(VarianceScaling.Mode.FAN_IN);
  private static final OptionDescription<VarianceScaling.Distribution> DISTRIBUTION =
      OptionDescription.constant(
              "distribution",
              VarianceScaling.Distribution.class,
              "Distribution that values are drawn from.")
          .withDefault(VarianceScaling.Distribution.TRUNCATED_NORMAL);

  private static final OptionDescription<Double> L1 =
      OptionDescription.number(
              "l1", 0, ANY, "L1 factor, multiplied by the sum of absolute weights.")
          .withDefault(0.0);
  private static final OptionDescription<Double> L2 =
      OptionDescription.number("l2", 0, ANY, "L2 factor, multiplied by the sum of squared weights.")
          .withDefault(0.01);

  private BuiltInComponents() {}

  static List<Component<Loss>> losses() {
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
            new MeanSquaredError()));
  }

  static List<Component<Metric>> metrics() {
    return List.of(
        Component.of(
            "accuracy",
            "Fraction of samples classified correctly; binary or categorical, depending on"
                + " targets and outputs.",
            new Accuracy()),
        Component.of(
            "categorical-accuracy",
            "Fraction of samples whose largest output is the true class, with one-hot"
                + " targets.",
            new CategoricalAccuracy()),
        Component.of(
            "sparse-categorical-accuracy",
            "Fraction of samples whose largest output is the true class, with class"
                + " indices as targets.",
            new SparseCategoricalAccuracy()),
        Component.of(
            "binary-accuracy",
            "Fraction of binary labels predicted correctly; also for multi-label data.",
            List.of(THRESHOLD),
            options -> new BinaryAccuracy(options.get(THRESHOLD))),
        Component.of(
            "top-k-categorical-accuracy",
            "Fraction of samples whose true class is among the k largest outputs.",
            List.of(K, KEY),
            options -> new TopKCategoricalAccuracy(options.get(K), options.get(KEY))),
        Component.madeOf(
            "weighted",
            "Metric in which samples count in proportion to their weights.",
            List.of(),
            new Parts("metrics", 1, "Metric to weight."),
            (options, metrics) -> Metrics.weighted(only(metrics))));
  }

  private static Metric only(List<Metric> metrics) {
    if (metrics.size() != 1) {
      throw new EspalierException(
          ErrorCode.INVALID_OPTION,
          metrics.size() + " metrics are given to the metric weighted.",
          "Give one metric, and use weighted once per metric.");
    }
    return metrics.get(0);
  }

  static List<Component<Step>> steps() {
    return List.of(
        Component.of(
            "supervised",
            "Standard training step: forward pass, losses, gradients, optimizer update.",
            Step.supervised()),
        Component.of(
            "gradient-accumulation",
            "Updates the weights once every few steps with the mean gradient of those steps.",
            List.of(ACCUMULATED_STEPS),
            options -> new GradientAccumulation(options.get(ACCUMULATED_STEPS))));
  }

  private static OptionDescription<LearningRateSchedule> learningRate(double usual) {
    return LearningRateSchedule.option(
            "learning-rate", "Learning rate, constant or given by a schedule.")
        .withDefault(LearningRateSchedule.constant(usual));
  }

  private static OptionDescription<Double> weightDecay(double usual) {
    return OptionDescription.number(
            "weight-decay",
            0,
            ANY,
            "Decoupled weight decay: each step subtracts learning rate * weight decay *"
                + " weight.")
        .withDefault(usual);
  }

  static List<Component<Optimizer>> optimizers() {
    return List.of(
        Component.of(
            "sgd",
            "Stochastic gradient descent (SGD), optionally with momentum.",
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
                new AdamW(adam(options), options.get(ADAM_WEIGHT_DECAY), options.get(UNDECAYED))),
        Component.of(
            "weight-averaging",
            "Wraps another optimizer and keeps an exponential moving average of each weight (EMA).",
            List.of(AVERAGED, AVERAGE_MOMENTUM),
            options -> new WeightAveraging(options.get(AVERAGED), options.get(AVERAGE_MOMENTUM))));
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
                "L1 and L2 regularization.",
                List.of(L1, L2),
                options -> new L1L2(options.get(L1), options.get(L2)))
            .making(L1L2.class));
  }

  static List<Component<Initializer>> initializers() {
    return List.of(
        Component.of("zeros", "Initializes all elements to 0.", Initializers.zeros()),
        Component.of("ones", "Initializes all elements to 1.", Initializers.ones()),
        Component.of(
            "constant",
            "Initializes all elements to the same value.",
            List.of(VALUE),
            options -> new Constant(options.get(VALUE))),
        Component.of(
            "glorot-uniform",
            "Glorot (Xavier) uniform: limit sqrt(6 / (fan_in + fan_out)).",
            Initializers.glorotUniform()),
        Component.of(
            "glorot-normal",
            "Glorot (Xavier) normal: standard deviation sqrt(2 / (fan_in + fan_out)),"
                + " truncated.",
            Initializers.glorotNormal()),
        Component.of("he-uniform", "He uniform: limit sqrt(6 / fan_in).", Initializers.heUniform()),
        Component.of(
            "he-normal",
            "He normal: standard deviation sqrt(2 / fan_in), truncated.",
            Initializers.heNormal()),
        Component.of(
            "lecun-uniform", "LeCun uniform: limit sqrt(3 / fan_in).", Initializers.lecunUniform()),
        Component.of(
            "lecun-normal",
            "LeCun normal: standard deviation sqrt(1 / fan_in), truncated.",
            Initializers.lecunNormal()),
        Component.of(
            "variance-scaling",
            "Scales the variance by the shape of the weights: scale / fan.",
            List.of(SCALE, MODE, DISTRIBUTION),
            options ->
                new VarianceScaling(
                    options.get(SCALE), options.get(MODE), options.get(DISTRIBUTION))),
        Component.of(
            "truncated-normal",
            "Normal distribution with mean 0, truncated at two standard deviations.",
            List.of(DEVIATION),
            options -> Initializers.truncatedNormal(options.get(DEVIATION))),
        Component.of(
            "random-normal",
            "Normal distribution with mean 0.",
            List.of(DEVIATION),
            options -> Initializers.randomNormal(options.get(DEVIATION))),
        Component.of(
            "random-uniform",
            "Uniform distribution centred on 0.",
            List.of(LIMIT),
            options -> Initializers.randomUniform(options.get(LIMIT))));
  }
}
