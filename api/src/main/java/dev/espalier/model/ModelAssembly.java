package dev.espalier.model;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.Shape;
import dev.espalier.graph.Tensor;
import dev.espalier.graph.TensorType;
import dev.espalier.layer.Input;
import dev.espalier.layer.Layer;
import dev.espalier.layer.LayerOutput;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Orders and names connected layers, and checks that they form a model. */
final class ModelAssembly {
  private ModelAssembly() {}

  static Model assemble(
      String name, boolean sequential, List<LayerOutput> inputs, List<LayerOutput> outputs) {
    List<LayerOutput> found = reachable(inputs, outputs);
    List<LayerOutput> ordered = inKerasOrder(found, outputs);
    IdentityHashMap<Layer, String> names = names(ordered);
    Map<LayerOutput, LayerOutput> named = new HashMap<>();
    List<LayerOutput> nodes = new ArrayList<>();
    for (LayerOutput node : ordered) {
      String nodeName = names.get(node.layer());
      if (nodeName == null) {
        throw new IllegalStateException("unnamed layer " + node);
      }
      LayerOutput result =
          nodeName.equals(node.name())
                  && node.inputs().stream().allMatch(input -> named.get(input) == input)
              ? node
              : node.rebuild(
                  node.layer(),
                  nodeName,
                  node.inputs().stream().map(named::get).toList(),
                  node.trainable(),
                  node.values());
      replace(named, node, result);
      nodes.add(result);
    }
    return Model.ofAssembled(
        name,
        sequential,
        inputs.stream().map(named::get).toList(),
        outputs.stream().map(named::get).toList(),
        nodes);
  }

  /** Notes for each output of a use of a layer which one of another use takes its place. */
  static void replace(
      Map<LayerOutput, LayerOutput> replaced, LayerOutput node, LayerOutput replacement) {
    for (int i = 0; i < node.outputs().size(); i++) {
      replaced.put(node.outputs().get(i), replacement.outputs().get(i));
    }
  }

  /** Checks that the values given to a model fit its inputs. */
  static void checkInputs(Model model, List<Tensor> tensors) {
    List<LayerOutput> inputs = model.inputs();
    if (tensors.size() != inputs.size()) {
      throw new EspalierException(
          ErrorCode.SHAPE_MISMATCH,
          "The model \""
              + model.name()
              + "\" has "
              + inputs.size()
              + " inputs, not "
              + tensors.size()
              + ".",
          "Give a value for each of: " + inputs + ".");
    }
    for (int i = 0; i < inputs.size(); i++) {
      TensorType expected = inputs.get(i).type();
      TensorType given = tensors.get(i).type();
      Shape sample = given.shape().rank() == 0 ? given.shape() : given.shape().withoutBatch();
      if (given.dataType() != expected.dataType()
          || !sample.equals(expected.shape().withoutBatch())) {
        throw new EspalierException(
            ErrorCode.SHAPE_MISMATCH,
            "The model \""
                + model.name()
                + "\" takes "
                + expected
                + " and was given "
                + given
                + ".",
            "Resize or convert the input first.");
      }
    }
  }

  /** Checks that a layer gives as many outputs as when it was connected. */
  static void checkOutputs(String path, LayerOutput node, List<Tensor> results) {
    if (results.size() != node.outputs().size()) {
      throw new EspalierException(
          ErrorCode.INVALID_MODEL,
          "The layer \""
              + path
              + "\" ("
              + node.layer().typeName()
              + ") gave "
              + node.outputs().size()
              + " outputs when it was connected, and "
              + results.size()
              + " now.",
          "The number of outputs of a layer must not change between calls.");
    }
  }

