package dev.espalier.core.internal.program;

import dev.espalier.engine.Precision;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.error.NearestNames;
import dev.espalier.graph.DataType;
import dev.espalier.graph.Node;
import dev.espalier.graph.Op;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Program;
import dev.espalier.graph.Shape;
import dev.espalier.graph.Tensor;
import dev.espalier.graph.TensorType;
import dev.espalier.layer.LayerOutput;
import dev.espalier.layer.Phase;
import dev.espalier.model.Model;
import dev.espalier.optimizer.GradientClipping;
import dev.espalier.optimizer.Optimizer;
import dev.espalier.training.LearningRateMultipliers;
import dev.espalier.training.ModelOutputs;
import dev.espalier.training.Step;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Builds the programs of a model. Images are fed as bytes of one size, converted to float32 in the
 * graph and, if the model takes another size, resized there (bilinear, like Keras' Resizing).
 * Immutable.
 */
public final class ProgramBuilder {
  private final Model model;
  private final ImageSize images;
  private final @Nullable LayerOutput features;

  /**
   * Prepares to build programs that are fed images of one size, or the output of a layer.
   *
   * @throws EspalierException {@code UNKNOWN_LAYER} if the model itself has no such layer; {@code
   *     INVALID_MODEL} if the layer has several outputs and none is named; {@code INVALID_IMAGE} if
   *     the model takes other channels
   */
  public ProgramBuilder(Model model, SampleInput input) {
    ImageSize wanted = inputSize(model);
    this.model = model;
    this.images = input instanceof ImageSize size ? size : wanted;
    this.features = input instanceof LayerFeatures given ? find(model, given.layer()) : null;
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

  /**
   * Returns the size of the images that a model takes.
   *
   * @throws EspalierException {@code INVALID_MODEL} if it has no image input
   */
  public static ImageSize inputSize(Model model) {
    return ModelInputs.of(model).imageSize();
  }

  /**
   * Returns the training step, which updates weights, slots, and running means and variances.
   *
   * @param tasks inputs, targets and objective of each output
   * @param multipliers of the optimizer's learning rate, by layer
   * @param precision of the computation; with float16 the loss is scaled
   * @param observed selects the trainable variables whose gradients are returned to the host
   * @throws EspalierException {@code INVALID_TRAINING_SETTING} if there is nothing to train
   */
  public StepProgram train(
      List<OutputTask> tasks,
      Step step,
      Optimizer optimizer,
      GradientClipping clipping,
      LearningRateMultipliers multipliers,
      Precision precision,
      Predicate<String> observed) {
    StepTrace trace =
        new StepTrace(
            model,
            images,
            new FedLayer(features),
            tasks,
            Phase.TRAINING,
            optimizer,
            clipping,
            multipliers.of(model));
    if (precision == Precision.FLOAT16) {
      trace.scaleLoss();
    }
    step.trace(trace);
    trace
        .gradients()
        .forEach(
            (variable, gradient) -> {
              if (observed.test(variable)) {
                trace.output(Feeds.gradient(variable), gradient);
              }
            });
    return trace.toProgram("train");
  }

  /** Returns the step that computes losses and metrics. */
  public StepProgram evaluate(List<OutputTask> tasks) {
    StepTrace trace = inference(tasks);
    ModelOutputs outputs = trace.forward();
    trace.report(outputs, trace.losses(outputs));
    return trace.toProgram("evaluate");
  }

  /** Returns the step that computes the outputs of the model, in order. */
  public StepProgram predict() {
    StepTrace trace = inference(List.of());
    Map<String, Tensor> outputs = trace.forward().byName();
    outputs.forEach(
        (name, output) ->
            trace.output(outputs.size() == 1 ? Feeds.OUTPUT : Feeds.OUTPUT + "/" + name, output));
    return trace.toProgram("predict");
  }

  private StepTrace inference(List<OutputTask> tasks) {
    return new StepTrace(
        model,
        images,
        new FedLayer(features),
        tasks,
        Phase.INFERENCE,
        null,
        GradientClipping.none(),
        Map.of());
  }

  /** Returns whether an output is computed by a softmax or log-softmax. */
  public boolean endsInSoftmax(LayerOutput output) {
    StepTrace trace = inference(List.of());
    Tensor value = trace.layer(output);
    trace.output(Feeds.OUTPUT, value);
    Program program = trace.toProgram("predict").program();
    Node last = program.graph().producer(program.outputs().get(0).tensor());
    return last != null && (last.op() instanceof Op.Softmax || last.op() instanceof Op.LogSoftmax);
  }

  /**
   * Returns the step that computes the output of a layer of the model.
   *
   * @param layerName name of a layer, or of one output of a layer with several
   * @throws EspalierException {@code UNKNOWN_LAYER} if the model itself has no such layer; {@code
   *     INVALID_MODEL} if the layer has several outputs and none is named
   */
  public StepProgram features(String layerName) {
    LayerOutput node = find(model, layerName);
    StepTrace trace = inference(List.of());
    trace.output(Feeds.OUTPUT, trace.layer(node));
    return trace.toProgram("featurize");
  }

  /**
   * Returns the step that computes where a layer sees a class (Grad-CAM, Selvaraju et al., 2017):
   * the feature maps of the layer, each weighted by the mean gradient of the class's logit with
   * respect to it, summed; negative values become 0. The output is float32 {@code [batch, height,
   * width]}.
   *
   * @param layerName name of a layer of the model itself with feature maps
   * @throws EspalierException {@code UNKNOWN_LAYER} if the model itself has no such layer; {@code
   *     INVALID_MODEL} if the layer gives no feature maps, or the output does not depend on it
   */
  public StepProgram activationMap(String layerName) {
    LayerOutput layer = find(model, layerName);
    StepTrace trace = inference(List.of());
    Map<LayerOutput, Tensor> all = trace.layers();
    Tensor maps = Objects.requireNonNull(all.get(layer));
    if (maps.shape().rank() != 4) {
      throw new EspalierException(
          ErrorCode.INVALID_MODEL,
          "The layer \"" + layerName + "\" gives " + maps.type() + ", not feature maps.",
          "Name a layer before the global pooling, such as the last activation.");
    }
    Ops ops = trace.ops();
    Tensor scores = Objects.requireNonNull(all.get(model.output()));
    Tensor logits = ops.logitsOf(scores);
    Tensor label = ops.input(Feeds.LABEL, new TensorType(DataType.INT32, Shape.of(Shape.UNKNOWN)));
    Tensor ofClass = ops.multiply(logits == null ? scores : logits, share(ops, label, scores));
    Tensor gradient = ops.gradients(ops.sum(ofClass, 0, 1), List.of(maps)).get(0);
    Tensor weights = ops.reduce(Op.Reduction.MEAN, gradient, true, 1, 2);
    Tensor map = ops.sum(ops.multiply(maps, weights), 3);
    trace.output(Feeds.OUTPUT, ops.maximum(map, ops.constant(0)));
    return trace.toProgram("activation map");
  }

  /** Returns the sign with which each score speaks for a class. */
  private static Tensor share(Ops ops, Tensor label, Tensor scores) {
    int units = scores.shape().size(-1);
    if (units > 1) {
      return ops.oneHot(label, units);
    }
    // A single output is the score of class 1, and speaks against class 0.
    Tensor one = ops.reshape(ops.cast(label, DataType.FLOAT32), Shape.of(Shape.UNKNOWN, 1));
    return ops.subtract(ops.multiply(one, 2), ops.constant(1));
  }

  /**
   * Returns a layer of a model itself, or one output of a layer with several.
   *
   * @throws EspalierException {@code UNKNOWN_LAYER} if there is none; {@code INVALID_MODEL} if the
   *     layer has several outputs and none is named
   */
  public static LayerOutput find(Model model, String layerName) {
    Map<String, LayerOutput> byName = new LinkedHashMap<>();
    for (LayerOutput node : model.nodes()) {
      requireOneOutput(node, layerName);
      node.outputs().forEach(output -> byName.put(OutputTask.nameOf(output), output));
    }
    LayerOutput node = byName.get(layerName);
    if (node == null) {
      throw NearestNames.unknown(ErrorCode.UNKNOWN_LAYER, "layer", layerName, byName.keySet());
    }
    return node;
  }

  private static void requireOneOutput(LayerOutput node, String layerName) {
    if (node.outputs().size() > 1 && layerName.equals(node.name())) {
      throw new EspalierException(
          ErrorCode.INVALID_MODEL,
          "The layer \"" + layerName + "\" has several outputs: " + node.outputs() + ".",
          "Name one of them, such as \"" + OutputTask.nameOf(node) + "\".");
    }
  }
}
