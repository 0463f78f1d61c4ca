package dev.espalier.core.internal.program;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.error.NearestNames;
import dev.espalier.graph.DataType;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Initializer;
import dev.espalier.graph.Op;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Program;
import dev.espalier.graph.Shape;
import dev.espalier.graph.Tensor;
import dev.espalier.graph.TensorType;
import dev.espalier.graph.Variable;
import dev.espalier.layer.LayerOutput;
import dev.espalier.layer.Phase;
import dev.espalier.layer.RandomInput;
import dev.espalier.layer.Trace;
import dev.espalier.loss.Loss;
import dev.espalier.loss.SampleLosses;
import dev.espalier.metric.Metric;
import dev.espalier.model.Model;
import dev.espalier.model.Weights;
import dev.espalier.optimizer.GradientClipping;
import dev.espalier.optimizer.Optimizer;
import dev.espalier.schedule.LearningRateSchedule;
import dev.espalier.training.ModelOutputs;
import dev.espalier.training.OutputObjective;
import dev.espalier.training.StepContext;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Records the computation of a step while it is traced once. Not thread-safe. */
final class StepTrace implements StepContext {
  private final Ops ops = new Ops();
  private final Model model;
  private final List<OutputTask> tasks;
  private final Phase phase;
  private final @Nullable Optimizer optimizer;
  private final GradientClipping clipping;
  private final Map<String, Double> multipliers;
  private final Trace trace;
  private final Map<String, Tensor> inputs;
  private final Map<String, Trace> others = new LinkedHashMap<>();
  private final Slots slots = new Slots(ops, "step");
  private final List<Variable> optimizerSlots = new ArrayList<>();
  private final List<Variable> trained = new ArrayList<>();
  private final Map<String, Tensor> gradients = new LinkedHashMap<>();
  private final List<Program.Update> updates = new ArrayList<>();
  private final Map<String, LearningRateSchedule> rates = new LinkedHashMap<>();
  private final List<Report> reports = new ArrayList<>();
  private final List<Program.Output> outputs = new ArrayList<>();
  private final Set<String> reported = new HashSet<>();
  private final FedLayer fed;
  private @Nullable LossScaling scaling;

  /**
   * Starts a trace.
   *
   * @param images size of the fed images
   * @param fed layer whose output is fed instead of images, if any
   * @param optimizer updates the weights; null for a step that does not train
   * @param multipliers of the optimizer's learning rate, by the names of variables
   */
  StepTrace(
      Model model,
      ImageSize images,
      FedLayer fed,
      List<OutputTask> tasks,
      Phase phase,
      @Nullable Optimizer optimizer,
      GradientClipping clipping,
      Map<String, Double> multipliers) {
    this.model = model;
    this.fed = fed;
    this.tasks = tasks;
    this.phase = phase;
    this.optimizer = optimizer;
    this.clipping = clipping;
    this.multipliers = multipliers;
    this.trace = new Trace(ops, phase);
    this.inputs = feedInputs(images);
  }

  /** Scales the loss, before gradients are computed. */
  void scaleLoss() {
    scaling = new LossScaling(ops);
  }

  private Map<String, Tensor> feedInputs(ImageSize images) {
    ModelInputs taken = ModelInputs.of(model);
    ImageSize size = taken.imageSize();
    Map<String, Tensor> fed = new LinkedHashMap<>();
    for (LayerOutput input : model.inputs()) {
      String name = OutputTask.nameOf(input);
      fed.put(
          name,
          input == taken.image()
              ? ops.within("image input", () -> images(images, size))
              : ops.input(Feeds.input(name), input.type()));
    }
    return fed;
  }

  private Tensor images(ImageSize images, ImageSize size) {
    Tensor pixels = ops.cast(ops.input(Feeds.IMAGE, images.batchType()), DataType.FLOAT32);
    return images.equals(size)
        ? pixels
        : ops.resize(pixels, size.height(), size.width(), Op.Interpolation.BILINEAR);
  }

  @Override
  public Ops ops() {
    return ops;
  }

  @Override
  public Model model() {
    return model;
  }

  @Override
  public Map<String, Tensor> inputs() {
    return Map.copyOf(inputs);
  }