  /** Returns all nodes that the outputs depend on, inputs of a node before the node. */
  private static List<LayerOutput> reachable(List<LayerOutput> inputs, List<LayerOutput> outputs) {
    List<LayerOutput> found = new ArrayList<>();
    Map<LayerOutput, Boolean> state = new HashMap<>();
    Deque<LayerOutput> stack = new ArrayDeque<>();
    // An explicit stack: deep models would overflow the thread's.
    for (LayerOutput output : outputs) {
      stack.push(output.node());
      while (!stack.isEmpty()) {
        LayerOutput node = stack.peek();
        if (Boolean.TRUE.equals(state.get(node))) {
          stack.pop();
        } else if (state.containsKey(node) || isInput(inputs, node)) {
          stack.pop();
          state.put(node, true);
          found.add(node);
        } else {
          state.put(node, false);
          if (node.inputs().isEmpty()) {
            throw new EspalierException(
                ErrorCode.INVALID_MODEL,
                "An output depends on the input " + node + ", which is not an input of the model.",
                "Add it to the inputs, or use layers of one model only: freezing layers and"
                    + " setting weights return a new model.");
          }
          for (int i = node.inputs().size() - 1; i >= 0; i--) {
            LayerOutput input = node.inputs().get(i).node();
            if (!Boolean.TRUE.equals(state.get(input))) {
              stack.push(input);
            }
          }
        }
      }
    }
    for (LayerOutput input : inputs) {
      if (!state.containsKey(input)) {
        throw new EspalierException(
            ErrorCode.INVALID_MODEL,
            "No output depends on the input " + input + ".",
            "Remove it, or connect it.");
      }
      if (!(input.plainLayer() instanceof Input)) {
        throw new EspalierException(
            ErrorCode.INVALID_MODEL,
            "The model starts at " + input + ", which is not an input layer.",
            "Start at an Input.");
      }
    }
    return found;
  }

  private static boolean isInput(List<LayerOutput> inputs, LayerOutput node) {
    return inputs.stream().anyMatch(input -> input == node);
  }

  private static List<LayerOutput> inKerasOrder(
      List<LayerOutput> found, List<LayerOutput> outputs) {
    Map<LayerOutput, Integer> depths = new HashMap<>();
    outputs.forEach(output -> depths.put(output.node(), 0));
    Map<LayerOutput, Integer> positions = new HashMap<>();
    for (int i = found.size() - 1; i >= 0; i--) {
      LayerOutput node = found.get(i);
      positions.put(node, i);
      int depth = depths.getOrDefault(node, 0);
      node.inputs().forEach(input -> depths.merge(input.node(), depth + 1, Math::max));
    }
    return found.stream()
        .sorted(
            Comparator.comparingInt((LayerOutput node) -> -depths.getOrDefault(node, 0))
                .thenComparingInt(node -> positions.getOrDefault(node, 0)))
        .toList();
  }

  private static IdentityHashMap<Layer, String> names(List<LayerOutput> nodes) {
    IdentityHashMap<Layer, String> names = new IdentityHashMap<>();
    Set<String> taken = new HashSet<>();
    for (LayerOutput node : nodes) {
      String name = node.name();
      if (name != null && names.put(node.layer(), name) == null && !taken.add(name)) {
        throw new EspalierException(
            ErrorCode.INVALID_MODEL,
            "Two layers are named \"" + name + "\".",
            "Give each layer a unique name; to share weights, apply one layer object twice.");
      }
    }
    for (LayerOutput node : nodes) {
      if (!names.containsKey(node.layer())) {
        String base =
            node.layer() instanceof Model nested
                ? nested.name()
                : snakeCase(node.layer().typeName());
        String name = base;
        for (int i = 1; !taken.add(name); i++) {
          name = base + "_" + i;
        }
        names.put(node.layer(), name);
      }
    }
    return names;
  }

  /** Returns a type name as Keras writes it in layer names, such as {@code max_pooling2d}. */
  static String snakeCase(String typeName) {
    return typeName
        .replaceAll("(.)([A-Z][a-z]+)", "$1_$2")
        .replaceAll("([a-z])([A-Z])", "$1_$2")
        .toLowerCase(Locale.ROOT);
  }
}
