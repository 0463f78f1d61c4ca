package dev.espalier.model;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Tensor;
import dev.espalier.graph.TensorType;
import dev.espalier.graph.Variable;
import dev.espalier.layer.Input;
import dev.espalier.layer.Layer;
import dev.espalier.layer.LayerOutput;
import dev.espalier.layer.NamedLayer;
import dev.espalier.layer.Phase;
import dev.espalier.layer.Trace;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Makes models that differ from another in their layers or connections. An instance changes one
 * layer, everywhere it is applied, and infers the shapes after it again. For one use.
 */
final class ModelSurgery {
  private final Model model;
  private final String prefix;
  private final LayerOutput target;
  // What others are connected to instead of a layer of the old model.
  private final Map<LayerOutput, LayerOutput> connections = new HashMap<>();
  private final Map<LayerOutput, LayerOutput> renamedInputs = new HashMap<>();

  private ModelSurgery(Model model, String prefix, LayerOutput target) {
    this.model = model;
    this.prefix = prefix;
    this.target = target;
  }

  static Model replaceLayer(Model model, String path, Layer replacement) {
    return at(model, path, surgery -> surgery.replace(replacement));
  }

  static <L extends Layer> Model changeLayer(
      Model model, String path, Class<L> type, Function<? super L, ? extends Layer> change) {
    return at(model, path, surgery -> surgery.change(type, change));
  }

  static Model removeLayer(Model model, String path) {
    return at(model, path, ModelSurgery::remove);
  }

  static Model insertAfter(Model model, String path, Layer layer) {
    OutputPath output = OutputPath.of(model, path);
    return at(model, output.layer(), surgery -> surgery.insertAfter(output, layer));
  }

  static Model insertBefore(Model model, String path, Layer layer) {
    return at(model, path, surgery -> surgery.insertBefore(layer));
  }

  static Model renameLayer(Model model, String path, String newName) {
    NamedLayer.checkName(newName);
    return at(model, path, surgery -> surgery.rename(newName));
  }

  static Model cutAt(Model model, List<String> paths) {
    if (paths.isEmpty()) {
      throw new EspalierException(
          ErrorCode.INVALID_ARGUMENT,
          "There is no layer to cut the model \"" + model.name() + "\" at.",
          "Name at least one.");
    }
    if (paths.size() == 1) {
      OutputPath output = OutputPath.of(model, paths.get(0));
      return cutAt(model, "", output.layer(), output);
    }
    return cut(model, paths.stream().flatMap(path -> outermost(model, path).stream()).toList());
  }

  // ---- finding the layer

  private static Model at(Model model, String path, Function<ModelSurgery, Model> operation) {
    model.layer(path);
    return at(model, "", path, operation);
  }

  private static Model at(
      Model model, String prefix, String path, Function<ModelSurgery, Model> operation) {
    ModelSurgery surgery = new ModelSurgery(model, prefix, first(model, path));
    String name = Model.nameOf(surgery.target);
    if (name.equals(path) || !(surgery.target.plainLayer() instanceof Model nested)) {
      return operation.apply(surgery);
    }
    Model changed = at(nested, prefix + name + "/", path.substring(name.length() + 1), operation);
    return changed == nested ? model : surgery.withNested(changed);
  }

  /** Returns the first use of the layer of a path, or of the nested model that the path is in. */
  private static LayerOutput first(Model model, String path) {
    return model.nodes().stream()
        .filter(
            node ->
                path.equals(Model.nameOf(node))
                    || (node.plainLayer() instanceof Model
                        && path.startsWith(Model.nameOf(node) + "/")))
        .findFirst()
        .orElseGet(() -> model.layer(path).output());
  }

  private boolean isTarget(LayerOutput node) {
    return node.layer() == target.layer();
  }

  private String path() {
    return prefix + Model.nameOf(target);
  }

  // ---- operations

  private Model replace(Layer replacement) {
    refuseInput("replaced", "Build the model on another input.");
    LayerOutput known = known(replacement);
    String name = replacement instanceof NamedLayer named ? named.name() : Model.nameOf(target);
    return rebuilt(
        (node, inputs) -> {
          LayerOutput output = placed(replacement, inputs);
          return (known != null && !isTarget(known)
                  ? shared(known, output)
                  : output.rebuild(replacement, name, inputs, true, Map.of()))
              .outputs();
        });
  }

