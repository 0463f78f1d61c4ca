package dev.espalier.core.internal.program;

import dev.espalier.core.internal.passes.Passes;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.error.NearestNames;
import dev.espalier.graph.DataType;
import dev.espalier.graph.Op;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Program;
import dev.espalier.graph.Shape;
import dev.espalier.graph.Tensor;
import dev.espalier.graph.TensorType;
import dev.espalier.graph.Variable;
import dev.espalier.layer.LayerOutput;
import dev.espalier.layer.Phase;
import dev.espalier.layer.Trace;
import dev.espalier.model.Model;
import dev.espalier.training.GradientClipping;
import dev.espalier.training.Loss;
import dev.espalier.training.Metric;
import dev.espalier.training.Optimizer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Builds the programs of a model: images come in as bytes of one size, are converted to float32 in
 * the graph and, if they have another size than the model takes, resized there (bilinear, as Keras'
 * Resizing does). Immutable.
 */
public final class ProgramBuilder {
  /** The type of class indices, one for each sample. */
  public static final TensorType CLASS_INDICES =
      new TensorType(DataType.INT32, Shape.of(Shape.UNKNOWN));

  private final Model model;
  private final ImageSize images;

  /** Prepares to build programs of a model that are fed images of one size. */
  public ProgramBuilder(Model model, ImageSize images) {
    this.model = model;
    this.images = images;
    ImageSize wanted = inputSize(model);
    if (wanted.channels() != images.channels()) {
      throw new EspalierException(
          ErrorCode.INVALID_IMAGE,
          "The images have "
              + images.channels()
              + " channels; the model \""
              + model.name()
              + "\" takes "
              + wanted.channels()
              + ".",
          "Convert the images, or build the model for " + images.channels() + " channels.");
    }
  }

  /** Returns the type of labels that say how much of each class a sample is. */
  public static TensorType classShares(int outputs) {
    return new TensorType(DataType.FLOAT32, Shape.of(Shape.UNKNOWN, outputs));
  }

  /**
   * Returns the size of the images that a model takes.
   *
   * @throws EspalierException {@code INVALID_MODEL} if it takes something else
   */
  public static ImageSize inputSize(Model model) {
    Shape shape = model.input().shape();
    if (shape.rank() != 4) {
      throw new EspalierException(
          ErrorCode.INVALID_MODEL,
          "The model \"" + model.name() + "\" takes " + shape + ", not images.",
          "Start it with Input.image(height, width, channels).");
    }
    return new ImageSize(shape.size(1), shape.size(2), shape.size(3));
  }

  /**
   * Returns the step that trains: forward, loss, gradients of the weights that may learn and that
   * the loss depends on, clipped, updates of weights, slots and running statistics.
   *
   * @param label type of the labels of a batch
   * @throws EspalierException {@code INVALID_TRAINING_SETTING} if there is nothing to train
   */
  public StepProgram train(
      TensorType label,
      Loss loss,
      List<Metric> metrics,
      Optimizer optimizer,
      GradientClipping clipping) {
    Ops ops = new Ops();
    Trace trace = new Trace(ops, Phase.TRAINING);
    Tensor prediction = trace(ops, trace, model.output());
    Tensor target = ops.input(Feeds.LABEL, label);
    Tensor losses = perSample(ops, loss.name(), () -> loss.call(ops, target, prediction));
    List<Program.Output> outputs = figures(ops, losses, metrics, target, prediction);

    Tensor objective = ops.within(loss.name(), () -> ops.mean(losses, 0));
    List<Variable> trained = trained(ops, trace, objective);
    List<Tensor> weights = trained.stream().map(ops::read).toList();
    List<Tensor> gradients =
        ops.within("gradients", () -> clipping.clip(ops, ops.gradients(objective, weights)));
    Tensor learningRate = ops.input(Feeds.LEARNING_RATE, TensorType.float32());
    List<Program.Update> updates = new ArrayList<>(trace.updates());
    List<Variable> slots = new ArrayList<>();
    for (int i = 0; i < trained.size(); i++) {
      WeightUpdate update = new WeightUpdate(ops, trained.get(i), learningRate);
      Tensor weight = weights.get(i);
      Tensor gradient = gradients.get(i);
      ops.within(
          optimizer.name() + " of " + trained.get(i).name(),
          () -> {
            optimizer.update(update, weight, gradient);
            return update;
          });
      updates.addAll(update.updates());
      slots.addAll(update.slots());
    }
    return step("train", ops, trace, outputs, updates, trained, slots);
  }