  @Override
  public Tensor target(String output) {
    for (OutputTask task : tasks) {
      if (OutputTask.nameOf(task.output()).equals(output)) {
        return target(task);
      }
    }
    throw NearestNames.unknown(
        ErrorCode.UNKNOWN_NAME,
        "target for the output",
        output,
        tasks.stream().map(task -> OutputTask.nameOf(task.output())).toList());
  }

  private Tensor target(OutputTask task) {
    return ops.input(task.feed(), task.label());
  }

  @Override
  public Tensor sampleWeight() {
    return ops.input(
        Feeds.SAMPLE_WEIGHT, new TensorType(DataType.FLOAT32, Shape.of(Shape.UNKNOWN)));
  }

  @Override
  public ModelOutputs forward() {
    return forward(Map.of());
  }

  @Override
  public ModelOutputs forward(Map<Variable, Tensor> values) {
    values.forEach(StepTrace::requireType);
    Map<LayerOutput, Tensor> all =
        trace.withValues(values, () -> model.traceAll(trace, List.copyOf(inputs.values())));
    fed.traced(all);
    Map<String, Tensor> byName = new LinkedHashMap<>();
    OutputTask.outputs(model)
        .forEach((name, output) -> byName.put(name, Objects.requireNonNull(all.get(output))));
    return new ModelOutputs(byName, trace.takeLosses());
  }

  private static void requireType(Variable variable, Tensor value) {
    if (!variable.type().equals(value.type())) {
      throw new EspalierException(
          ErrorCode.SHAPE_MISMATCH,
          "The step gives "
              + variable.name()
              + ", which is "
              + variable.type()
              + ", the value "
              + value.type()
              + ".",
          "Give a value of the variable's type.");
    }
  }

  /** Returns the output of a layer of the model. */
  Tensor layer(LayerOutput node) {
    return Objects.requireNonNull(layers().get(node));
  }

  /** Returns what each layer of the model gives. */
  Map<LayerOutput, Tensor> layers() {
    return model.traceAll(trace, List.copyOf(inputs.values()));
  }

  @Override
  public ModelOutputs call(String name, Model other, Phase otherPhase) {
    Weights known = other.weights();
    Trace own =
        others.computeIfAbsent(
            name, key -> new Trace(ops, otherPhase, variable -> kept(variable, key + "/", known)));
    List<Tensor> results =
        ops.within(name, () -> other.trace(own, name, List.copyOf(inputs.values())));
    Map<String, Tensor> byName = new LinkedHashMap<>();
    List<LayerOutput> nodes = other.outputs();
    for (int i = 0; i < nodes.size(); i++) {
      byName.put(OutputTask.nameOf(nodes.get(i)), results.get(i));
    }
    return new ModelOutputs(byName, own.takeLosses());
  }

  /** Returns a variable of another model as state of the step. */
  private static Variable kept(Variable variable, String prefix, Weights known) {
    String inner = variable.name().substring(prefix.length());
    HostArray value = known.contains(inner) ? known.get(inner) : null;
    Initializer initializer =
        value == null ? variable.initializer() : (dataType, shape, random) -> value;
    return new Variable(variable.name(), variable.type(), Variable.Role.SLOT, false, initializer);
  }

  @Override
  public SampleLosses losses(ModelOutputs given) {
    Map<String, Tensor> parts = new LinkedHashMap<>();
    Tensor total = null;
    for (OutputTask task : tasks) {
      OutputObjective objective = task.objective();
      Loss loss = objective.loss();
      Tensor prediction = given.get(OutputTask.nameOf(task.output()));
      Tensor losses =
          ops.within(
              task.logPrefix() + loss.name(),
              () ->
                  ops.multiply(
                      SampleLosses.requirePerSample(
                          loss.name(), loss.call(ops, target(task), prediction)),
                      sampleWeight()));
      if (!task.key().isEmpty()) {
        parts.put(task.logPrefix() + "loss", losses);
      }
      Tensor counted = objective.weight() == 1 ? losses : ops.multiply(losses, objective.weight());
      total = total == null ? counted : ops.add(total, counted);
    }
    if (total == null) {
      throw new EspalierException(
          ErrorCode.INVALID_TRAINING_SETTING,
          "No output of the model \"" + model.name() + "\" has a loss.",
          "Set one: config.loss(Losses.categoricalCrossentropy()).");
    }
    for (Tensor penalty : given.layerLosses()) {
      total = ops.add(total, penalty);
    }
    return new SampleLosses(total, parts);
  }