  private <L extends Layer> Model change(
      Class<L> type, Function<? super L, ? extends Layer> change) {
    refuseInput("changed", "Build the model on another input.");
    Layer old = target.plainLayer();
    if (!type.isInstance(old)) {
      throw new EspalierException(
          ErrorCode.INVALID_ARGUMENT,
          "The layer \""
              + path()
              + "\" is of the type "
              + old.getClass().getSimpleName()
              + ", not "
              + type.getSimpleName()
              + ".",
          "Give its type, or use replaceLayer.");
    }
    Layer changed = change.apply(type.cast(old));
    if (changed == old) {
      return model;
    }
    String name = changed instanceof NamedLayer named ? named.name() : Model.nameOf(target);
    return rebuilt(
        (node, inputs) ->
            placed(changed, inputs)
                .rebuild(changed, name, inputs, node.trainable(), fitting(node, changed, inputs))
                .outputs());
  }

  private Model remove() {
    refuseInput("removed", "Build the model on another input.");
    if (target.outputs().size() > 1) {
      throw new EspalierException(
          ErrorCode.INVALID_MODEL,
          "The layer \"" + path() + "\" has several outputs: " + target.outputs() + ".",
          "Replace it instead.");
    }
    return rebuilt((node, inputs) -> List.of(onlyInput(node, inputs, "Replace it instead.")));
  }

  private Model insertAfter(OutputPath output, Layer layer) {
    int index = output.only(target);
    return rebuilt(
        (node, inputs) -> {
          List<LayerOutput> outputs = new ArrayList<>(kept(node, inputs).outputs());
          outputs.set(index, inserted(layer, outputs.get(index)));
          return outputs;
        });
  }

  private Model insertBefore(Layer layer) {
    if (target.plainLayer() instanceof Input) {
      throw new EspalierException(
          ErrorCode.INVALID_MODEL,
          "No layer can be inserted before the input \"" + path() + "\".",
          "Use insertAfter.");
    }
    return rebuilt(
        (node, inputs) -> {
          LayerOutput input =
              onlyInput(node, inputs, "Use insertAfter with one of the layers before it.");
          return kept(node, List.of(inserted(layer, input))).outputs();
        });
  }

  private Model rename(String newName) {
    if (newName.equals(Model.nameOf(target))) {
      return model;
    }
    if (model.nodes().stream().anyMatch(node -> newName.equals(node.name()))) {
      throw new EspalierException(
          ErrorCode.INVALID_MODEL,
          "The layer \""
              + path()
              + "\" cannot be renamed: there is a layer \""
              + prefix
              + newName
              + "\" already.",
          "Choose another name, or rename that layer first.");
    }
    Layer renamed = target.plainLayer().named(newName);
    return rebuilt(
        (node, inputs) -> {
          LayerOutput output =
              node.rebuild(renamed, newName, inputs, node.trainable(), node.values());
          renamedInputs.put(node, output);
          return output.outputs();
        });
  }

  private Model withNested(Model changed) {
    Layer layer = asNamedAs(target, changed);
    return rebuilt(
        (node, inputs) ->
            connected(layer, inputs, path())
                .rebuild(layer, Model.nameOf(node), inputs, node.trainable(), node.values())
                .outputs());
  }

  private static Layer asNamedAs(LayerOutput node, Model changed) {
    return node.layer() == node.plainLayer() ? changed : changed.named(Model.nameOf(node));
  }

  // ---- cutting

  private static Model cutAt(Model model, String prefix, String path, OutputPath output) {
    LayerOutput node = appliedOnce(model, prefix, first(model, path));
    String name = Model.nameOf(node);
    if (name.equals(path) || !(node.plainLayer() instanceof Model nested)) {
      return cut(model, output.of(node));
    }
    Model changed = cutAt(nested, prefix + name + "/", path.substring(name.length() + 1), output);
    if (changed == nested) {
      return cut(model, node.outputs());
    }
    // An input of the nested model that no output depends on any more is not connected either.
    List<LayerOutput> inputs = new ArrayList<>();
    for (int i = 0; i < node.inputs().size(); i++) {
      if (changed.inputs().contains(nested.inputs().get(i))) {
        inputs.add(node.inputs().get(i));
      }
    }
    Layer layer = asNamedAs(node, changed);
    return cut(
        model,
        connected(layer, inputs, prefix + name)
            .rebuild(layer, name, inputs, node.trainable(), node.values())
            .outputs());
  }

