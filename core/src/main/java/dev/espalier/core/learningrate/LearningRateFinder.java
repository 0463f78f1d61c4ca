package dev.espalier.core.learningrate;

import dev.espalier.core.PluginRegistry;
import dev.espalier.core.Trainer;
import dev.espalier.data.Dataset;
import dev.espalier.engine.Engine;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.model.Model;
import dev.espalier.optimizer.Optimizer;
import dev.espalier.training.CacheFeatures;
import dev.espalier.training.FitOptions;
import dev.espalier.training.TrainingConfig;
import java.util.function.Consumer;

/**
 * Finds a learning rate by a range test: trains for some steps while the learning rate grows
 * exponentially, and records the loss. Where it falls fastest is a good learning rate to start
 * from.
 *
 * <pre>{@code
 * LearningRateCurve curve =
 *     LearningRateFinder.of(model, training)
 *         .range(1e-6, 1)
 *         .config(
 *             config ->
 *                 config
 *                     .optimizer(Sgd.of(0.1).momentum(0.9))
 *                     .loss(Losses.categoricalCrossentropy()))
 *         .fit(fit -> fit.batchSize(64))
 *         .run();
 * System.out.println(curve.suggestion());
 * }</pre>
 *
 * <p>The test trains a copy of the model, which is given up afterwards; the model itself and any
 * trainer that has it stay as they are. It uses the optimizer of the configuration with all of its
 * settings but the learning rate, the batch size and the augmentations of the options, and neither
 * their callbacks nor their validation. It ends early when the smoothed loss is four times its
 * minimum, or not finite.
 *
 * <p>Immutable and thread-safe: each method returns another finder.
 */
public final class LearningRateFinder {
  private static final int LEAST_STEPS = 10;

  private final Model model;
  private final Dataset training;
  private final TrainingConfig config;
  private final FitOptions options;
  private final Range range;

  /**
   * What is tested.
   *
   * @param smoothing weight of the past in the moving average
   */
  private record Range(double lowest, double highest, int steps, double smoothing) {
    private static final Range DEFAULT = new Range(1e-7, 10, 100, 0.98);

    Range {
      if (!(lowest > 0) || !(highest > lowest) || Double.isInfinite((float) highest)) {
        throw new EspalierException(
            ErrorCode.INVALID_TRAINING_SETTING,
            "Learning rates cannot grow from " + lowest + " to " + highest + ".",
            "Give two numbers above 0, the smaller one first, such as 1e-7 and 10.");
      }
      if (steps < LEAST_STEPS) {
        throw new EspalierException(
            ErrorCode.INVALID_TRAINING_SETTING,
            "A range of learning rates cannot be tested in " + steps + " steps.",
            "Give " + LEAST_STEPS + " steps or more, such as 100.");
      }
      if (!(smoothing >= 0 && smoothing < 1)) {
        throw new EspalierException(
            ErrorCode.INVALID_TRAINING_SETTING,
            "The loss cannot be smoothed by " + smoothing + ".",
            "Give a number from 0, for no smoothing, to below 1.");
      }
    }
  }

  private LearningRateFinder(
      Model model, Dataset training, TrainingConfig config, FitOptions options, Range range) {
    this.model = model;
    this.training = training;
    this.config = config;
    this.options = options;
    this.range = range;
  }

  /**
   * Returns a finder with the default settings of a trainer; optimizer and loss are missing.
   *
   * @param model to train, with its trainable layers
   */
  public static LearningRateFinder of(Model model, Dataset training) {
    return of(model, training, TrainingConfig.defaults(), FitOptions.defaults());
  }

  /** Returns a finder with the settings of a training. */
  public static LearningRateFinder of(
      Model model, Dataset training, TrainingConfig config, FitOptions options) {
    return new LearningRateFinder(model, training, config, options, Range.DEFAULT);
  }

  /** Sets what a trainer is created with, such as optimizer, loss and engine. */
  public LearningRateFinder config(Consumer<? super TrainingConfig.Builder> settings) {
    return new LearningRateFinder(model, training, config.with(settings), options, range);
  }

  /** Sets how to fit, such as batch size and augmentations. */
  public LearningRateFinder fit(Consumer<? super FitOptions.Builder> settings) {
    FitOptions.Builder changed = options.toBuilder();
    settings.accept(changed);
    return new LearningRateFinder(model, training, config, changed.build(), range);
  }

  /**
   * Sets the learning rates of the first and the last step; 1e-7 and 10 by default.
   *
   * @param lowest above 0
   * @param highest above {@code lowest}
   */
  public LearningRateFinder range(double lowest, double highest) {
    return with(new Range(lowest, highest, range.steps(), range.smoothing()));
  }

  /**
   * Sets the number of updates of the weights, 10 or more; 100 by default. A data set with fewer
   * batches is repeated.
   */
  public LearningRateFinder steps(int count) {
    return with(new Range(range.lowest(), range.highest(), count, range.smoothing()));
  }

  /**
   * Sets the weight of the past in the moving average of the loss, at least 0 and below 1; 0.98 by
   * default.
   */
  public LearningRateFinder smoothing(double weight) {
    return with(new Range(range.lowest(), range.highest(), range.steps(), weight));
  }

  private LearningRateFinder with(Range changed) {
    return new LearningRateFinder(model, training, config, options, changed);
  }

  /**
   * Runs the test on the engine that is configured, or else chosen automatically, from the plugins
   * on the class path.
   *
   * @throws EspalierException as {@link Trainer#of(Model, TrainingConfig)} and {@link
   *     Trainer#fit(Dataset, FitOptions)}
   */
  public LearningRateCurve run() {
    try (Engine engine = PluginRegistry.discover().openEngine(config.engineSettings())) {
      return run(engine);
    }
  }

  /** Runs the test on an open engine, which the caller closes; see {@link #run()}. */
  public LearningRateCurve run(Engine engine) {
    int stepsPerUpdate = config.step().stepsPerUpdate();
    RangeTest test = new RangeTest(range.steps(), stepsPerUpdate, range.smoothing());
    Optimizer optimizer = config.optimizer();
    TrainingConfig ranged =
        optimizer == null
            ? config // the trainer says that it is missing
            : config.with(
                builder ->
                    builder.optimizer(
                        new RangedOptimizer(
                            optimizer, range.lowest(), range.highest(), range.steps())));
    try (Trainer trainer = Trainer.of(model, ranged, engine)) {
      trainer.fit(
          training,
          options.toBuilder()
              .initialEpoch(0)
              .epochs(epochs(range.steps() * stepsPerUpdate))
              .callbacks(test)
              .validation(null)
              .cacheFeatures(CacheFeatures.OFF)
              .build());
    }
    return test.curve();
  }

  private int epochs(int steps) {
    int perEpoch = Math.max(1, training.size() / options.batchSize());
    return (steps + perEpoch - 1) / perEpoch;
  }
}
