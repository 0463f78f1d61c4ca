package dev.espalier.model;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.error.NearestNames;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Shape;
import dev.espalier.graph.Tensor;
import dev.espalier.graph.Variable;
import dev.espalier.layer.CallContext;
import dev.espalier.layer.Layer;
import dev.espalier.layer.LayerOutput;
import dev.espalier.layer.MultiOutputLayer;
import dev.espalier.layer.NamedLayer;
import dev.espalier.layer.Phase;
import dev.espalier.layer.Trace;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Layers connected from inputs to outputs without a cycle, together with which of them are
 * trainable and the values of their variables as far as they are known. Immutable and thread-safe:
 * freezing layers or setting weights returns a new model. A model is itself a layer, with as many
 * outputs as it has, and can be nested in another.
 *
 * <p>The layers are in Keras' order: those furthest from the output first.
 */
public final class Model implements MultiOutputLayer {
  private final String name;
  private final boolean sequential;
  private final List<LayerOutput> inputs;
  private final List<LayerOutput> outputs;
  private final List<LayerOutput> nodes;
  private final List<String> classNames;
  private final InferenceSettings inferenceSettings;
  private final List<Variable> variables;

  private Model(
      String name,
      boolean sequential,
      List<LayerOutput> inputs,
      List<LayerOutput> outputs,
      List<LayerOutput> nodes,
      List<String> classNames,
      InferenceSettings inferenceSettings) {
    this.name = name;
    this.sequential = sequential;
    this.inputs = List.copyOf(inputs);
    this.outputs = List.copyOf(outputs);
    this.nodes = List.copyOf(nodes);
    this.classNames = List.copyOf(classNames);
    this.inferenceSettings = inferenceSettings;
    this.variables = traceAlone(Phase.INFERENCE).variables();
  }

  /** Copies a model with other settings. Its layers are not traced again. */
  private Model(
      Model model, String name, List<String> classNames, InferenceSettings inferenceSettings) {
    this.name = name;
    this.sequential = model.sequential;
    this.inputs = model.inputs;
    this.outputs = model.outputs;
    this.nodes = model.nodes;
    this.classNames = List.copyOf(classNames);
    this.inferenceSettings = inferenceSettings;
    this.variables = model.variables;
  }

  /** Returns the model from one input to one output. */
  public static Model of(LayerOutput input, LayerOutput output) {
    return of(List.of(input), List.of(output));
  }

  /**
   * Returns the model from inputs to outputs. Layers without a name get one from their type, such
   * as {@code conv2d}, {@code conv2d_1}.
   *
   * @throws EspalierException {@link ErrorCode#INVALID_MODEL} if an output depends on an input that
   *     is not listed, a listed input is not used, or two layers have one name
   */
  public static Model of(List<LayerOutput> inputs, List<LayerOutput> outputs) {
    return ModelAssembly.assemble("functional", false, inputs, outputs);
  }

  static Model ofAssembled(
      String name,
      boolean sequential,
      List<LayerOutput> inputs,
      List<LayerOutput> outputs,
      List<LayerOutput> nodes) {
    return new Model(
        name, sequential, inputs, outputs, nodes, List.of(), InferenceSettings.defaults());
  }

  /** Returns whether this is a {@link Sequential}, which Keras shows without its input layer. */
  boolean isSequential() {
    return sequential;
  }

  /** Returns this model under another name. */
  public Model withName(String newName) {
    NamedLayer.checkName(newName);
    return new Model(this, newName, classNames, inferenceSettings);
  }

  /** Returns the name, such as {@code efficientnetb0}. */
  public String name() {
    return name;
  }

  /** Returns the inputs. */
  public List<LayerOutput> inputs() {
    return inputs;
  }

  /** Returns the only input. */
  public LayerOutput input() {
    return only(inputs, "inputs");
  }

  /** Returns the outputs. */
  public List<LayerOutput> outputs() {
    return outputs;
  }

  /** Returns the only output, to build another model on. */
  public LayerOutput output() {
    return only(outputs, "outputs");
  }

  private LayerOutput only(List<LayerOutput> list, String what) {
    if (list.size() != 1) {
      throw new EspalierException(
          ErrorCode.INVALID_MODEL,
          "The model \"" + name + "\" has " + list.size() + " " + what + ".",
          "Use " + what + "() and choose.");
    }
    return list.get(0);
  }

  /**
   * Returns the layers of this model itself in order, as they are connected: of each use of a layer
   * the first output.
   */
  public List<LayerOutput> nodes() {
    return nodes;
  }

  /** Returns the layers of this model itself in order; a nested model is one of them. */
  public List<ModelLayer> layers() {
    return ModelLayer.of(this, "", true, false);
  }