  private static List<LayerOutput> outermost(Model model, String path) {
    OutputPath output = OutputPath.of(model, path);
    LayerOutput node = model.layer(output.layer()).output();
    if (!model.nodes().contains(node)) {
      throw new EspalierException(
          ErrorCode.INVALID_MODEL,
          "The model cannot be cut at \""
              + path
              + "\" and at other layers, because it is inside a nested model.",
          "Cut at this layer alone, or at layers of the model itself.");
    }
    return output.of(appliedOnce(model, "", node));
  }

  private static LayerOutput appliedOnce(Model model, String prefix, LayerOutput node) {
    long uses = model.nodes().stream().filter(other -> other.layer() == node.layer()).count();
    if (uses > 1) {
      throw new EspalierException(
          ErrorCode.INVALID_MODEL,
          "The model cannot be cut at \""
              + prefix
              + Model.nameOf(node)
              + "\", which is applied "
              + uses
              + " times.",
          "Cut at a layer after it, or choose one of nodes() and use Model.of.");
    }
    return node;
  }

  private static Model cut(Model model, List<LayerOutput> outputs) {
    if (outputs.equals(model.outputs())) {
      return model;
    }
    Set<LayerOutput> needed = new HashSet<>(outputs);
    Deque<LayerOutput> open = new ArrayDeque<>(needed);
    while (!open.isEmpty()) {
      open.pop().inputs().stream().filter(needed::add).forEach(open::push);
    }
    // Another output than before has other classes, even if there are as many elements.
    return ModelAssembly.assemble(
            model.name(),
            model.isSequential() && outputs.size() == 1,
            model.inputs().stream().filter(needed::contains).toList(),
            outputs)
        .withInferenceSettings(model.inferenceSettings().ofInput());
  }

  // ---- connecting again

  private Model rebuilt(BiFunction<LayerOutput, List<LayerOutput>, List<LayerOutput>> mapping) {
    for (LayerOutput node : model.nodes()) {
      List<LayerOutput> inputs = node.inputs().stream().map(connections::get).toList();
      List<LayerOutput> results =
          isTarget(node) ? mapping.apply(node, inputs) : kept(node, inputs).outputs();
      requireOutputs(node, results);
      for (int i = 0; i < results.size(); i++) {
        connections.put(node.outputs().get(i), results.get(i));
      }
    }
    Model result =
        ModelAssembly.assemble(
            model.name(),
            model.isSequential(),
            model.inputs().stream().map(node -> renamedInputs.getOrDefault(node, node)).toList(),
            model.outputs().stream().map(connections::get).toList());
    return result.fitsOutput(model.classNames())
        ? result.withClassNames(model.classNames()).withInferenceSettings(model.inferenceSettings())
        : result.withInferenceSettings(model.inferenceSettings().ofInput());
  }

  private void requireOutputs(LayerOutput node, List<LayerOutput> results) {
    if (results.size() != node.outputs().size()) {
      throw new EspalierException(
          ErrorCode.SHAPE_MISMATCH,
          "The new layer does not fit at \""
              + path()
              + "\": its outputs are "
              + types(results)
              + " and those of the old one "
              + types(node.outputs())
              + ".",
          "Give a layer with as many outputs.");
    }
  }

  /** Returns a layer as it was, connected to what its inputs became. */
  private LayerOutput kept(LayerOutput node, List<LayerOutput> inputs) {
    if (inputs.equals(node.inputs())) {
      return node;
    }
    String name = Model.nameOf(node);
    if (types(inputs).equals(types(node.inputs()))) {
      return node.rebuild(node.layer(), name, inputs, node.trainable(), node.values());
    }
    LayerOutput output = connected(node.layer(), inputs, prefix + name);
    variables(node.layer(), inputs)
        .forEach(
            (variable, type) -> {
              HostArray value = node.values().get(variable);
              if (value != null && !value.type().equals(type)) {
                throw new EspalierException(
                    ErrorCode.WEIGHT_SHAPE_MISMATCH,
                    "The weights of the layer \""
                        + prefix
                        + name
                        + "\" no longer fit: its "
                        + variable
                        + " is "
                        + value.type()
                        + " and would have to be "
                        + type
                        + ".",
                    "Replace that layer first, even by an equal one: a new layer starts without"
                        + " weights.");
              }
            });
    return output.rebuild(node.layer(), name, inputs, node.trainable(), node.values());
  }