  private List<Variable> trained(Ops ops, Trace trace, Tensor objective) {
    Set<Variable> reached = Dependence.variables(ops.toGraph(), objective);
    List<Variable> trained =
        trace.variables().stream().filter(v -> v.trainable() && reached.contains(v)).toList();
    if (trained.isEmpty()) {
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
    return trained;
  }

  /** Returns the step that measures loss and metrics. */
  public StepProgram evaluate(TensorType label, Loss loss, List<Metric> metrics) {
    Ops ops = new Ops();
    Trace trace = new Trace(ops, Phase.INFERENCE);
    Tensor prediction = trace(ops, trace, model.output());
    Tensor target = ops.input(Feeds.LABEL, label);
    Tensor losses = perSample(ops, loss.name(), () -> loss.call(ops, target, prediction));
    return inference("evaluate", ops, trace, figures(ops, losses, metrics, target, prediction));
  }

  /** Returns the step that gives the model's output. */
  public StepProgram predict() {
    Ops ops = new Ops();
    Trace trace = new Trace(ops, Phase.INFERENCE);
    Tensor prediction = trace(ops, trace, model.output());
    return inference("predict", ops, trace, List.of(new Program.Output(Feeds.OUTPUT, prediction)));
  }

  /** Returns whether a softmax, or its logarithm, is the last that the model computes. */
  public boolean endsInSoftmax() {
    Program program = predict().program();
    Tensor output = program.outputs().get(0).tensor();
    return program.graph().nodes().stream()
        .filter(node -> node.outputs().contains(output))
        .anyMatch(node -> node.op() instanceof Op.Softmax || node.op() instanceof Op.LogSoftmax);
  }

  /**
   * Returns the step that gives the output of a layer of the model.
   *
   * @throws EspalierException {@code UNKNOWN_LAYER} if the model has no layer of that name itself
   */
  public StepProgram features(String layerName) {
    Map<String, LayerOutput> byName = new LinkedHashMap<>();
    model.nodes().forEach(node -> byName.put(Objects.requireNonNull(node.name()), node));
    LayerOutput node = byName.get(layerName);
    if (node == null) {
      throw NearestNames.unknown(ErrorCode.UNKNOWN_LAYER, "layer", layerName, byName.keySet());
    }
    Ops ops = new Ops();
    Trace trace = new Trace(ops, Phase.INFERENCE);
    Tensor features = trace(ops, trace, node);
    return inference("featurize", ops, trace, List.of(new Program.Output(Feeds.OUTPUT, features)));
  }

  private Tensor trace(Ops ops, Trace trace, LayerOutput wanted) {
    ImageSize size = inputSize(model);
    Tensor sample =
        ops.within(
            "image input",
            () -> {
              Tensor pixels =
                  ops.cast(ops.input(Feeds.IMAGE, images.batchType()), DataType.FLOAT32);
              return images.equals(size)
                  ? pixels
                  : ops.resize(pixels, size.height(), size.width(), Op.Interpolation.BILINEAR);
            });
    return Objects.requireNonNull(model.traceAll(trace, List.of(sample)).get(wanted));
  }

  private List<Program.Output> figures(
      Ops ops, Tensor losses, List<Metric> metrics, Tensor target, Tensor prediction) {
    List<Program.Output> outputs = new ArrayList<>();
    // Sums, not means: a whole number of hits stays a whole number, and batches of different sizes
    // add up to the mean over samples.
    outputs.add(new Program.Output(Feeds.LOSS, ops.within("loss", () -> ops.sum(losses, 0))));
    for (Metric metric : metrics) {
      Tensor values = perSample(ops, metric.name(), () -> metric.call(ops, target, prediction));
      outputs.add(
          new Program.Output(
              Feeds.metric(metric.name()), ops.within(metric.name(), () -> ops.sum(values, 0))));
    }
    return outputs;
  }

  private static Tensor perSample(
      Ops ops, String name, java.util.function.Supplier<Tensor> figure) {
    Tensor values = ops.within(name, figure);
    if (values.dataType() != DataType.FLOAT32 || values.shape().rank() != 1) {
      throw new EspalierException(
          ErrorCode.SHAPE_MISMATCH,
          "\"" + name + "\" gives " + values.type() + " instead of a number for each sample.",
          "Average over all axes but the first.");
    }
    return values;
  }

  private StepProgram inference(String name, Ops ops, Trace trace, List<Program.Output> outputs) {
    return step(name, ops, trace, outputs, List.of(), List.of(), List.of());
  }

  private static StepProgram step(
      String name,
      Ops ops,
      Trace trace,
      List<Program.Output> outputs,
      List<Program.Update> updates,
      List<Variable> trained,
      List<Variable> slots) {
    Program program = Passes.simplify(new Program(name, ops.toGraph(), outputs, updates));
    Set<String> fed = program.inputs().keySet();
    return new StepProgram(
        program,
        trace.randomInputs().stream().filter(random -> fed.contains(random.name())).toList(),
        trained,
        slots);
  }
}