  /** Returns all layers, those inside nested models too, after the nested model itself. */
  public List<ModelLayer> allLayers() {
    return ModelLayer.of(this, "", true, true);
  }

  /**
   * Returns the layer of a name; {@code outer/inner} for one inside a nested model.
   *
   * @throws EspalierException {@link ErrorCode#UNKNOWN_LAYER} listing the nearest names
   */
  public ModelLayer layer(String path) {
    List<ModelLayer> all = allLayers();
    return all.stream()
        .filter(layer -> layer.path().equals(path))
        .findFirst()
        .orElseThrow(
            () ->
                NearestNames.unknown(
                    ErrorCode.UNKNOWN_LAYER,
                    "layer",
                    path,
                    all.stream().map(ModelLayer::path).toList()));
  }

  /**
   * Returns the names of the classes in the order of the output's elements, or an empty list if
   * they are not known. Training sets the names from its data set, and a model file stores them; a
   * model that is assembled from layers of another one starts without names.
   */
  public List<String> classNames() {
    return classNames;
  }

  /**
   * Returns this model with the names of its classes.
   *
   * @param names one for each element of the output, two for an output of one element that tells
   *     two classes apart, or none
   * @throws EspalierException {@link ErrorCode#INVALID_ARGUMENT} if their number does not fit the
   *     output
   */
  public Model withClassNames(List<String> names) {
    if (!fitsOutput(names)) {
      throw new EspalierException(
          ErrorCode.INVALID_ARGUMENT,
          names.size() + " class names do not fit the output " + outputs.get(0).shape() + ".",
          "Give one name per class, or none.");
    }
    return names.equals(classNames) ? this : new Model(this, name, names, inferenceSettings);
  }

  /**
   * Returns how images become answers, apart from the layers. Training sets it, and a model file
   * stores it; a model that is cut from another one or grafted onto it keeps {@link
   * InferenceSettings#ofInput}.
   */
  public InferenceSettings inferenceSettings() {
    return inferenceSettings;
  }

  /** Returns this model with other settings of inference. */
  public Model withInferenceSettings(InferenceSettings settings) {
    return settings.equals(inferenceSettings) ? this : new Model(this, name, classNames, settings);
  }

  /** Returns whether the number of class names fits the output; an empty list always does. */
  public boolean fitsOutput(List<String> names) {
    if (names.isEmpty()) {
      return true;
    }
    Shape shape = outputs.get(0).shape();
    if (outputs.size() != 1 || shape.rank() < 2) {
      return false;
    }
    int elements = shape.size(-1);
    return elements == names.size() || (elements == 1 && names.size() == 2);
  }

  /** Returns all variables in the order of the layers. */
  public List<Variable> variables() {
    return variables;
  }

  /** Returns the number of elements of all variables. */
  public long parameterCount() {
    return count(variable -> true);
  }

  /** Returns the number of elements of all trainable variables. */
  public long trainableParameterCount() {
    return count(Variable::trainable);
  }

  private long count(Predicate<Variable> which) {
    return variables.stream().filter(which).mapToLong(v -> v.shape().elementCount()).sum();
  }

  /**
   * Adds the computation of this model to a trace.
   *
   * @param tensors a value of its type for each input
   * @return a value for each output
   */
  public List<Tensor> trace(Trace trace, List<Tensor> tensors) {
    return trace(trace, "", tensors);
  }

  /**
   * Adds the computation of this model to a trace, beside that of other models.
   *
   * @param prefix stands before the names of the model's variables; empty for none
   * @param tensors a value of its type for each input
   * @return a value for each output
   */
  public List<Tensor> trace(Trace trace, String prefix, List<Tensor> tensors) {
    return trace(trace.context(prefix, true), tensors, new HashMap<>());
  }

  /**
   * Adds the computation of this model to a trace and also returns what each layer of {@link
   * #nodes()} gives, by each of its outputs.
   */
  public Map<LayerOutput, Tensor> traceAll(Trace trace, List<Tensor> tensors) {
    Map<LayerOutput, Tensor> values = new HashMap<>();
    trace(trace.context("", true), tensors, values);
    return values;
  }

  private List<Tensor> trace(
      CallContext context, List<Tensor> tensors, Map<LayerOutput, Tensor> values) {
    ModelAssembly.checkInputs(this, tensors);
    for (int i = 0; i < inputs.size(); i++) {
      values.put(inputs.get(i), tensors.get(i));
    }
    for (LayerOutput node : nodes) {
      if (!values.containsKey(node)) {
        String nodeName = nameOf(node);
        CallContext child = context.child(nodeName, node.trainable());
        Tensor[] arguments = node.inputs().stream().map(values::get).toArray(Tensor[]::new);
        List<Tensor> results =
            context
                .ops()
                .within(
                    child.path() + " (" + node.layer().typeName() + ")",
                    () -> node.layer().callAll(child, arguments));
        ModelAssembly.checkOutputs(child.path(), node, results);
        for (int i = 0; i < results.size(); i++) {
          values.put(node.outputs().get(i), results.get(i));
        }
      }
    }
    return outputs.stream().map(values::get).toList();
  }