  /** Connects a layer that is new at this place, and returns its first output. */
  private LayerOutput placed(Layer layer, List<LayerOutput> inputs) {
    try {
      return layer.outputsOn(inputs.toArray(new LayerOutput[0])).get(0);
    } catch (EspalierException e) {
      throw new EspalierException(
          e.code(),
          "The new layer does not fit at \"" + path() + "\": " + e.problem(),
          e.remedy(),
          e);
    }
  }

  private LayerOutput inserted(Layer layer, LayerOutput input) {
    LayerOutput output = placed(layer, List.of(input));
    if (output.outputs().size() > 1) {
      throw new EspalierException(
          ErrorCode.INVALID_MODEL,
          "The new layer does not fit at \""
              + path()
              + "\": it has several outputs, "
              + output.outputs()
              + ".",
          "Insert a layer with one output.");
    }
    LayerOutput known = known(layer);
    return known == null ? output : shared(known, output);
  }

  /** Connects a layer that stood at this place before, and returns its first output. */
  private static LayerOutput connected(Layer layer, List<LayerOutput> inputs, String path) {
    try {
      return layer.outputsOn(inputs.toArray(new LayerOutput[0])).get(0);
    } catch (EspalierException e) {
      throw new EspalierException(
          e.code(), "The layer \"" + path + "\" no longer fits: " + e.problem(), e.remedy(), e);
    }
  }

  /**
   * Returns the first output of a layer that the model contains already, whose variables are then
   * shared.
   */
  private @Nullable LayerOutput known(Layer layer) {
    return model.nodes().stream().filter(node -> node.layer() == layer).findFirst().orElse(null);
  }

  private static LayerOutput shared(LayerOutput known, LayerOutput output) {
    return output.rebuild(
        known.layer(), Model.nameOf(known), output.inputs(), known.trainable(), known.values());
  }

  private LayerOutput onlyInput(LayerOutput node, List<LayerOutput> inputs, String remedy) {
    if (inputs.size() != 1) {
      throw new EspalierException(
          ErrorCode.INVALID_MODEL,
          "The layer \"" + path() + "\" has " + inputs.size() + " inputs: " + node.inputs() + ".",
          remedy);
    }
    return inputs.get(0);
  }

  private void refuseInput(String what, String remedy) {
    if (target.plainLayer() instanceof Input) {
      throw new EspalierException(
          ErrorCode.INVALID_MODEL, "The input \"" + path() + "\" cannot be " + what + ".", remedy);
    }
  }

  /** Returns the values that a changed layer keeps: none if one of them has another shape now. */
  private static Map<String, HostArray> fitting(
      LayerOutput node, Layer changed, List<LayerOutput> inputs) {
    Map<String, HostArray> fitting = new LinkedHashMap<>();
    for (Map.Entry<String, TensorType> variable : variables(changed, inputs).entrySet()) {
      HostArray value = node.values().get(variable.getKey());
      if (value != null && !value.type().equals(variable.getValue())) {
        return Map.of();
      }
      if (value != null) {
        fitting.put(variable.getKey(), value);
      }
    }
    return fitting;
  }

  private static Map<String, TensorType> variables(Layer layer, List<LayerOutput> inputs) {
    Ops ops = new Ops();
    Trace trace = new Trace(ops, Phase.INFERENCE);
    Tensor[] tensors = new Tensor[inputs.size()];
    for (int i = 0; i < tensors.length; i++) {
      tensors[i] = ops.input("input" + i, inputs.get(i).type());
    }
    layer.callAll(trace.context("", true), tensors);
    Map<String, TensorType> types = new LinkedHashMap<>();
    for (Variable variable : trace.variables()) {
      types.put(variable.name(), variable.type());
    }
    return types;
  }

  private static List<TensorType> types(List<LayerOutput> nodes) {
    return nodes.stream().map(LayerOutput::type).toList();
  }
}