  @Override
  public void report(ModelOutputs given, SampleLosses losses) {
    report("loss", losses.total());
    losses.parts().forEach(this::report);
    for (OutputTask task : tasks) {
      Tensor prediction = given.get(OutputTask.nameOf(task.output()));
      task.objective()
          .metrics()
          .forEach(metric -> report(task.logPrefix(), metric, target(task), prediction));
    }
  }

  private void report(String prefix, Metric metric, Tensor target, Tensor prediction) {
    metric.logNames().forEach(name -> requireNew(prefix + name));
    List<Tensor> sums =
        ops.within(
            prefix + metric.name(),
            () -> {
              Tensor weight = sampleWeight();
              // As in Keras, sample weights affect only metrics that ask for them.
              Tensor counted =
                  metric.isWeighted()
                      ? weight
                      : ops.cast(
                          ops.compare(Op.Comparison.EQUAL, weight, weight), DataType.FLOAT32);
              return metric.accumulate(ops, target, prediction, counted);
            });
    for (Tensor sum : sums) {
      if (sum.dataType() != DataType.FLOAT32 || !sum.shape().isStatic()) {
        throw new EspalierException(
            ErrorCode.SHAPE_MISMATCH,
            "The metric " + metric.name() + " accumulates " + sum.type() + ".",
            "Accumulate float32 tensors whose shape does not depend on the batch size.");
      }
    }
    add(new Report.OfMetric(prefix, metric, sums.size()), sums);
  }

  @Override
  public void report(String name, Tensor perSample) {
    requireNew(name);
    // Sums rather than means: counts stay exact, and batches of different sizes accumulate to the
    // mean over samples.
    Tensor sum = ops.within(name, () -> ops.sum(SampleLosses.requirePerSample(name, perSample), 0));
    add(new Report.Mean(name), List.of(sum));
  }

  private void requireNew(String name) {
    if (!reported.add(name)) {
      throw new EspalierException(
          ErrorCode.INVALID_TRAINING_SETTING,
          "The step reports \"" + name + "\" twice.",
          "Report losses and metrics once, and give other values unique names.");
    }
  }

  private void add(Report report, List<Tensor> sums) {
    reports.add(report);
    List<String> names = report.outputs();
    for (int i = 0; i < names.size(); i++) {
      outputs.add(new Program.Output(names.get(i), sums.get(i)));
    }
  }

  @Override
  public List<Variable> trainable(Tensor value) {
    Set<Variable> reached = Dependence.variables(ops.toGraph(), value);
    List<Variable> found =
        trace.variables().stream().filter(v -> v.trainable() && reached.contains(v)).toList();
    if (found.isEmpty()) {
      boolean frozen = trace.variables().stream().noneMatch(Variable::trainable);
      throw new EspalierException(
          ErrorCode.INVALID_TRAINING_SETTING,
          "The model \""
              + model.name()
              + "\" has nothing to train: "
              + (frozen
                  ? "all its layers are frozen or have no weights."
                  : "the loss depends on none of its trainable weights."),
          "Unfreeze some layers, for example with model.unfreeze(\"head*\"), or add a layer with"
              + " weights.");
    }
    return found;
  }

  @Override
  public List<Tensor> gradients(Tensor losses, List<Tensor> withRespectTo) {
    return ops.within(
        "gradients",
        () -> {
          Tensor mean = ops.mean(losses, 0);
          return scaling == null
              ? ops.gradients(mean, withRespectTo)
              : scaling.gradients(mean, withRespectTo);
        });
  }

  @Override
  public void update(List<Variable> variables, List<Tensor> changes) {
    update(new Moved("", variables, changes), null);
  }

  @Override
  public void updateWhere(Tensor condition, List<Variable> variables, List<Tensor> changes) {
    if (condition.dataType() != DataType.BOOL || condition.shape().rank() != 0) {
      throw new EspalierException(
          ErrorCode.SHAPE_MISMATCH,
          "The condition of an update is " + condition.type() + ".",
          "Give a boolean scalar, such as a comparison of two scalars.");
    }
    update(new Moved("", variables, changes), condition);
  }

