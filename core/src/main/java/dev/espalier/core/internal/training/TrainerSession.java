package dev.espalier.core.internal.training;

import dev.espalier.callback.BatchObservation;
import dev.espalier.core.internal.data.FeatureDataset;
import dev.espalier.core.internal.engine.CompiledStep;
import dev.espalier.core.internal.engine.CompiledSteps;
import dev.espalier.core.internal.engine.ModelVariables;
import dev.espalier.core.internal.file.Checkpoint;
import dev.espalier.core.internal.program.Feeds;
import dev.espalier.core.internal.program.ImageSize;
import dev.espalier.core.internal.program.OutputTask;
import dev.espalier.core.internal.program.ProgramBuilder;
import dev.espalier.core.internal.program.SampleInput;
import dev.espalier.core.internal.program.StepProgram;
import dev.espalier.data.Dataset;
import dev.espalier.data.Target;
import dev.espalier.engine.Engine;
import dev.espalier.engine.Session;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Size2d;
import dev.espalier.graph.TensorType;
import dev.espalier.graph.Variable;
import dev.espalier.model.InferenceSettings;
import dev.espalier.model.Model;
import dev.espalier.model.ModelLayer;
import dev.espalier.model.Weights;
import dev.espalier.optimizer.Optimizer;
import dev.espalier.random.RandomKey;
import dev.espalier.training.OutputObjective;
import dev.espalier.training.TrainingConfig;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A model on a device with the state of its training: weights, slots, learning rate, epoch and step
 * counters, and compiled programs. {@link #use} restricts it to one thread at a time; any thread
 * may close it.
 */
public final class TrainerSession implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(TrainerSession.class);

  private final ExclusiveUse use = new ExclusiveUse();
  private final Session session;
  private final ModelVariables variables;
  private final CompiledSteps steps;
  private final AtomicBoolean closed = new AtomicBoolean();
  private volatile TrainingConfig config;
  private Model model;
  private @Nullable LearningRate learningRate;
  private int stepsPerEpoch = 1;
  private boolean warnedOfDescription;
  private boolean warnedOfRandomLayers;
  private long epochsTrained;
  private long stepsTrained;
  private long changes;

  /** Loads a model onto a device. */
  public TrainerSession(Engine engine, Session session, Model model, TrainingConfig config) {
    this.session = session;
    this.model = model;
    this.config = config;
    this.variables = new ModelVariables(session, model, config.seed());
    this.steps = new CompiledSteps(engine, session);
    this.learningRate =
        config.optimizer() == null
            ? null
            : new LearningRate(config.optimizer(), stepsPerEpoch, config.step().stepsPerUpdate());
  }

  /** Returns the guard against use by several threads. */
  public ExclusiveUse use() {
    return use;
  }

  /** Returns the configuration with the current optimizer. */
  public TrainingConfig config() {
    return config;
  }

  /** Returns the class names in the order of the outputs, empty while they are unknown. */
  public List<String> classNames() {
    return model.classNames();
  }

  /**
   * Returns a data set whose labels are in the order of the model's outputs, matched by name if
   * both have class names.
   *
   * @throws EspalierException {@link ErrorCode#CLASS_MISMATCH} if its classes differ
   */
  Dataset matchClasses(Dataset dataset) {
    return matched(dataset, classNames());
  }

  /** Does the same for validation data, given the matched training data. */
  Dataset matchClasses(Dataset validation, Dataset training) {
    return matched(validation, training.classNames());
  }

  private static Dataset matched(Dataset dataset, List<String> known) {
    return known.isEmpty() || dataset.classNames().isEmpty()
        ? dataset
        : FeatureDataset.matchClasses(dataset, known);
  }

  /** Takes the class names of the training data, unless the model has names. */
  void learnClassNames(Dataset training) {
    List<String> names = training.classNames();
    if (classNames().isEmpty() && model.fitsOutput(names)) {
      model = model.withClassNames(names);
    }
  }

  /** Notes the size of the training images, so that the model is given such images unchanged. */
  void learnImageSize(Size2d fed) {
    model = model.withInferenceSettings(model.inferenceSettings().withImageSize(fed));
  }

  /** Returns the model without the trained values. */
  Model structure() {
    return model;
  }

  /** Returns the model with the current weights. */
  public Model model() {
    return model.withMatchingWeights(weights());
  }

  /** Returns a copy of all variables of the model. */
  public Weights weights() {
    requireOpen();
    return variables.read();
  }

  /**
   * Replaces the values of all variables of the model.
   *
   * @throws EspalierException if names and shapes are not exactly those of the model
   */
  public void setWeights(Weights weights) {
    requireOpen();
    model.withWeights(weights); // checks
    variables.write(weights);
    changes++;
  }

  /** Changes which layers are trainable, or weights; the variables must stay the same. */
  public void changeModel(UnaryOperator<Model> change) {
    requireOpen();
    Model current = model();
    Model changed = change.apply(current);
    variables.requireSame(changed);
    Map<String, HostArray> other = new LinkedHashMap<>();
    Weights before = current.weights();
    changed
        .weights()
        .asMap()
        .forEach(
            (name, array) -> {
              if (!before.contains(name) || !array.equals(before.get(name))) {
                other.put(name, array);
              }
            });
    variables.write(Weights.of(other));
    changes++;
    if (!flags(changed).equals(flags(model))) {
      steps.forgetTraining();
    }
    // The change may have rebuilt the model; its outputs still mean the same classes.
    Model named =
        changed.classNames().isEmpty() ? changed.withClassNames(model.classNames()) : changed;
    model =
        changed.inferenceSettings().equals(InferenceSettings.defaults())
            ? named.withInferenceSettings(model.inferenceSettings())
            : named;
  }

  private static List<Boolean> flags(Model model) {
    return model.allLayers().stream().map(ModelLayer::trainable).toList();
  }

  /** Continues with another optimizer, whose state is new. */
  public void changeOptimizer(Optimizer optimizer) {
    requireOpen();
    config = config.with(builder -> builder.optimizer(optimizer));
    learningRate = new LearningRate(optimizer, stepsPerEpoch, config.step().stepsPerUpdate());
    steps.forgetTraining();
    variables.forgetSlots();
    changes++;
  }

  /**
   * Checks that the model can be saved, before hours of training are lost because it cannot.
   *
   * @param saving whether it will be saved during the training
   * @throws EspalierException if it will be saved but cannot be; otherwise logs one warning
   */
  void requireDescribable(ModelDescription description, boolean saving) {
    try {
      description.metadata(model);
    } catch (EspalierException e) {
      if (saving) {
        throw e;
      }
      if (!warnedOfDescription) {
        warnedOfDescription = true;
        log.warn(
            "{} Training continues; its weights can be saved without the model.", e.getMessage());
      }
    }
  }

  /** Sets the number of steps per epoch of the fit that starts. */
  void fitBegins(int steps) {
    stepsPerEpoch = steps;
    learningRate().epochsHave(steps);
  }

  LearningRate learningRate() {
    if (learningRate == null) {
      throw missing("optimizer", "optimizer(Sgd.of(0.01))");
    }
    return learningRate;
  }

  Optimizer optimizer() {
    if (config.optimizer() == null) {
      throw missing("optimizer", "optimizer(Sgd.of(0.01))");
    }
    return config.optimizer();
  }

  /**
   * Returns the tasks of all outputs with a loss.
   *
   * @param mixed whether targets are class probabilities
   */
  List<OutputTask> tasks(Target target, boolean mixed) {
    Map<String, OutputObjective> objectives = config.objectives();
    if (objectives.isEmpty()) {
      throw missing("loss", "loss(Losses.categoricalCrossentropy())");
    }
    return OutputTask.of(model, objectives, target, mixed);
  }

  private static EspalierException missing(String what, String setting) {
    return new EspalierException(
        ErrorCode.INVALID_TRAINING_SETTING,
        "The trainer has no " + what + ".",
        "Set one when you create it: config." + setting + ".");
  }

  /**
   * Returns the training step for samples; compiled once while trainable flags do not change.
   *
   * @param observed what callbacks observe of each batch
   */
  CompiledStep trainStep(SampleInput input, List<OutputTask> tasks, BatchObservation observed) {
    requireOpen();
    optimizer();
    return steps.training(
        List.of(input, fed(tasks), observed.gradients()),
        () -> {
          warnOfRandomFrozenLayers();
          return tracedTrainStep(input, tasks, observed);
        });
  }

  /** Returns the training step without compiling it; its slots become the current ones. */
  StepProgram tracedTrainStep(
      SampleInput input, List<OutputTask> tasks, BatchObservation observed) {
    requireOpen();
    StepProgram step =
        new ProgramBuilder(model, input)
            .train(
                tasks,
                config.step(),
                optimizer(),
                config.gradientClipping(),
                config.learningRateMultipliers(),
                config.precision(),
                observed::wantsGradient);
    variables.useSlots(step.slots());
    return step;
  }

  /**
   * Returns a part of a step compiled, for as long as trainable flags and the optimizer do not
   * change.
   */
  CompiledStep compiled(StepProgram part) {
    requireOpen();
    warnOfRandomFrozenLayers();
    return steps.training(new Object(), () -> part);
  }

  /** Releases a part of a step that is not needed any more. */
  void forget(CompiledStep part) {
    if (!closed.get()) {
      steps.forget(part);
    }
  }

  /** Returns a number that changes when compiled training steps become invalid. */
  long programGeneration() {
    return steps.generation();
  }

  /** Returns a hash code of the values of variables. */
  long hash(Set<Variable> which) {
    requireOpen();
    long hash = 0;
    for (Variable variable : which) {
      // A sum does not depend on the order of the set.
      hash += 31L * variable.name().hashCode() * session.read(variable).hashCode();
    }
    return hash;
  }

  /** Returns the key that distinguishes programs by their targets. */
  private static List<List<Object>> fed(List<OutputTask> tasks) {
    return tasks.stream().map(task -> List.<Object>of(task.feed(), task.label())).toList();
  }

  private void warnOfRandomFrozenLayers() {
    if (stepsTrained > 0 || warnedOfRandomLayers) {
      return; // they may have been trained before they were frozen
    }
    warnedOfRandomLayers = true;
    Set<String> drawn = variables.drawn();
    List<String> kernels =
        model.variables().stream()
            .filter(variable -> variable.role() == Variable.Role.WEIGHT && !variable.trainable())
            .filter(variable -> variable.shape().rank() > 1 && drawn.contains(variable.name()))
            .map(Variable::name)
            .toList();
    if (!kernels.isEmpty()) {
      log.warn(
          "{} of \"{}\" are frozen at random initial values, such as {}: a model on top"
              + " of them can hardly be trained. Give the model pretrained weights, or"
              + " unfreeze these layers.",
          kernels.size() == 1
              ? "The weights of 1 layer"
              : "Weights of " + kernels.size() + " layers",
          model.name(),
          kernels.get(0));
    }
  }

  /** Returns the step that computes loss and metrics. */
  CompiledStep evaluateStep(SampleInput input, List<OutputTask> tasks) {
    requireOpen();
    return steps.inference(
        List.of("evaluate", input, fed(tasks)), () -> tracedEvaluateStep(input, tasks));
  }

  /** Returns the step that computes loss and metrics without compiling it. */
  StepProgram tracedEvaluateStep(SampleInput input, List<OutputTask> tasks) {
    return new ProgramBuilder(model, input).evaluate(tasks);
  }

  /**
   * Returns the step that computes the model's output, or that of one of its layers.
   *
   * @param layer the name of the layer, or null for the model
   */
  CompiledStep outputStep(ImageSize size, @Nullable String layer) {
    requireOpen();
    ProgramBuilder builder = new ProgramBuilder(model, size);
    return layer == null
        ? steps.inference(List.of("predict", size), builder::predict)
        : steps.inference(List.of("features", layer, size), () -> builder.features(layer));
  }

  /** Returns the slots of the optimizer by name, empty before its first step. */
  public Weights slots() {
    requireOpen();
    Map<String, HostArray> values = new LinkedHashMap<>();
    variables.slots().forEach(slot -> values.put(slot.name(), session.read(slot)));
    return Weights.of(values);
  }

  /** Returns the types of {@link #slots()}, in the same order; reads nothing from the device. */
  Map<String, TensorType> slotTypes() {
    Map<String, TensorType> types = new LinkedHashMap<>();
    variables.slots().forEach(slot -> types.put(slot.name(), slot.type()));
    return types;
  }

  /** Restores weights, slots, learning rate and counters from a matching checkpoint. */
  void restore(Checkpoint checkpoint) {
    setWeights(checkpoint.weights());
    variables.writeSlots(checkpoint.slots());
    learningRate().restore(checkpoint.learningRate());
    epochsTrained = checkpoint.epochsTrained();
    stepsTrained = checkpoint.stepsTrained();
  }

  /** Returns where the training is. */
  SessionState state() {
    return new SessionState(epochsTrained, stepsTrained, learningRate().toCheckpoint(), changes);
  }

  /** Restores where the training of another session with the same weights and slots is. */
  void restoreState(SessionState state) {
    learningRate().restore(state.learningRate());
    epochsTrained = state.epochsTrained();
    stepsTrained = state.stepsTrained();
  }

  /** Takes weights and slots that the steps of another session have computed. */
  void continueWith(Weights weights, Weights slots) {
    requireOpen();
    variables.write(weights);
    variables.writeSlots(slots);
  }

  /** Returns the learning rates of the next step, by feed name. */
  Map<String, HostArray> learningRates(StepProgram step) {
    Map<String, HostArray> rates = new LinkedHashMap<>();
    rates.put(Feeds.LEARNING_RATE, HostArray.scalar(learningRate().next()));
    step.rates()
        .forEach(
            (name, schedule) -> rates.put(name, HostArray.scalar(learningRate().of(schedule))));
    return rates;
  }

  /** Returns the value of a variable of the model. */
  HostArray variable(String name) {
    requireOpen();
    return variables.read(name);
  }

  /** Returns the number of classes of the output whose targets are labels, or 0. */
  int labelCount(List<OutputTask> tasks) {
    return tasks.stream()
        .filter(task -> task.target().isOfLabels())
        .mapToInt(OutputTask::classes)
        .min()
        .orElse(0);
  }

  RandomKey randomness() {
    return RandomKey.ofSeed(config.seed());
  }

  /** Returns the total number of epochs. */
  public long epochsTrained() {
    return epochsTrained;
  }

  void epochTrained() {
    epochsTrained++;
  }

  long stepsTrained() {
    return stepsTrained;
  }

  void stepTrained() {
    stepsTrained++;
    learningRate().stepped();
  }

  /** Returns the number of changes to weights or slots other than by steps. */
  long changes() {
    return changes;
  }

  /**
   * Checks that this session is open.
   *
   * @throws EspalierException {@link ErrorCode#CLOSED}
   */
  void requireOpen() {
    use.requireOpen();
  }

  /** Releases the device. Waits for the current step of another thread, whose call then fails. */
  @Override
  public void close() {
    boolean inUse = use.close();
    if (closed.compareAndSet(false, true)) {
      if (!inUse) {
        steps.close(); // otherwise the session does it
      }
      session.close();
    }
  }
}
