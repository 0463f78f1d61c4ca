package dev.espalier.core.internal.plugin;

import dev.espalier.optimizer.Adadelta;
import dev.espalier.optimizer.Adagrad;
import dev.espalier.optimizer.Adam;
import dev.espalier.optimizer.AdamW;
import dev.espalier.optimizer.Adamax;
import dev.espalier.optimizer.Ftrl;
import dev.espalier.optimizer.Lamb;
import dev.espalier.optimizer.Lion;
import dev.espalier.optimizer.Nadam;
import dev.espalier.optimizer.Optimizer;
import dev.espalier.optimizer.RmsProp;
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

  private static final OptionDescription<Double> RHO = rho(0.9);
  private static final OptionDescription<Double> ADADELTA_RHO = rho(0.95);
  private static final OptionDescription<Boolean> CENTERED =
      OptionDescription.flag(
          "centered",
          "Divides by an estimate of the variance of the gradient instead of its mean square.");
  private static final OptionDescription<Double> ACCUMULATOR =
      OptionDescription.number(
              "initial-accumulator-value", 0, ANY, "Initial sum of squared gradients.")
          .withDefault(0.1);
  private static final OptionDescription<Double> NORM_DECAY =
      OptionDescription.number("beta2", 0, 1, "Decay rate of the largest gradient.")
          .withDefault(0.999);
  private static final OptionDescription<Double> LION_BETA1 =
      OptionDescription.number(
              "beta1", 0, 1, "Fraction of the mean gradient in the direction of a step.")
          .withDefault(0.9);
  private static final OptionDescription<Double> LION_BETA2 =
      OptionDescription.number("beta2", 0, 1, "Exponential decay rate of the mean gradient.")
          .withDefault(0.99);
  private static final OptionDescription<Double> POWER =
      OptionDescription.number(
              "learning-rate-power",
              -ANY,
              0,
              "Power of the sum of squared gradients that the learning rate is multiplied by.")
          .withDefault(-0.5);
  private static final OptionDescription<Double> FTRL_L1 =
      OptionDescription.number("l1", 0, ANY, "L1 regularization: small weights become 0.")
          .withDefault(0.0);
  private static final OptionDescription<Double> FTRL_L2 =
      OptionDescription.number("l2", 0, ANY, "L2 regularization.").withDefault(0.0);
  private static final OptionDescription<Double> SHRINKAGE =
      OptionDescription.number(
              "l2-shrinkage", 0, ANY, "L2 regularization that is added to the gradient.")
          .withDefault(0.0);
  private static final OptionDescription<Double> FTRL_BETA =
      OptionDescription.number("beta", 0, ANY, "Added to the root of the sum of squared gradients.")
          .withDefault(0.0);

  private static final OptionDescription<Optimizer> AVERAGED =
      OptionDescription.nested(
          "optimizer", Optimizer.class, "an optimizer", "Optimizer that updates the weights.");
  private static final OptionDescription<Double> AVERAGE_MOMENTUM =
      OptionDescription.number(
              "momentum", 0, 1, "Fraction of the moving average kept in each step.")
          .withDefault(0.99);
  private static final OptionDescription<Integer> OVERWRITE_FREQUENCY =
      OptionDescription.wholeNumber(
              "overwrite-frequency",
              0,
              Integer.MAX_VALUE,
              "Replaces the weights with their averages after each so many updates; 0 for never.")
          .withDefault(0);

  private BuiltInOptimizers() {}

  private static OptionDescription<LearningRateSchedule> learningRate(double usual) {
    return LearningRateSchedule.option(
            "learning-rate", "Learning rate, constant or given by a schedule.")
        .withDefault(LearningRateSchedule.constant(usual));
  }

  private static OptionDescription<Double> rho(double usual) {
    return OptionDescription.number("rho", 0, 1, "Decay rate of the mean squared gradient.")
        .withDefault(usual);
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
            "rmsprop",
            "RMSprop: divides gradients by the root of their mean square.",
            List.of(ADAM_LEARNING_RATE, RHO, MOMENTUM, EPSILON, CENTERED, WEIGHT_DECAY, UNDECAYED),
            options ->
                new RmsProp(
                    options.get(ADAM_LEARNING_RATE),
                    options.get(RHO),
                    options.get(MOMENTUM),
                    options.get(EPSILON),
                    options.get(CENTERED),
                    options.get(WEIGHT_DECAY),
                    options.get(UNDECAYED))),
        Component.of(
            "adagrad",
            "Adagrad: each weight has a learning rate of its own, which only falls.",
            List.of(ADAM_LEARNING_RATE, ACCUMULATOR, EPSILON, WEIGHT_DECAY, UNDECAYED),
            options ->
                new Adagrad(
                    options.get(ADAM_LEARNING_RATE),
                    options.get(ACCUMULATOR),
                    options.get(EPSILON),
                    options.get(WEIGHT_DECAY),
                    options.get(UNDECAYED))),
        Component.of(
            "adadelta",
            "Adadelta: steps have the size of recent steps.",
            List.of(ADAM_LEARNING_RATE, ADADELTA_RHO, EPSILON, WEIGHT_DECAY, UNDECAYED),
            options ->
                new Adadelta(
                    options.get(ADAM_LEARNING_RATE),
                    options.get(ADADELTA_RHO),
                    options.get(EPSILON),
                    options.get(WEIGHT_DECAY),
                    options.get(UNDECAYED))),
        Component.of(
            "adamax",
            "Adamax: Adam that divides by the largest recent gradient.",
            List.of(ADAM_LEARNING_RATE, BETA1, NORM_DECAY, EPSILON, WEIGHT_DECAY, UNDECAYED),
            options ->
                new Adamax(
                    options.get(ADAM_LEARNING_RATE),
                    options.get(BETA1),
                    options.get(NORM_DECAY),
                    options.get(EPSILON),
                    options.get(WEIGHT_DECAY),
                    options.get(UNDECAYED))),
        Component.of(
            "nadam",
            "Nadam: Adam with Nesterov momentum.",
            List.of(ADAM_LEARNING_RATE, BETA1, BETA2, EPSILON, WEIGHT_DECAY, UNDECAYED),
            options ->
                new Nadam(
                    options.get(ADAM_LEARNING_RATE),
                    options.get(BETA1),
                    options.get(BETA2),
                    options.get(EPSILON),
                    options.get(WEIGHT_DECAY),
                    options.get(UNDECAYED))),
        Component.of(
            "lion",
            "Lion: steps of equal size in the direction of the mean gradient.",
            List.of(ADAM_LEARNING_RATE, LION_BETA1, LION_BETA2, WEIGHT_DECAY, UNDECAYED),
            options ->
                new Lion(
                    options.get(ADAM_LEARNING_RATE),
                    options.get(LION_BETA1),
                    options.get(LION_BETA2),
                    options.get(WEIGHT_DECAY),
                    options.get(UNDECAYED))),
        Component.of(
            "lamb",
            "LAMB: Adam whose steps are scaled to the norm of each variable, for large batches.",
            List.of(ADAM_LEARNING_RATE, BETA1, BETA2, EPSILON, WEIGHT_DECAY, UNDECAYED),
            options ->
                new Lamb(
                    options.get(ADAM_LEARNING_RATE),
                    options.get(BETA1),
                    options.get(BETA2),
                    options.get(EPSILON),
                    options.get(WEIGHT_DECAY),
                    options.get(UNDECAYED))),
        Component.of(
            "ftrl",
            "FTRL: follow the regularized leader, for sparse models.",
            List.of(
                ADAM_LEARNING_RATE,
                POWER,
                ACCUMULATOR,
                FTRL_L1,
                FTRL_L2,
                SHRINKAGE,
                FTRL_BETA,
                WEIGHT_DECAY,
                UNDECAYED),
            options ->
                new Ftrl(
                    options.get(ADAM_LEARNING_RATE),
                    options.get(POWER),
                    options.get(ACCUMULATOR),
                    options.get(FTRL_L1),
                    options.get(FTRL_L2),
                    options.get(SHRINKAGE),
                    options.get(FTRL_BETA),
                    options.get(WEIGHT_DECAY),
                    options.get(UNDECAYED))),
        Component.of(
            "weight-averaging",
            "Wraps another optimizer and keeps an exponential moving average of each weight (EMA).",
            List.of(AVERAGED, AVERAGE_MOMENTUM, OVERWRITE_FREQUENCY),
            options ->
                new WeightAveraging(
                    options.get(AVERAGED),
                    options.get(AVERAGE_MOMENTUM),
                    options.get(OVERWRITE_FREQUENCY))));
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
