package dev.espalier.core.internal.plugin;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.option.OptionDescription;
import dev.espalier.option.OptionValues;
import dev.espalier.plugin.Component;
import dev.espalier.schedule.ConstantLearningRate;
import dev.espalier.schedule.CosineDecay;
import dev.espalier.schedule.CosineDecayRestarts;
import dev.espalier.schedule.ExponentialDecay;
import dev.espalier.schedule.InverseTimeDecay;
import dev.espalier.schedule.LearningRateSchedule;
import dev.espalier.schedule.PiecewiseConstant;
import dev.espalier.schedule.PolynomialDecay;
import dev.espalier.schedule.Span;
import dev.espalier.schedule.WarmUp;
import java.util.List;

/** The schedules of the API, with their options. */
final class BuiltInSchedules {
  private static final double ANY = Double.MAX_VALUE;

  private static final OptionDescription<Double> VALUE =
      OptionDescription.number("value", 0, ANY, "Learning rate of all steps.");
  private static final OptionDescription<Double> INITIAL =
      OptionDescription.number("initial-learning-rate", 0, ANY, "Learning rate of the first step.");
  private static final OptionDescription<Integer> STEPS =
      OptionDescription.wholeNumber(
          "steps", 1, Integer.MAX_VALUE, "Length in steps; this or epochs must be given.");
  private static final OptionDescription<Double> EPOCHS =
      OptionDescription.number("epochs", 0, ANY, "Length in epochs, instead of steps.");
  private static final OptionDescription<Double> ALPHA =
      OptionDescription.number(
              "alpha", 0, 1, "Fraction of the initial learning rate that remains at the end.")
          .withDefault(0.0);
  private static final OptionDescription<Double> T_MUL =
      OptionDescription.number("t-mul", 1, ANY, "Factor of the length from one decay to the next.")
          .withDefault(2.0);
  private static final OptionDescription<Double> M_MUL =
      OptionDescription.number("m-mul", 0, ANY, "Factor of the height from one decay to the next.")
          .withDefault(1.0);
  private static final OptionDescription<Double> DECAY_RATE =
      OptionDescription.number(
          "decay-rate", 0, ANY, "Factor of the learning rate over each length.");
  private static final OptionDescription<Double> GROWTH =
      OptionDescription.number("decay-rate", 0, ANY, "Growth of the divisor over each length.");
  private static final OptionDescription<Boolean> STAIRCASE =
      OptionDescription.flag("staircase", "Changes the learning rate only at the end of a length.");
  private static final OptionDescription<Double> END =
      OptionDescription.number("end-learning-rate", 0, ANY, "Learning rate at the end.")
          .withDefault(1e-4);
  private static final OptionDescription<Double> POWER =
      OptionDescription.number("power", 0, ANY, "Power; 1 is a straight line.").withDefault(1.0);
  private static final OptionDescription<Boolean> CYCLE =
      OptionDescription.flag("cycle", "Starts the decay again at its end.");
  private static final OptionDescription<List<Double>> BOUNDARY_STEPS =
      OptionDescription.numbers(
          "steps", 1, ANY, "Steps after which the learning rate changes; these or epochs.");
  private static final OptionDescription<List<Double>> BOUNDARY_EPOCHS =
      OptionDescription.numbers(
          "epochs", 0, ANY, "Epochs after which it changes, instead of steps.");
  private static final OptionDescription<List<Double>> VALUES =
      OptionDescription.numbers(
          "learning-rates", 0, ANY, "Learning rates, one more than there are changes.");
  private static final OptionDescription<Double> WARM_UP_INITIAL = INITIAL.withDefault(0.0);
  private static final OptionDescription<LearningRateSchedule> THEN =
      LearningRateSchedule.option("then", "What the warm-up leads to and is followed by.");

  private BuiltInSchedules() {}

  static List<Component<LearningRateSchedule>> all() {
    return List.of(
        Component.of(
            "constant",
            "One learning rate for all steps, which callbacks may change.",
            List.of(VALUE),
            options -> new ConstantLearningRate(options.get(VALUE))),
        Component.of(
            "cosine-decay",
            "Lowers the learning rate along half a cosine, then keeps it.",
            List.of(INITIAL, STEPS, EPOCHS, ALPHA),
            options -> new CosineDecay(options.get(INITIAL), length(options), options.get(ALPHA))),
        Component.of(
            "cosine-decay-restarts",
            "Lowers the learning rate along half a cosine, again and again.",
            List.of(INITIAL, STEPS, EPOCHS, T_MUL, M_MUL, ALPHA),
            options ->
                new CosineDecayRestarts(
                    options.get(INITIAL),
                    length(options),
                    options.get(T_MUL),
                    options.get(M_MUL),
                    options.get(ALPHA))),
        Component.of(
            "exponential-decay",
            "Multiplies the learning rate by the decay rate over each length of training.",
            List.of(INITIAL, STEPS, EPOCHS, DECAY_RATE, STAIRCASE),
            options ->
                new ExponentialDecay(
                    options.get(INITIAL),
                    length(options),
                    options.get(DECAY_RATE),
                    options.get(STAIRCASE))),
        Component.of(
            "inverse-time-decay",
            "Divides the learning rate by a number that grows with the steps.",
            List.of(INITIAL, STEPS, EPOCHS, GROWTH, STAIRCASE),
            options ->
                new InverseTimeDecay(
                    options.get(INITIAL),
                    length(options),
                    options.get(GROWTH),
                    options.get(STAIRCASE))),
        Component.of(
            "piecewise-constant",
            "Holds each learning rate until the next boundary.",
            List.of(BOUNDARY_STEPS, BOUNDARY_EPOCHS, VALUES),
            options -> new PiecewiseConstant(boundaries(options), options.get(VALUES))),
        Component.of(
            "polynomial-decay",
            "Moves the learning rate to its final value along a power of the time left.",
            List.of(INITIAL, STEPS, EPOCHS, END, POWER, CYCLE),
            options ->
                new PolynomialDecay(
                    options.get(INITIAL),
                    length(options),
                    options.get(END),
                    options.get(POWER),
                    options.get(CYCLE))),
        Component.of(
            "warm-up",
            "Raises the learning rate along a straight line to that of what follows.",
            List.of(WARM_UP_INITIAL, STEPS, EPOCHS, THEN),
            options ->
                new WarmUp(length(options), options.get(WARM_UP_INITIAL), options.get(THEN))));
  }

  private static Span length(OptionValues options) {
    Integer steps = options.find(STEPS);
    Double epochs = options.find(EPOCHS);
    if (steps != null && epochs == null) {
      return Span.steps(steps);
    }
    if (epochs != null && steps == null) {
      return Span.epochs(epochs);
    }
    throw oneOf(steps != null);
  }

  private static List<Span> boundaries(OptionValues options) {
    List<Double> steps = options.find(BOUNDARY_STEPS);
    List<Double> epochs = options.find(BOUNDARY_EPOCHS);
    if (steps != null && epochs == null) {
      return steps.stream().map(step -> new Span(step, Span.Unit.STEPS)).toList();
    }
    if (epochs != null && steps == null) {
      return epochs.stream().map(Span::epochs).toList();
    }
    throw oneOf(steps != null);
  }

  private static EspalierException oneOf(boolean both) {
    return new EspalierException(
        ErrorCode.INVALID_OPTION,
        both ? "Both steps and epochs are given." : "Neither steps nor epochs are given.",
        "Give one of them, such as epochs = 5 or steps = 1000.");
  }
}