  @Override
  public void update(String name, Optimizer other, List<Variable> variables, List<Tensor> changes) {
    if (rates.putIfAbsent(Feeds.learningRate(name), other.learningRate()) != null) {
      throw new EspalierException(
          ErrorCode.INVALID_TRAINING_SETTING,
          "Two optimizers of the step are named \"" + name + "\".",
          "Give each a unique name.");
    }
    Moved moved = new Moved(name + "/", variables, changes);
    note(moved);
    Tensor rate = ops.input(Feeds.learningRate(name), TensorType.float32());
    add(other, new WeightGroup(ops, rate, Map.of(), moved.prefix(), variables, changes, null));
  }

  /** Weights with their gradients and the prefix of their slots' names. */
  private record Moved(String prefix, List<Variable> variables, List<Tensor> gradients) {}

  private void update(Moved moved, @Nullable Tensor condition) {
    if (optimizer == null) {
      throw new IllegalStateException("a step without an optimizer updates weights");
    }
    note(moved);
    Tensor rate = ops.input(Feeds.LEARNING_RATE, TensorType.float32());
    List<Tensor> clipped = ops.within("gradients", () -> clipping.clip(ops, moved.gradients()));
    add(
        optimizer,
        new WeightGroup(
            ops, rate, multipliers, moved.prefix(), moved.variables(), clipped, condition));
  }

  private void note(Moved moved) {
    List<Variable> variables = moved.variables();
    if (variables.size() != moved.gradients().size()) {
      throw new EspalierException(
          ErrorCode.INVALID_TRAINING_SETTING,
          moved.gradients().size() + " gradients are given for " + variables.size() + " variables.",
          "Give one for each.");
    }
    for (int i = 0; i < variables.size(); i++) {
      Variable variable = variables.get(i);
      Tensor gradient = moved.gradients().get(i);
      requireType(variable, gradient);
      if (gradients.putIfAbsent(variable.name(), gradient) != null) {
        throw new EspalierException(
            ErrorCode.INVALID_TRAINING_SETTING,
            "Two optimizers of the step update " + variable.name() + ".",
            "Let only one of them update it.");
      }
    }
    trained.addAll(variables);
  }

  private void add(Optimizer by, WeightGroup group) {
    by.updateAll(group);
    updates.addAll(group.updates());
    optimizerSlots.addAll(group.slots());
  }

  @Override
  public Tensor slot(String name, TensorType type, Initializer initializer) {
    return slots.read(name, type, initializer);
  }

  @Override
  public void assignSlot(String name, Tensor value) {
    slots.assign(name, value);
  }

  /** Returns a tensor to the host. */
  void output(String name, Tensor value) {
    outputs.add(new Program.Output(name, value));
  }

  /** Returns the gradients passed to the optimizers, by variable name. */
  Map<String, Tensor> gradients() {
    return Collections.unmodifiableMap(gradients);
  }

  /** Returns the traced program. */
  StepProgram toProgram(String name) {
    List<Program.Update> all = new ArrayList<>(trace.updates());
    List<Variable> kept = new ArrayList<>(optimizerSlots);
    List<RandomInput> random = new ArrayList<>(trace.randomInputs());
    List<Program.Update> moving = new ArrayList<>(updates);
    moving.addAll(slots.updates());
    kept.addAll(slots.variables());
    if (scaling == null) {
      all.addAll(moving);
    } else {
      all.addAll(scaling.updates(moving));
      kept.addAll(scaling.slots());
    }
    others
        .values()
        .forEach(
            other -> {
              all.addAll(other.updates());
              kept.addAll(other.variables());
              random.addAll(other.randomInputs());
            });
    requireNamesOfTheirOwn(kept);
    if (phase == Phase.TRAINING && trained.isEmpty()) {
      throw new EspalierException(
          ErrorCode.INVALID_TRAINING_SETTING,
          "The step updates no weights.",
          "Call minimize or update in the step.");
    }
    Program whole = new Program(name, ops.toGraph(), outputs, all);
    return StepProgram.of(fed.rest(whole), random, trained, kept, reports, rates);
  }

  private void requireNamesOfTheirOwn(List<Variable> kept) {
    Map<String, Variable> known = new HashMap<>();
    trace.variables().forEach(variable -> known.put(variable.name(), variable));
    for (Variable variable : kept) {
      if (known.put(variable.name(), variable) != null) {
        throw new EspalierException(
            ErrorCode.INVALID_TRAINING_SETTING,
            "Two variables of the step are named " + variable.name() + ".",
            "Give the optimizers, slots and further models of a step unique names.");
      }
    }
  }
}
