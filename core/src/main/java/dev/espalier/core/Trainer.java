package dev.espalier.core;

import dev.espalier.core.internal.engine.DeviceChoice;
import dev.espalier.core.internal.program.ProgramBuilder;
import dev.espalier.core.internal.training.EvaluationLoop;
import dev.espalier.core.internal.training.FitLoop;
import dev.espalier.core.internal.training.OutputLoop;
import dev.espalier.core.internal.training.TrainerSession;
import dev.espalier.data.Dataset;
import dev.espalier.data.Datasets;
import dev.espalier.data.Image;
import dev.espalier.data.Sample;
import dev.espalier.engine.Device;
import dev.espalier.engine.Engine;
import dev.espalier.engine.Session;
import dev.espalier.graph.HostArray;
import dev.espalier.model.Model;
import dev.espalier.model.Weights;
import dev.espalier.training.Evaluation;
import dev.espalier.training.EvaluationOptions;
import dev.espalier.training.FitOptions;
import dev.espalier.training.History;
import dev.espalier.training.Optimizer;
import dev.espalier.training.TrainingConfig;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Trains, evaluates and runs a model on an engine. It holds the weights on a device until it is
 * closed; {@link #model()} and {@link #weights()} copy them out.
 *
 * <p>{@code fit} may be called again and goes on where the last one ended: weights, slots, learning
 * rate and the position in the sequence of random numbers are kept.
 *
 * <p>A trainer is used by one thread at a time: a call while another thread is in one fails with
 * {@code TRAINER_IN_USE}. Several trainers may run in several threads, on one engine too, if it
 * allows more than one session. Callbacks may call their trainer. Any thread may call {@link
 * #close} and {@link #config} at any time.
 *
 * <p>An interrupt of the thread ends {@code fit}, {@code evaluate}, {@code predict} and {@code
 * featurize} after the step at hand with {@code INTERRUPTED}; the weights are those after that step
 * and the interrupt flag is kept.
 */
public final class Trainer implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Trainer.class);

  private final TrainerSession session;
  private final Engine engine;
  private final boolean ownsEngine;

  private Trainer(Model model, TrainingConfig config, Engine engine, boolean ownsEngine) {
    ProgramBuilder.inputSize(model); // refuses a model that takes no images before a device is used
    engine.require(config.requiredCapabilities(), "the trainer's configuration");
    Device device = DeviceChoice.choose(engine, config.engineSettings());
    this.engine = engine;
    this.ownsEngine = ownsEngine;
    Session opened = engine.openSession(device);
    try {
      this.session = new TrainerSession(engine, opened, model, config);
    } catch (RuntimeException e) {
      opened.close();
      throw e;
    }
    log.info("{} runs on {} {} ({})", model.name(), engine.name(), engine.version(), device);
  }

  /**
   * Returns a trainer with an engine of the plugins on the class path.
   *
   * @throws dev.espalier.error.EspalierException {@code UNKNOWN_NAME}, {@code ENGINE_UNAVAILABLE}
   *     or {@code UNKNOWN_DEVICE} if there is no such engine or device, or it cannot be used here;
   *     {@code UNSUPPORTED_CAPABILITY} if the engine lacks something that the settings require
   */
  public static Trainer of(Model model, Consumer<TrainingConfig.Builder> settings) {
    return of(model, TrainingConfig.of(settings));
  }

  /** Returns a trainer with an engine of the plugins on the class path. */
  public static Trainer of(Model model, TrainingConfig config) {
    return of(model, config, PluginRegistry.discover());
  }

  /** Returns a trainer with an engine of a registry. */
  public static Trainer of(Model model, TrainingConfig config, PluginRegistry registry) {
    Engine engine = registry.openEngine(config.engineSettings());
    try {
      return new Trainer(model, config, engine, true);
    } catch (RuntimeException e) {
      engine.close();
      throw e;
    }
  }

  /**
   * Returns a trainer on an engine that is open already and that the caller closes, after the
   * trainer. Of the settings for the engine only the device is looked at.
   */
  public static Trainer of(Model model, TrainingConfig config, Engine engine) {
    return new Trainer(model, config, engine, false);
  }

  /** Trains for one epoch with the defaults of {@link FitOptions}. */
  public History fit(Dataset dataset) {
    return fit(dataset, FitOptions.defaults());
  }

  /** Trains as the builder is told. */
  public History fit(Dataset dataset, Consumer<FitOptions.Builder> settings) {
    return fit(dataset, FitOptions.of(settings));
  }

  /**
   * Trains. The first data set teaches the model the names of its classes, unless it knows them
   * from its file; labels of later data sets, and of those to validate with, are matched by name.
   *
   * @throws dev.espalier.error.EspalierException {@code INVALID_TRAINING_SETTING} if there is
   *     nothing to train, or no loss or optimizer, or if loss, metrics or the model's last layer
   *     ask for one class where the data is multi-label; {@code EMPTY_DATASET}, {@code
   *     LABEL_OUT_OF_RANGE}, {@code CLASS_MISMATCH}, {@code INVALID_IMAGE} for the data; {@code
   *     UNSUPPORTED_CAPABILITY}, before the first step, if the engine cannot train; {@code
   *     CALLBACK_FAILED} if a callback throws something else, or monitors what the logs do not have
   */
  public History fit(Dataset dataset, FitOptions options) {
    return session
        .use()
        .during("fit", () -> new FitLoop(session, dataset, options, ModelFile::description).run());
  }

  /**
   * Returns loss and metrics of a data set. Where model and data set know the names of their
   * classes, labels are matched by name: the data set may have the classes in another order, or
   * only some of them. The metrics are then those over its samples; an output for a class that does
   * not occur is still an answer that the model may give, wrongly.
   *
   * @throws dev.espalier.error.EspalierException {@code CLASS_MISMATCH} if the data set has a class
   *     that the model does not know
   */
  public Evaluation evaluate(Dataset dataset) {
    return evaluate(dataset, EvaluationOptions.defaults());
  }

  /** Returns loss and metrics of a data set; see {@link #evaluate(Dataset)}. */
  public Evaluation evaluate(Dataset dataset, Consumer<EvaluationOptions.Builder> settings) {
    return evaluate(dataset, EvaluationOptions.of(settings));
  }

  /** Returns loss and metrics of a data set; see {@link #evaluate(Dataset)}. */
  public Evaluation evaluate(Dataset dataset, EvaluationOptions options) {
    return session
        .use()
        .during("evaluate", () -> new EvaluationLoop(session).evaluate(dataset, options));
  }

  /** Returns the scores of all samples of a data set; labels are not looked at. */
  public Predictions predict(Dataset dataset) {
    return predict(dataset, EvaluationOptions.defaults());
  }

  /** Returns the scores of all samples of a data set; labels are not looked at. */
  public Predictions predict(Dataset dataset, Consumer<EvaluationOptions.Builder> settings) {
    return predict(dataset, EvaluationOptions.of(settings));
  }

  /** Returns the scores of all samples of a data set; labels are not looked at. */
  public Predictions predict(Dataset dataset, EvaluationOptions options) {
    List<String> known = session.classNames();
    return new Predictions(
        output("predict", dataset, options, null), known.isEmpty() ? dataset.classNames() : known);
  }

  /** Returns the scores of images. */
  public Predictions predict(List<Image> images) {
    return predict(images, EvaluationOptions.defaults());
  }

  /** Returns the scores of images. */
  public Predictions predict(List<Image> images, Consumer<EvaluationOptions.Builder> settings) {
    return predict(images, EvaluationOptions.of(settings));
  }

  /** Returns the scores of images. */
  public Predictions predict(List<Image> images, EvaluationOptions options) {
    return predict(
        Datasets.of(
            "images", List.of(), images.stream().map(image -> new Sample(image, 0)).toList()),
        options);
  }

  /** Returns what the model gives for each sample, float32 {@code [samples, ...]}. */
  public HostArray featurize(Dataset dataset, EvaluationOptions options) {
    return output("featurize", dataset, options, null);
  }

  /**
   * Returns what a layer of the model gives for each sample, float32 {@code [samples, ...]}.
   *
   * @param layer the name of a layer of the model itself, such as {@code avg_pool}
   */
  public HostArray featurize(Dataset dataset, String layer, EvaluationOptions options) {
    return output("featurize", dataset, options, layer);
  }

  private HostArray output(
      String call, Dataset dataset, EvaluationOptions options, @Nullable String layer) {
    return session.use().during(call, () -> new OutputLoop(session).run(dataset, options, layer));
  }

  /** Returns the model with its weights as they are now and the names of its classes, if known. */
  public Model model() {
    return session.use().during("model", session::model);
  }

  /** Returns a copy of the weights and statistics. */
  public Weights weights() {
    return session.use().during("weights", session::weights);
  }

  /**
   * Gives all weights and statistics other values. The optimizer's slots stay.
   *
   * @throws dev.espalier.error.EspalierException {@code MISSING_WEIGHTS} or {@code
   *     WEIGHT_SHAPE_MISMATCH} unless names and shapes agree exactly
   */
  public void setWeights(Weights weights) {
    session.use().during("setWeights", () -> session.setWeights(weights));
  }

  /**
   * Changes which layers may learn, for example {@code model -> model.unfreezeFrom("block6a")}. It
   * makes no difference whether layers are frozen before the trainer is made or here. Slots of
   * weights that go on learning are kept; those of others start afresh.
   *
   * @param change is given {@link #model()} and returns a model with the same variables; weights
   *     that it changes are taken over
   */
  public void changeModel(UnaryOperator<Model> change) {
    session.use().during("changeModel", () -> session.changeModel(change));
  }

  /** Goes on with another optimizer: its learning rate, no slots, no steps taken. */
  public void changeOptimizer(Optimizer optimizer) {
    session.use().during("changeOptimizer", () -> session.changeOptimizer(optimizer));
  }

  /** Returns the settings, with the optimizer that is used now. Any thread may ask. */
  public TrainingConfig config() {
    return session.config();
  }

  /** Returns what the optimizer keeps, by name, such as {@code dense/kernel/momentum}. */
  public Weights optimizerSlots() {
    return session.use().during("optimizerSlots", session::slots);
  }

  /**
   * Frees the device. Closing twice does nothing. Another thread that is in a call is not waited
   * for but for the step at hand; its call then fails with {@code CLOSED}.
   */
  @Override
  public void close() {
    session.close();
    if (ownsEngine) {
      engine.close();
    }
  }
}
