package dev.espalier.core.profile;

import dev.espalier.core.internal.engine.DeviceChoice;
import dev.espalier.core.internal.engine.FrozenBaseEngine;
import dev.espalier.core.internal.engine.MixedPrecisionSession;
import dev.espalier.core.internal.engine.ModelVariables;
import dev.espalier.core.internal.engine.PrecisionChoice;
import dev.espalier.core.internal.program.ImageSize;
import dev.espalier.core.internal.program.OutputTask;
import dev.espalier.core.internal.program.ProgramBuilder;
import dev.espalier.core.internal.program.RandomInputs;
import dev.espalier.core.internal.program.StepProgram;
import dev.espalier.data.Target;
import dev.espalier.engine.Capability;
import dev.espalier.engine.Device;
import dev.espalier.engine.Engine;
import dev.espalier.engine.Executable;
import dev.espalier.engine.Precision;
import dev.espalier.engine.ProfiledRun;
import dev.espalier.engine.Session;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.HostArray;
import dev.espalier.layer.LayerOutput;
import dev.espalier.loss.Loss;
import dev.espalier.loss.Losses;
import dev.espalier.model.Model;
import dev.espalier.optimizer.Adam;
import dev.espalier.optimizer.Optimizer;
import dev.espalier.training.OutputObjective;
import dev.espalier.training.TrainingConfig;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Measures where the time of a model goes, in a training step or in inference: per layer, per
 * primitive operation, and per operator of the engine.
 *
 * <pre>{@code
 * Profile profile = Profiler.of(model).batchSize(32).training(engine);
 * profile.byLayer().forEach(row -> System.out.println(row.name() + " " + row.milliseconds()));
 * }</pre>
 *
 * <p>The steps are fed random images and labels, which are made beforehand: reading and augmenting
 * images is not part of a profile. Neither is what layers compute in vain: the program is optimized
 * as for a training. Steps change a copy of the weights.
 *
 * <p>An engine can be profiled on processors if it declares {@link Capability#PROFILING}. It then
 * computes the frozen base of a model, too, which another engine may compute in a training.
 *
 * <p>Immutable and thread-safe: each method returns another profiler.
 */
public final class Profiler {
  private final Model model;
  private final TrainingConfig config;
  private final int batchSize;
  private final int warmUp;
  private final int steps;

  private Profiler(Model model, TrainingConfig config, int batchSize, int warmUp, int steps) {
    this.model = model;
    this.config = config;
    this.batchSize = batchSize;
    this.warmUp = warmUp;
    this.steps = steps;
  }

  /**
   * Returns a profiler of 10 steps with 32 samples, after 3 steps to warm up. Without another
   * configuration, a training step minimizes the cross-entropy with Adam, in float32.
   *
   * @param model to profile, with its trainable layers
   */
  public static Profiler of(Model model) {
    return new Profiler(model, TrainingConfig.defaults(), 32, 3, 10);
  }

  /**
   * Sets what a training is configured with, such as optimizer, loss, device and precision. What is
   * not set is as for {@link #of}.
   */
  public Profiler config(TrainingConfig value) {
    return new Profiler(model, value, batchSize, warmUp, steps);
  }

  /** Sets what a training is configured with; see {@link #config(TrainingConfig)}. */
  public Profiler config(Consumer<? super TrainingConfig.Builder> settings) {
    return config(config.with(settings));
  }

  /** Sets the number of samples in a step, 1 or more. */
  public Profiler batchSize(int value) {
    require(value >= 1, "A batch cannot have " + value + " samples.", "Give 1 or more.");
    return new Profiler(model, config, value, warmUp, steps);
  }

  /** Sets the number of steps that are run and not counted before each measurement, 0 or more. */
  public Profiler warmUp(int count) {
    require(count >= 0, count + " steps cannot warm up.", "Give 0 or more.");
    return new Profiler(model, config, batchSize, count, steps);
  }

  /** Sets the number of measured steps, 1 or more. */
  public Profiler steps(int count) {
    require(count >= 1, "A profile cannot be made of " + count + " steps.", "Give 1 or more.");
    return new Profiler(model, config, batchSize, warmUp, count);
  }

  private static void require(boolean fits, String problem, String remedy) {
    if (!fits) {
      throw new EspalierException(ErrorCode.INVALID_ARGUMENT, problem, remedy);
    }
  }

  /**
   * Profiles the training step on an open engine.
   *
   * @throws EspalierException {@code UNSUPPORTED_CAPABILITY} if the engine cannot train or not
   *     measure operators, or computes on a GPU; {@code INVALID_TRAINING_SETTING} if nothing can be
   *     trained, or the configuration does not fit the model
   */
  public Profile training(Engine engine) {
    TrainingConfig complete = completed();
    Precision precision = precision(engine, complete);
    Optimizer optimizer = complete.optimizer();
    StepProgram step =
        builder()
            .train(
                OutputTask.of(model, complete.objectives(), Target.classIndex(), false),
                complete.step(),
                optimizer == null ? Adam.of(1e-3) : optimizer,
                complete.gradientClipping(),
                complete.learningRateMultipliers(),
                precision,
                variable -> false);
    return profile(engine, step, EnumSet.of(Capability.TRAINING, Capability.PROFILING), precision);
  }

  /**
   * Profiles inference on an open engine: the computation of the model's outputs.
   *
   * @throws EspalierException {@code UNSUPPORTED_CAPABILITY} if the engine cannot measure
   *     operators, or computes on a GPU
   */
  public Profile inference(Engine engine) {
    return profile(
        engine, builder().predict(), EnumSet.of(Capability.PROFILING), precision(engine, config));
  }

  private ProgramBuilder builder() {
    ImageSize size = ProgramBuilder.inputSize(model);
    return new ProgramBuilder(model, size);
  }

  /** Returns the configuration with a loss for each output, if it has none. */
  private TrainingConfig completed() {
    if (!config.objectives().isEmpty()) {
      return config;
    }
    Map<String, LayerOutput> outputs = OutputTask.outputs(model);
    return config.with(
        builder ->
            outputs.forEach(
                (name, output) -> {
                  Loss loss =
                      output.shape().size(-1) == 1
                          ? Losses.binaryCrossentropy()
                          : Losses.categoricalCrossentropy();
                  if (outputs.size() == 1) {
                    builder.loss(loss);
                  } else {
                    builder.output(name, OutputObjective.of(loss));
                  }
                }));
  }

  private static Precision precision(Engine engine, TrainingConfig config) {
    Device device = DeviceChoice.choose(engine, config.engineSettings());
    return PrecisionChoice.choose(config.precision(), engine, List.of(device));
  }

  private Profile profile(
      Engine engine, StepProgram step, Set<Capability> needed, Precision precision) {
    engine.require(needed, "the profile of \"" + step.program().name() + "\"");
    Device device = DeviceChoice.choose(engine, config.engineSettings());
    // What another engine computes cannot be measured operator by operator.
    Engine measured = FrozenBaseEngine.training(engine);
    try (Session session = MixedPrecisionSession.of(measured.openSession(device), precision);
        Executable executable = session.compile(step.program())) {
      new ModelVariables(session, model, config.seed()).useSlots(step.slots());
      Map<String, HostArray> inputs = new RandomInputs(config.seed()).of(step, batchSize);
      List<Double> unmeasured = new ArrayList<>();
      for (int i = 0; i < warmUp + steps; i++) {
        long start = System.nanoTime();
        executable.run(inputs);
        if (i >= warmUp) {
          unmeasured.add((System.nanoTime() - start) / 1e6);
        }
      }
      List<ProfiledRun> runs = new ArrayList<>();
      for (int i = 0; i < warmUp + steps; i++) {
        ProfiledRun run = executable.profile(inputs);
        if (i >= warmUp) {
          runs.add(run);
        }
      }
      Collections.sort(unmeasured);
      MiddleRuns middle = MiddleRuns.of(runs, new LayerPaths(model)::named);
      return new Profile(
          engine.name(),
          engine.version(),
          device,
          precision,
          step.program().name(),
          batchSize,
          steps,
          middle.milliseconds(),
          (unmeasured.get((steps - 1) / 2) + unmeasured.get(steps / 2)) / 2,
          middle.operators());
    }
  }
}
