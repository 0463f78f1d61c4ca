package dev.espalier.core.internal.plugin;

import dev.espalier.callback.Callback;
import dev.espalier.core.internal.progress.ProgressCallback;
import dev.espalier.core.internal.progress.ProgressDisplay;
import dev.espalier.graph.Initializer;
import dev.espalier.initializer.Constant;
import dev.espalier.initializer.Initializers;
import dev.espalier.initializer.VarianceScaling;
import dev.espalier.option.OptionDescription;
import dev.espalier.plugin.Component;
import dev.espalier.regularizer.L1L2;
import dev.espalier.regularizer.Regularizer;
import dev.espalier.training.GradientAccumulation;
import dev.espalier.training.Step;
import dev.espalier.training.Verbosity;
import java.util.List;

/** The steps, regularizers and initializers of the API and the progress bar, with their options. */
final class BuiltInComponents {
  private static final double ANY = Double.MAX_VALUE;

  private static final OptionDescription<Integer> ACCUMULATED_STEPS =
      OptionDescription.wholeNumber(
              "steps",
              1,
              Integer.MAX_VALUE,
              "Number of steps whose gradients are accumulated before each weight update.")
          .withDefault(2);

  private static final OptionDescription<Verbosity> VERBOSITY =
      OptionDescription.constant(
              "verbosity",
              Verbosity.class,
              "How much is shown; auto is a bar on a terminal and a line for each epoch otherwise.")
          .withDefault(Verbosity.AUTO);

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

  static List<Component<Callback>> callbacks() {
    return List.of(
        Component.of(
            "progress-bar",
            "Shows progress at this place in the list of callbacks, instead of after all of them.",
            List.of(VERBOSITY),
            options ->
                new ProgressCallback(ProgressDisplay.onStandardOutput(options.get(VERBOSITY)))));
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