  private Trace traceAlone(Phase phase) {
    Ops ops = new Ops();
    Trace trace = new Trace(ops, phase);
    List<Tensor> tensors = new ArrayList<>();
    for (int i = 0; i < inputs.size(); i++) {
      tensors.add(ops.input("input" + i, inputs.get(i).type()));
    }
    trace(trace, tensors);
    return trace;
  }

  @Override
  public List<Tensor> callAll(CallContext context, Tensor... tensors) {
    return trace(context, List.of(tensors), new HashMap<>());
  }

  @Override
  public String typeName() {
    return sequential ? "Sequential" : "Functional";
  }

  static String nameOf(LayerOutput node) {
    String nodeName = node.name();
    if (nodeName == null) {
      throw new IllegalStateException("a layer of an assembled model has no name");
    }
    return nodeName;
  }

  // ---- freezing

  /** Returns this model with every layer frozen. */
  public Model freeze() {
    return withTrainable(layer -> true, false);
  }

  /** Returns this model with all layers trainable. */
  public Model unfreeze() {
    return withTrainable(layer -> true, true);
  }

  /**
   * Returns this model with the layers of a name or pattern frozen: no gradient, no optimizer slot,
   * batch normalization in inference mode with a fixed running mean and variance.
   *
   * @param pattern a path such as {@code block1a_dwconv} or {@code base/stem_conv}; {@code *}
   *     stands for any characters, {@code ?} for one
   * @throws EspalierException {@link ErrorCode#UNKNOWN_LAYER} if it matches no layer
   */
  public Model freeze(String pattern) {
    return withTrainable(LayerPattern.matching(this, pattern), false);
  }

  /**
   * Returns this model with the layers of a name or pattern trainable; see {@link #freeze(String)}.
   */
  public Model unfreeze(String pattern) {
    return withTrainable(LayerPattern.matching(this, pattern), true);
  }

  /** Returns this model with all layers of a type frozen. */
  public Model freezeType(Class<? extends Layer> type) {
    return withTrainable(layer -> type.isInstance(layer.layer()), false);
  }

  /** Returns this model with all layers of a type trainable. */
  public Model unfreezeType(Class<? extends Layer> type) {
    return withTrainable(layer -> type.isInstance(layer.layer()), true);
  }

  /**
   * Returns this model with every layer from a block on trainable and those before unchanged. A
   * block is a run of layers whose names have the same prefix before the first underscore, such as
   * {@code block6a_expand_conv} to {@code block6a_project_bn}; a layer that was named automatically
   * is a block of its own. Given a layer inside a block, it starts with the first layer of that
   * block, so that no block is cut in two.
   *
   * @param blockOrLayer such as {@code block6a}
   */
  public Model unfreezeFrom(String blockOrLayer) {
    Set<String> from = LayerPattern.fromBlock(this, blockOrLayer);
    return withTrainable(layer -> from.contains(layer.path()), true);
  }

  /**
   * Returns this model with every layer from exactly this one on trainable, even inside a block.
   */
  public Model unfreezeFromLayer(String path) {
    Set<String> from = LayerPattern.fromLayer(this, path);
    return withTrainable(layer -> from.contains(layer.path()), true);
  }

  /**
   * Returns this model with the chosen layers trainable or frozen, others unchanged. Frozen is what
   * {@code trainable = False} is in Keras: no gradients, optimizer slots or weight decay; batch
   * normalization uses its running mean and variance and keeps them; dropout stays active.
   */
  public Model withTrainable(Predicate<? super ModelLayer> which, boolean trainable) {
    return ModelEditing.withTrainable(this, which, trainable);
  }

  // ---- surgery

  /**
   * Returns this model with a layer replaced by another one, everywhere it is applied, with the
   * same connections. Shapes after it are inferred again; all other layers keep their weights and
   * trainable flags, and the model its class names if they still fit. The new layer is trainable
   * (unless a nested model around it is frozen) and starts without weights; it keeps the name of
   * the old one, unless it has one itself. A layer object that this model has elsewhere shares its
   * variables.
   *
   * @param path a name, or {@code outer/inner} inside a nested model, as in the methods below
   * @throws EspalierException {@link ErrorCode#UNKNOWN_LAYER} if there is no such layer; {@link
   *     ErrorCode#SHAPE_MISMATCH} or {@link ErrorCode#WEIGHT_SHAPE_MISMATCH} naming the layer that
   *     does not fit any more; {@link ErrorCode#INVALID_MODEL} for an input
   */
  public Model replaceLayer(String path, Layer replacement) {
    return ModelSurgery.replaceLayer(this, path, replacement);
  }

