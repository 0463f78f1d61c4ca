package dev.espalier.core.internal.engine;

import dev.espalier.activation.Activation;
import dev.espalier.core.internal.program.OutputTask;
import dev.espalier.core.internal.program.ProgramBuilder;
import dev.espalier.core.internal.program.RandomInputs;
import dev.espalier.core.internal.program.StepProgram;
import dev.espalier.data.Target;
import dev.espalier.engine.Engine;
import dev.espalier.engine.EngineProvider;
import dev.espalier.engine.EnginePurpose;
import dev.espalier.engine.EngineSettings;
import dev.espalier.engine.Executable;
import dev.espalier.engine.Precision;
import dev.espalier.engine.Session;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Padding;
import dev.espalier.layer.ActivationLayer;
import dev.espalier.layer.BatchNormalization;
import dev.espalier.layer.Dense;
import dev.espalier.layer.Input;
import dev.espalier.layer.convolution.Conv2D;
import dev.espalier.layer.convolution.DepthwiseConv2D;
import dev.espalier.layer.pooling.GlobalAveragePooling2D;
import dev.espalier.layer.preprocessing.Rescaling;
import dev.espalier.loss.Losses;
import dev.espalier.model.Model;
import dev.espalier.model.Sequential;
import dev.espalier.optimizer.Sgd;
import dev.espalier.training.TrainingConfig;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/**
 * A small step with what takes the time of image classifiers: a convolution with strides, a
 * depthwise and a pointwise one, batch normalization and swish; to compare engines with.
 */
final class CalibrationStep {
  private static final int BATCH = 8;
  private static final int SIDE = 96;
  private static final int WARM_UP = 2;
  private static final int LEAST_STEPS = 3;
  private static final int MOST_STEPS = 15;
  private static final long NANOSECONDS = 300_000_000;

  private CalibrationStep() {}

  private static Model model() {
    return Sequential.of(
        Input.image(SIDE, SIDE, 3),
        Rescaling.of(1 / 255.0),
        Conv2D.of(32, 3).strides(2).padding(Padding.SAME).useBias(false),
        BatchNormalization.create(),
        ActivationLayer.of(Activation.SWISH),
        DepthwiseConv2D.of(3).padding(Padding.SAME).useBias(false),
        BatchNormalization.create(),
        ActivationLayer.of(Activation.SWISH),
        Conv2D.of(64, 1).useBias(false),
        BatchNormalization.create(),
        ActivationLayer.of(Activation.SWISH),
        GlobalAveragePooling2D.create(),
        Dense.of(10).activation(Activation.SOFTMAX));
  }

  /**
   * Returns the median time of the step on an engine, in milliseconds: of a training step, or of a
   * prediction if the settings are for inference. Takes less than a second after the engine is
   * loaded, unless three steps take longer.
   *
   * @throws RuntimeException any error of the engine
   */
  static double milliseconds(EngineProvider provider, EngineSettings settings) {
    Model model = model();
    StepProgram step =
        settings.purpose() == EnginePurpose.INFERENCE ? builder(model).predict() : training(model);
    try (Engine engine = DeviceChoice.open(provider, settings);
        Session session = engine.openSession(DeviceChoice.choose(engine, settings));
        Executable executable = session.compile(step.program())) {
      new ModelVariables(session, model, 1).useSlots(step.slots());
      return median(executable, new RandomInputs(1).of(step, BATCH));
    }
  }

  private static ProgramBuilder builder(Model model) {
    return new ProgramBuilder(model, ProgramBuilder.inputSize(model));
  }

  private static StepProgram training(Model model) {
    TrainingConfig config =
        TrainingConfig.of(builder -> builder.loss(Losses.categoricalCrossentropy()));
    return builder(model)
        .train(
            OutputTask.of(model, config.objectives(), Target.classIndex(), false),
            config.step(),
            Sgd.of(0.1).momentum(0.9),
            config.gradientClipping(),
            config.learningRateMultipliers(),
            Precision.FLOAT32,
            variable -> false);
  }

  private static double median(Executable executable, Map<String, HostArray> inputs) {
    for (int i = 0; i < WARM_UP; i++) {
      executable.run(inputs);
    }
    List<Double> times = new ArrayList<>();
    long start = System.nanoTime();
    long last = start;
    while (times.size() < LEAST_STEPS
        || (times.size() < MOST_STEPS && last - start < NANOSECONDS)) {
      executable.run(inputs);
      long now = System.nanoTime();
      times.add((now - last) / 1e6);
      last = now;
    }
    Collections.sort(times);
    return times.get(times.size() / 2);
  }
}
