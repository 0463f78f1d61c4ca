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
import dev.espalier.schedule.OneCycle;
import dev.espalier.schedule.PiecewiseConstant;
import dev.espalier.schedule.PolynomialDecay;
import dev.espalier.schedule.Span;
import dev.espalier.schedule.StepDecay;
import dev.espalier.schedule.WarmUp;
import java.util.List;

/** The schedules of the API, with their options. */
final class BuiltInSchedules {
  private static final double ANY = Double.MAX_VALUE;

  private static final OptionDescription<Double> VALUE =
      OptionDescription.number("value", 0, ANY, "Learning rate.");
  private static final OptionDescription<Double> INITIAL =
      OptionDescription.number("initial-learning-rate", 0, ANY, "Initial learning rate.");
  private static final OptionDescription<Integer> STEPS =
      OptionDescription.wholeNumber(
          "steps", 1, Integer.MAX_VALUE, "Duration in steps; give either steps or epochs.");
  private static final OptionDescription<Double> EPOCHS =
      OptionDescription.number("epochs", 0, ANY, "Duration in epochs, as an alternative to steps.");
  private static final OptionDescription<Double> ALPHA =
      OptionDescription.number(
              "alpha", 0, 1, "Final learning rate as a fraction of the initial one.")
          .withDefault(0.0);
  private static final OptionDescription<Double> T_MUL =
      OptionDescription.number("t-mul", 1, ANY, "Multiplier of the duration at each restart.")
          .withDefault(2.0);
  private static final OptionDescription<Double> M_MUL =
      OptionDescription.number(
              "m-mul", 0, ANY, "Multiplier of the initial learning rate at each restart.")
          .withDefault(1.0);
  private static final OptionDescription<Double> DECAY_RATE =
      OptionDescription.number(
          "decay-rate",
          0,
          ANY,
          "Factor that the learning rate is multiplied by over each duration.");
  private static final OptionDescription<Double> GROWTH =
      OptionDescription.number(
          "decay-rate", 0, ANY, "Increase of the denominator over each duration.");
  private static final OptionDescription<Boolean> STAIRCASE =
      OptionDescription.flag(
          "staircase",
          "Decays in discrete steps, at the end of each duration, rather than continuously.");
  private static final OptionDescription<Double> END =
      OptionDescription.number("end-learning-rate", 0, ANY, "Final learning rate.")
          .withDefault(1e-4);
  private static final OptionDescription<Double> POWER =
      OptionDescription.number("power", 0, ANY, "Power of the polynomial; 1 is linear.")
          .withDefault(1.0);
  private static final OptionDescription<Boolean> CYCLE =
      OptionDescription.flag("cycle", "Restarts the decay when it reaches its end.");
  private static final OptionDescription<List<Double>> BOUNDARY_STEPS =
      OptionDescription.numbers(
          "steps",
          1,
          ANY,
          "Steps after which the learning rate changes; give either steps or epochs.");
  private static final OptionDescription<List<Double>> BOUNDARY_EPOCHS =
      OptionDescription.numbers(
          "epochs",
          0,
          ANY,
          "Epochs after which the learning rate changes, as an alternative to steps.");
  private static final OptionDescription<List<Double>> VALUES =
      OptionDescription.numbers(
          "learning-rates", 0, ANY, "Learning rates, one more than there are boundaries.");
  private static final OptionDescription<Double> FACTOR =
      OptionDescription.number(
              "factor", 0, ANY, "Factor of the learning rate at the end of each duration.")
          .withDefault(0.1);
  private static final OptionDescription<Double> MAXIMUM =
      OptionDescription.number("max-learning-rate", 0, ANY, "Largest learning rate.");
  private static final OptionDescription<Double> WARM_UP_FRACTION =
      OptionDescription.number(
              "warm-up-fraction",
              0,
              1,
              "Fraction of the duration in which the learning rate rises.")
          .withDefault(0.3);
  private static final OptionDescription<Double> DIV_FACTOR =
      OptionDescription.number(
              "div-factor", 0, ANY, "Largest learning rate divided by the initial one.")
          .withDefault(25.0);
  private static final OptionDescription<Double> FINAL_DIV_FACTOR =
      OptionDescription.number(
              "final-div-factor", 0, ANY, "Initial learning rate divided by the final one.")
          .withDefault(1e4);
  private static final OptionDescription<Double> WARM_UP_INITIAL = INITIAL.withDefault(0.0);
  private static final OptionDescription<LearningRateSchedule> THEN =
      LearningRateSchedule.option(
          "then",
          "Learning rate or schedule after the warm-up, whose initial value the warm-up"
              + " reaches.");

  private BuiltInSchedules() {}

  static List<Component<LearningRateSchedule>> all() {
    return List.of(
        Component.of(
            "constant",
            "Constant learning rate, which callbacks may change.",
            List.of(VALUE),
            options -> new ConstantLearningRate(options.get(VALUE))),
        Component.of(
            "cosine-decay",
            "Cosine decay, then constant.",
            List.of(INITIAL, STEPS, EPOCHS, ALPHA),
            options -> new CosineDecay(options.get(INITIAL), length(options), options.get(ALPHA))),
        Component.of(
            "cosine-decay-restarts",
            "Cosine decay with warm restarts (SGDR).",
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
            "Exponential decay: multiplies the learning rate by the decay rate over each"
                + " duration.",
            List.of(INITIAL, STEPS, EPOCHS, DECAY_RATE, STAIRCASE),
            options ->
                new ExponentialDecay(
                    options.get(INITIAL),
                    length(options),
                    options.get(DECAY_RATE),
                    options.get(STAIRCASE))),
        Component.of(
            "inverse-time-decay",
            "Inverse time decay: divides the learning rate by 1 + decay rate * progress.",
            List.of(INITIAL, STEPS, EPOCHS, GROWTH, STAIRCASE),
            options ->
                new InverseTimeDecay(
                    options.get(INITIAL),
                    length(options),
                    options.get(GROWTH),
                    options.get(STAIRCASE))),
        Component.of(
            "one-cycle",
            "One cycle: rises to the largest learning rate and falls far below the initial one.",
            List.of(MAXIMUM, STEPS, EPOCHS, WARM_UP_FRACTION, DIV_FACTOR, FINAL_DIV_FACTOR),
            options ->
                new OneCycle(
                    options.get(MAXIMUM),
                    length(options),
                    options.get(WARM_UP_FRACTION),
                    options.get(DIV_FACTOR),
                    options.get(FINAL_DIV_FACTOR))),
        Component.of(
            "piecewise-constant",
            "Piecewise constant learning rate that changes at the given boundaries.",
            List.of(BOUNDARY_STEPS, BOUNDARY_EPOCHS, VALUES),
            options -> new PiecewiseConstant(boundaries(options), options.get(VALUES))),
        Component.of(
            "polynomial-decay",
            "Polynomial decay to the final learning rate.",
            List.of(INITIAL, STEPS, EPOCHS, END, POWER, CYCLE),
            options ->
                new PolynomialDecay(
                    options.get(INITIAL),
                    length(options),
                    options.get(END),
                    options.get(POWER),
                    options.get(CYCLE))),
        Component.of(
            "step-decay",
            "Step decay: multiplies the learning rate by a factor at the end of each duration.",
            List.of(INITIAL, STEPS, EPOCHS, FACTOR),
            options -> new StepDecay(options.get(INITIAL), length(options), options.get(FACTOR))),
        Component.of(
            "warm-up",
            "Linear warm-up, followed by another learning rate or schedule.",
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
