package dev.espalier.core.internal.plugin;

import dev.espalier.optimizer.Adam;
import dev.espalier.optimizer.AdamW;
import dev.espalier.optimizer.Optimizer;
import dev.espalier.optimizer.Sgd;
import dev.espalier.optimizer.WeightAveraging;
import dev.espalier.option.OptionDescription;
import dev.espalier.option.OptionValues;
import dev.espalier.plugin.Component;
import dev.espalier.schedule.LearningRateSchedule;
import java.util.List;

/** The optimizers of the API, with their options. */
final class BuiltInOptimizers {
  private static final double ANY = Double.MAX_VALUE;

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

  private BuiltInOptimizers() {}

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

  static List<Component<Optimizer>> all() {
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
            BuiltInOptimizers::adam),
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
}
