package dev.espalier.onnx;

import dev.espalier.graph.HostArray;
import dev.espalier.graph.Shape;
import dev.espalier.graph.TensorType;
import dev.espalier.graph.internal.RowByRow;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Collects the operations, constants, inputs and outputs of a file. What no output needs is left
 * out when it is written. Not thread-safe.
 */
final class GraphFile {
  static final String BATCH = "batch";

  private final boolean halfWeights;
  private final int samples;
  private final List<OnnxNode> nodes = new ArrayList<>();
  private final Map<String, StoredTensor> constants = new LinkedHashMap<>();
  private final Map<String, HostArray> arrays = new HashMap<>();
  private final List<Message> inputs = new ArrayList<>();
  private final Map<String, Message> outputs = new LinkedHashMap<>();
  private final Map<String, String> renamed = new HashMap<>();
  private final Set<String> names = new HashSet<>();
  private boolean repeatingFactors;

  /**
   * Starts an empty file.
   *
   * @param halfWeights whether matrices and kernels are stored in half precision
   * @param samples size of the batch, or {@link Shape#UNKNOWN} for any
   */
  GraphFile(boolean halfWeights, int samples) {
    this.halfWeights = halfWeights;
    this.samples = samples;
  }

  /** Returns whether the file is for batches of one size only. */
  boolean hasFixedBatch() {
    return samples != Shape.UNKNOWN;
  }

  /** Notes that the file repeats a factor for each pixel. */
  void repeatsFactors() {
    repeatingFactors = true;
  }

  /** Returns whether the file repeats a factor for each pixel. */
  boolean isRepeatingFactors() {
    return repeatingFactors;
  }

  /** Returns a name that nothing has so far. */
  String unique(String hint) {
    String name = hint;
    for (int i = 1; !names.add(name); i++) {
      name = hint + "_" + i;
    }
    return name;
  }

  /** Keeps a name from being given to anything else. */
  void reserve(String name) {
    names.add(name);
  }

  OnnxNode add(String type, String scope, List<String> takes) {
    String hint = scope.isEmpty() ? type : scope + "/" + type;
    OnnxNode node = new OnnxNode(type, takes, unique(hint));
    nodes.add(node);
    return node;
  }

  /** Adds a constant and returns its name. */
  String constant(String hint, HostArray array) {
    boolean half =
        halfWeights
            && array.shape().rank() > 1
            && array.dataType() == dev.espalier.graph.DataType.FLOAT32
            && StoredTensor.fitsHalf(array);
    if (!half) {
      String name = constant(hint, StoredTensor.of(array));
      arrays.put(name, array);
      return name;
    }
    String stored = constant(hint, StoredTensor.halves(array));
    return add("Cast", stored, List.of(stored)).with("to", ElementType.FLOAT.number()).output();
  }

  /** Adds a list of sizes and returns its name. */
  String sizes(String hint, long... values) {
    return constant(hint, StoredTensor.ofLongs(values));
  }

  /** Adds a constant and returns its name. */
  String constant(String hint, StoredTensor tensor) {
    String name = unique(hint);
    constants.put(name, tensor);
    return name;
  }

  /** Returns the elements of a constant in single precision or int32; null for anything else. */
  @Nullable HostArray array(String name) {
    return arrays.get(name);
  }

  /** Returns the operations in the order of the file. */
  List<OnnxNode> nodes() {
    return List.copyOf(nodes);
  }

  /** Returns the operation that computes a value, or null. */
  @Nullable OnnxNode node(String output) {
    return nodes.stream().filter(node -> node.output().equals(output)).findFirst().orElse(null);
  }

  /** Takes other operations in place of all that were added. */
  void replaceNodes(List<OnnxNode> others) {
    nodes.clear();
    nodes.addAll(others);
  }

  /** Returns whether a value is given to the outside. */
  boolean isOutput(String value) {
    return renamed.containsKey(value);
  }

  void addInput(String name, TensorType type) {
    inputs.add(valueInfo(name, type));
  }

  /** Gives a computed value to the outside under a name. */
  void addOutput(String name, TensorType type, String value) {
    boolean computed = nodes.stream().anyMatch(node -> node.output().equals(value));
    if (computed && !renamed.containsKey(value)) {
      renamed.put(value, name);
    } else {
      OnnxNode copy = new OnnxNode("Identity", List.of(value), unique(name + "/Identity"));
      nodes.add(copy);
      renamed.put(copy.output(), name);
    }
    outputs.put(name, valueInfo(name, type));
  }

  /** Returns the message of the format, GraphProto. */
  Message toMessage(String name) {
    Set<String> needed = new HashSet<>();
    renamed.keySet().forEach(needed::add);
    List<OnnxNode> kept = new ArrayList<>();
    for (int i = nodes.size() - 1; i >= 0; i--) {
      if (needed.contains(nodes.get(i).output())) {
        needed.addAll(nodes.get(i).inputs());
        kept.add(0, nodes.get(i));
      }
    }
    Message message = new Message();
    kept.forEach(node -> message.message(1, node.toMessage(this::nameInFile)));
    message.text(2, name);
    constants.forEach(
        (constant, tensor) -> {
          if (needed.contains(constant)) {
            message.message(5, tensor.toMessage(constant));
          }
        });
    inputs.forEach(input -> message.message(11, input));
    outputs.values().forEach(output -> message.message(12, output));
    return message;
  }

  private String nameInFile(String name) {
    return renamed.getOrDefault(name, name);
  }

  private Message valueInfo(String name, TensorType type) {
    Message shape = new Message();
    boolean batch = hasFixedBatch() && RowByRow.isBatch(type.shape());
    Shape known = batch ? type.shape().with(0, samples) : type.shape();
    for (int size : known.sizes()) {
      shape.message(
          1, size == Shape.UNKNOWN ? new Message().text(2, BATCH) : new Message().number(1, size));
    }
    Message tensor =
        new Message().number(1, ElementType.of(type.dataType()).number()).message(2, shape);
    return new Message().text(1, name).message(2, new Message().message(1, tensor));
  }
}