  /**
   * Returns this model with a layer changed, such as {@code changeLayer("drop", Dropout.class, old
   * -> Dropout.of(0.5))}. In contrast to {@link #replaceLayer}, the layer keeps its trainable flag
   * and its weights, unless one of them has another shape now: then all of its weights are reset.
   *
   * @throws EspalierException as {@link #replaceLayer}; {@link ErrorCode#INVALID_ARGUMENT} if the
   *     layer is not of that type
   */
  public <L extends Layer> Model changeLayer(
      String path, Class<L> type, Function<? super L, ? extends Layer> change) {
    return ModelSurgery.changeLayer(this, path, type, change);
  }

  /**
   * Returns this model without a layer: what it was given goes to the layers after it.
   *
   * @throws EspalierException as {@link #replaceLayer}; {@link ErrorCode#INVALID_MODEL} if the
   *     layer has several inputs or outputs
   */
  public Model removeLayer(String path) {
    return ModelSurgery.removeLayer(this, path);
  }

  /**
   * Returns this model with a layer inserted between a layer and all layers connected to its
   * output.
   *
   * @param path of a layer; for a layer with several outputs the name of an output, such as {@code
   *     split:1}
   */
  public Model insertAfter(String path, Layer layer) {
    return ModelSurgery.insertAfter(this, path, layer);
  }

  /** Returns this model with a layer inserted between a layer and its only input. */
  public Model insertBefore(String path, Layer layer) {
    return ModelSurgery.insertBefore(this, path, layer);
  }

  /** Returns this model with a layer and its weights renamed. */
  public Model renameLayer(String path, String newName) {
    return ModelSurgery.renameLayer(this, path, newName);
  }

  /**
   * Returns the model that ends at a layer, without the layers, inputs and class names that only
   * the old output needed. At a layer inside a nested model, both models end.
   *
   * @param path of a layer, all of whose outputs become those of the model; or the name of one
   *     output of a layer with several, such as {@code split:1}
   */
  public Model cutAt(String path) {
    return cutAt(List.of(path));
  }

  /** Returns the model whose outputs are those of the given layers; see {@link #cutAt(String)}. */
  public Model cutAt(List<String> paths) {
    return ModelSurgery.cutAt(this, paths);
  }

  // ---- weights

  /**
   * Returns this model with the values of all its variables.
   *
   * @throws EspalierException {@link ErrorCode#MISSING_WEIGHTS} or {@link
   *     ErrorCode#WEIGHT_SHAPE_MISMATCH} unless names and shapes agree exactly; all disagreements
   *     are listed
   */
  public Model withWeights(Weights weights) {
    WeightMatch.strict(this, weights);
    return withMatchingWeights(weights);
  }

  /**
   * Returns this model with the values whose name and shape agree with one of its variables; the
   * other variables keep what they have. For a new head on a pretrained base.
   *
   * @throws EspalierException {@link ErrorCode#MISSING_WEIGHTS} if no value agrees with a variable,
   *     unless the model has none
   */
  public Model withMatchingWeights(Weights weights) {
    return ModelEditing.withValues(this, WeightMatch.matching(this, weights));
  }

  /** Returns the values of the variables as far as they are known, in order. */
  public Weights weights() {
    return ModelEditing.values(this);
  }

  // ---- display

  /** Returns the table of layers as Keras 3 prints it, with totals. */
  public String summary() {
    return summary(options -> options);
  }

  /** Returns the table of layers with chosen columns. */
  public String summary(java.util.function.UnaryOperator<SummaryOptions> options) {
    return ModelSummary.print(this, options.apply(SummaryOptions.defaults()));
  }

  @Override
  public String toString() {
    return "Model " + name + ", " + nodes.size() + " layers, " + parameterCount() + " parameters";
  }

  /**
   * Returns this model with each node replaced by one with as many outputs; the mapping is given
   * what its inputs became.
   */
  Model rebuild(BiFunction<LayerOutput, List<LayerOutput>, LayerOutput> mapping) {
    Map<LayerOutput, LayerOutput> replaced = new HashMap<>();
    List<LayerOutput> newNodes = new ArrayList<>();
    for (LayerOutput node : nodes) {
      List<LayerOutput> newInputs = node.inputs().stream().map(replaced::get).toList();
      LayerOutput result = mapping.apply(node, newInputs);
      ModelAssembly.replace(replaced, node, result);
      newNodes.add(result);
    }
    return new Model(
        name,
        sequential,
        inputs.stream().map(replaced::get).toList(),
        outputs.stream().map(replaced::get).toList(),
        newNodes,
        classNames,
        inferenceSettings);
  }
}
