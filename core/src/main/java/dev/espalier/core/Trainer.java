package dev.espalier.core;

import dev.espalier.core.internal.engine.DeviceChoice;
import dev.espalier.core.internal.engine.MixedPrecisionSession;
import dev.espalier.core.internal.engine.PrecisionChoice;
import dev.espalier.core.internal.program.ProgramBuilder;
import dev.espalier.core.internal.replica.ReplicatedSession;
import dev.espalier.core.internal.training.EvaluationLoop;
import dev.espalier.core.internal.training.FitLoop;
import dev.espalier.core.internal.training.OutputLoop;
import dev.espalier.core.internal.training.RemoteTraining;
import dev.espalier.core.internal.training.TrainerSession;
import dev.espalier.data.Dataset;
import dev.espalier.data.Datasets;
import dev.espalier.data.Image;
import dev.espalier.data.Sample;
import dev.espalier.engine.Device;
import dev.espalier.engine.Engine;
import dev.espalier.engine.Precision;
import dev.espalier.engine.Session;
import dev.espalier.graph.HostArray;
import dev.espalier.metric.Evaluation;
import dev.espalier.model.Model;
import dev.espalier.model.Weights;
import dev.espalier.optimizer.Optimizer;
import dev.espalier.stability.Incubating;
import dev.espalier.training.CacheFeatures;
import dev.espalier.training.EvaluationOptions;
import dev.espalier.training.FitOptions;
import dev.espalier.training.History;
import dev.espalier.training.TrainingConfig;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Trains, evaluates and runs a model on an engine. A trainer keeps the weights on the device until
 * it is closed; {@link #model()} and {@link #weights()} copy them to the host.
 *
 * <p>{@code fit} may be called repeatedly and continues where the previous call ended: weights,
 * slots, learning rate and the position in the sequence of random numbers are kept.
 *
 * <p>With a {@linkplain dev.espalier.engine.Strategy#mirrored(String...) mirrored} strategy, a
 * replica of the model is kept on each of several devices, and training, evaluation and prediction
 * divide each batch among them.
 *
 * <p>A trainer can be used by only one thread at a time: a call while another thread uses it fails
 * with {@code TRAINER_IN_USE}. Several trainers can run in several threads, also on one engine if
 * it supports more than one session. Callbacks may call their trainer. Any thread may call {@link
 * #close} and {@link #config} at any time.
 *
 * <p>Interrupting the thread ends {@code fit}, {@code evaluate}, {@code predict} and {@code
 * featurize} after the current step with {@code INTERRUPTED}; the weights are those after that
 * step, and the interrupt flag remains set.
 */
public final class Trainer implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Trainer.class);

  private final TrainerSession session;
  private final Engine engine;
  private final boolean ownsEngine;
  private final @Nullable RemoteTraining remote;

  private Trainer(
      Model model,
      TrainingConfig config,
      Engine engine,
      boolean ownsEngine,
      @Nullable RemoteTraining remote) {
    ProgramBuilder.inputSize(model); // rejects a model without image input before a device is used
    engine.require(config.requiredCapabilities(), "the trainer's configuration");
    List<Device> devices = DeviceChoice.chooseAll(engine, config.engineSettings());
    Precision precision = PrecisionChoice.choose(config.precision(), engine, devices);
    this.engine = engine;
    this.ownsEngine = ownsEngine;
    this.remote = remote;
    Session opened =
        ReplicatedSession.open(
            engine, devices, session -> MixedPrecisionSession.of(session, precision));
    try {
      TrainingConfig resolved = config.with(settings -> settings.precision(precision));
      this.session = new TrainerSession(engine, opened, model, resolved);
    } catch (RuntimeException e) {
      opened.close();
      throw e;
    }
    log.info(
        "{} runs on {} {} ({})",
        model.name(),
        engine.name(),
        engine.version(),
        devices.stream().map(Device::toString).collect(Collectors.joining(", ")));
  }

  /**
   * Returns a trainer on an engine from the plugins on the class path, which {@link #close} closes.
   *
   * @param model the model to train, evaluate or run
   * @param settings configures the trainer
   * @throws dev.espalier.error.EspalierException {@code UNKNOWN_NAME}, {@code ENGINE_UNAVAILABLE}
   *     or {@code UNKNOWN_DEVICE} if the engine or device does not exist or cannot be used; {@code
   *     UNSUPPORTED_CAPABILITY} if the engine lacks a required capability, cannot compute in the
   *     {@linkplain dev.espalier.engine.Precision precision}, or cannot hold several sessions and a
   *     {@linkplain dev.espalier.engine.Strategy strategy} needs them
   */
  public static Trainer of(Model model, Consumer<? super TrainingConfig.Builder> settings) {
    return of(model, TrainingConfig.of(settings));
  }

  /**
   * Returns a trainer on an engine from the plugins on the class path; see {@link #of(Model,
   * Consumer)}.
   */
  public static Trainer of(Model model, TrainingConfig config) {
    return of(model, config, PluginRegistry.discover());
  }

  /** Returns a trainer on an engine from a registry; see {@link #of(Model, Consumer)}. */
  public static Trainer of(Model model, TrainingConfig config, PluginRegistry registry) {
    Engine engine = registry.openEngine(config.engineSettings());
    try {
      return new Trainer(model, config, engine, true, null);
    } catch (RuntimeException e) {
      engine.close();
      throw e;
    }
  }

  /**
   * Returns a trainer on an open engine, which the caller closes after the trainer. Of the engine's
   * settings, only the devices are used.
   */
  public static Trainer of(Model model, TrainingConfig config, Engine engine) {
    return new Trainer(model, config, engine, false, null);
  }

  /**
   * Returns a trainer whose training steps and validations are computed elsewhere; it evaluates and
   * predicts on its own engine.
   *
   * @param engine an open engine, which the caller closes after the trainer
   * @param remote such as {@link dev.espalier.core.distributed.ClusterTraining}
   * @throws dev.espalier.error.EspalierException as {@link #of(Model, Consumer)}; {@code
   *     INVALID_TRAINING_SETTING} if several devices or a precision of 16 bits are set
   */
  @Incubating
  public static Trainer of(
      Model model, TrainingConfig config, Engine engine, RemoteTraining remote) {
    remote.require(config);
    TrainingConfig exact = config.with(settings -> settings.precision(Precision.FLOAT32));
    return new Trainer(model, exact, engine, false, remote);
  }

  /** Trains for one epoch with the default {@link FitOptions}. */
  public History fit(Dataset dataset) {
    return fit(dataset, FitOptions.defaults());
  }

  /**
   * Trains, with one block of settings or several applied in turn; see {@link #fit(Dataset,
   * FitOptions)}.
   *
   * <pre>{@code
   * trainer.fit(train, fit -> fit.epochs(10).validation(validation));
   * }</pre>
   */
  @SafeVarargs
  public final History fit(Dataset dataset, Consumer<? super FitOptions.Builder>... settings) {
    return fit(
        dataset,
        FitOptions.of(
            builder -> {
              for (Consumer<? super FitOptions.Builder> block : settings) {
                block.accept(builder);
              }
            }));
  }

  /**
   * Trains. The model gets its class names from the first data set, unless it has them from its
   * file; labels of later data sets, including validation data, are matched by name.
   *
   * @param dataset the training data
   * @param options epochs, batch size, validation, callbacks, augmentations and more
   * @return loss and metrics of each epoch
   * @throws dev.espalier.error.EspalierException {@code INVALID_TRAINING_SETTING} if there is no
   *     loss, no optimizer or no trainable weight, or if loss, metrics or the last layer do not fit
   *     the targets; {@code EMPTY_DATASET}, {@code LABEL_OUT_OF_RANGE}, {@code CLASS_MISMATCH} or
   *     {@code INVALID_IMAGE} for invalid data; {@code UNSUPPORTED_CAPABILITY}, before the first
   *     step, if the engine cannot train; {@code CALLBACK_FAILED} if a callback fails or monitors a
   *     metric that is not in the logs; {@code INTERRUPTED} if the thread is interrupted
   */
  public History fit(Dataset dataset, FitOptions options) {
    return remote == null
        ? fitHere(dataset, options)
        : session.use().during("fit", () -> remote.fit(session, dataset, options));
  }

  private History fitHere(Dataset dataset, FitOptions options) {
    return session
        .use()
        .during("fit", () -> new FitLoop(session, dataset, options, ModelFile::description).run());
  }

  /**
   * Trains the layers after one layer on its outputs, which were computed before; see {@link
   * #fitHead(Features, FitOptions)}.
   *
   * <pre>{@code
   * Model model =
   *     Graft.onto(base.cutAt("avg_pool")).frozen().dense(classes, Activation.SOFTMAX).build();
   * try (Trainer trainer = Trainer.of(model, config)) {
   *   trainer.fitHead(features, fit -> fit.epochs(20));
   *   return trainer.model(); // the base with the trained head
   * }
   * }</pre>
   */
  @SafeVarargs
  public final History fitHead(
      Features features, Consumer<? super FitOptions.Builder>... settings) {
    return fitHead(
        features,
        FitOptions.of(
            builder -> {
              for (Consumer<? super FitOptions.Builder> block : settings) {
                block.accept(builder);
              }
            }));
  }

  /**
   * Trains the layers after one layer on its outputs, which were computed before. The model is that
   * of the whole: a frozen base and its head, of which the weights of the head change. The result
   * is that of {@link #fit(Dataset, FitOptions)} without augmentations on the images of the
   * features, except that layers of the base that are random in training, such as stochastic depth,
   * are not.
   *
   * @param features of the last layer of the base, in inference
   * @param options epochs, batch size, callbacks and more; a validation runs on images, through all
   *     layers
   * @return loss and metrics of each epoch
   * @throws dev.espalier.error.EspalierException as {@link #fit(Dataset, FitOptions)}; {@code
   *     UNKNOWN_LAYER} if the model itself has no such layer; {@code SHAPE_MISMATCH} if the layer
   *     gives another number of features; {@code INVALID_TRAINING_SETTING} if layers up to that one
   *     are trainable, or with augmentations; {@code INVALID_MODEL} if the head takes more of the
   *     base than the output of that layer; {@code CLOSED} if the features are closed
   */
  public History fitHead(Features features, FitOptions options) {
    FitOptions cached = options.toBuilder().cacheFeatures(CacheFeatures.OFF).build();
    return fitHere(features.dataset(), cached);
  }

  /**
   * Trains the layers after one layer on its outputs, and validates on outputs of that layer, too;
   * see {@link #fitHead(Features, FitOptions)}.
   *
   * @param validation other features of the same layer, used instead of {@code
   *     options.validation()}
   */
  public History fitHead(Features features, Features validation, FitOptions options) {
    return fitHead(features, options.toBuilder().validation(validation.dataset()).build());
  }

  /**
   * Computes loss and metrics of a data set. If model and data set have class names, labels are
   * matched by name: the data set may have the classes in another order, or only some of them. The
   * metrics are then computed over its samples; predicting a class that does not occur counts as an
   * error.
   *
   * @throws dev.espalier.error.EspalierException {@code CLASS_MISMATCH} if the data set has a class
   *     that the model does not know; {@code INVALID_TRAINING_SETTING} if the trainer has no loss
   */
  public Evaluation evaluate(Dataset dataset) {
    return evaluate(dataset, EvaluationOptions.defaults());
  }

  /** Computes loss and metrics of a data set; see {@link #evaluate(Dataset)}. */
  @SafeVarargs
  public final Evaluation evaluate(
      Dataset dataset, Consumer<? super EvaluationOptions.Builder>... settings) {
    return evaluate(
        dataset,
        EvaluationOptions.of(
            builder -> {
              for (Consumer<? super EvaluationOptions.Builder> block : settings) {
                block.accept(builder);
              }
            }));
  }

  /** Computes loss and metrics of a data set; see {@link #evaluate(Dataset)}. */
  public Evaluation evaluate(Dataset dataset, EvaluationOptions options) {
    return session
        .use()
        .during("evaluate", () -> new EvaluationLoop(session).evaluate(dataset, options));
  }

  /**
   * Predicts all samples of a data set, without using its labels: the scores of classes, or all
   * outputs of a model with several.
   */
  public Predictions predict(Dataset dataset) {
    return predict(dataset, EvaluationOptions.defaults());
  }

  /** Predicts all samples of a data set; see {@link #predict(Dataset)}. */
  @SafeVarargs
  public final Predictions predict(
      Dataset dataset, Consumer<? super EvaluationOptions.Builder>... settings) {
    return predict(
        dataset,
        EvaluationOptions.of(
            builder -> {
              for (Consumer<? super EvaluationOptions.Builder> block : settings) {
                block.accept(builder);
              }
            }));
  }

  /** Predicts all samples of a data set; see {@link #predict(Dataset)}. */
  public Predictions predict(Dataset dataset, EvaluationOptions options) {
    List<String> known = session.classNames();
    return new Predictions(
        session.use().during("predict", () -> new OutputLoop(session).outputs(dataset, options)),
        known.isEmpty() ? dataset.classNames() : known);
  }

  /** Predicts images; see {@link #predict(Dataset)}. */
  public Predictions predict(List<Image> images) {
    return predict(images, EvaluationOptions.defaults());
  }

  /** Predicts images; see {@link #predict(Dataset)}. */
  @SafeVarargs
  public final Predictions predict(
      List<Image> images, Consumer<? super EvaluationOptions.Builder>... settings) {
    return predict(
        images,
        EvaluationOptions.of(
            builder -> {
              for (Consumer<? super EvaluationOptions.Builder> block : settings) {
                block.accept(builder);
              }
            }));
  }

  /** Predicts images; see {@link #predict(Dataset)}. */
  public Predictions predict(List<Image> images, EvaluationOptions options) {
    return predict(
        Datasets.of(
            "images", List.of(), images.stream().map(image -> new Sample(image, 0)).toList()),
        options);
  }

  /**
   * Computes the output of a model with one output for each sample, float32 {@code [samples, ...]}.
   */
  public HostArray featurize(Dataset dataset, EvaluationOptions options) {
    return session
        .use()
        .during("featurize", () -> new OutputLoop(session).output(dataset, options));
  }

  /**
   * Computes the output of a layer for each sample, float32 {@code [samples, ...]}.
   *
   * @param dataset the samples
   * @param layer name of a layer of the model itself, such as {@code avg_pool}; for a layer with
   *     several outputs the name of an output, such as {@code split:1}
   * @param options batch size and more
   * @throws dev.espalier.error.EspalierException {@code UNKNOWN_LAYER} if the model has no such
   *     layer, {@code INVALID_MODEL} if the layer has several outputs and none is named
   */
  public HostArray featurize(Dataset dataset, String layer, EvaluationOptions options) {
    return session
        .use()
        .during("featurize", () -> new OutputLoop(session).features(dataset, options, layer));
  }

  /** Returns the model with its current weights and, if known, the names of its classes. */
  public Model model() {
    return session.use().during("model", session::model);
  }

  /** Returns a copy of all variables of the model. */
  public Weights weights() {
    return session.use().during("weights", session::weights);
  }

  /**
   * Replaces the values of all variables of the model. The optimizer's slots are kept.
   *
   * @throws dev.espalier.error.EspalierException {@code MISSING_WEIGHTS} or {@code
   *     WEIGHT_SHAPE_MISMATCH} unless names and shapes agree exactly
   */
  public void setWeights(Weights weights) {
    session.use().during("setWeights", () -> session.setWeights(weights));
  }

  /**
   * Changes which layers are trainable, for example {@code model -> model.unfreezeFrom("block6a")}.
   * Freezing layers before the trainer is created has the same effect. Slots of weights that stay
   * trainable are kept; those of others are reset.
   *
   * @param change receives {@link #model()} and returns a model with the same variables; weights
   *     that it changes are applied
   * @throws dev.espalier.error.EspalierException {@code INVALID_TRAINING_SETTING} if the variables
   *     differ
   */
  public void changeModel(UnaryOperator<Model> change) {
    session.use().during("changeModel", () -> session.changeModel(change));
  }

  /** Replaces the optimizer, with its own learning rate; slots and step counts start over. */
  public void changeOptimizer(Optimizer optimizer) {
    session.use().during("changeOptimizer", () -> session.changeOptimizer(optimizer));
  }

  /** Returns the configuration with the current optimizer. Any thread may call it. */
  public TrainingConfig config() {
    return session.config();
  }

  /** Returns the slots of the optimizer by name, such as {@code dense/kernel/momentum}. */
  public Weights optimizerSlots() {
    return session.use().during("optimizerSlots", session::slots);
  }

  /**
   * Releases the device. Closing twice has no effect. If another thread is in a call, closing waits
   * for its current step only; that call then fails with {@code CLOSED}.
   */
  @Override
  public void close() {
    session.close();
    if (ownsEngine) {
      engine.close();
    }
  }
}
