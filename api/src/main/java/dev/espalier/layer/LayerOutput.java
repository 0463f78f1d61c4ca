package dev.espalier.layer;

import dev.espalier.graph.HostArray;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Shape;
import dev.espalier.graph.Tensor;
import dev.espalier.graph.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Output of a layer that is connected to others: a node of the model under construction. It also
 * carries what belongs to this use of the layer, whether it is trainable and the values of its
 * variables if known, so that a model built on another one keeps its weights and frozen layers.
 * Immutable and thread-safe; two outputs are equal only if they are the same object.
 */
public final class LayerOutput {
  private final Layer layer;
  private final @Nullable String name;
  private final List<LayerOutput> inputs;
  private final TensorType type;
  private final boolean trainable;
  private final Map<String, HostArray> values;

  private LayerOutput(
      Layer layer,
      @Nullable String name,
      List<LayerOutput> inputs,
      TensorType type,
      boolean trainable,
      Map<String, HostArray> values) {
    this.layer = layer;
    this.name = name;
    this.inputs = List.copyOf(inputs);
    this.type = type;
    this.trainable = trainable;
    this.values = Map.copyOf(values);
  }

  static LayerOutput connect(Layer layer, LayerOutput... inputs) {
    String name = layer instanceof NamedLayer named ? named.name() : null;
    String path = name == null ? layer.typeName() : name;
    String scope = name == null ? path : path + " (" + layer.typeName() + ")";
    // Tracing the layer alone checks its inputs and gives its output shape: there is no second rule
    // that could disagree with what is computed later.
    Ops ops = new Ops();
    Trace trace = new Trace(ops, Phase.INFERENCE);
    List<Tensor> tensors = new ArrayList<>();
    for (int i = 0; i < inputs.length; i++) {
      tensors.add(ops.input("input" + i, inputs[i].type));
    }
    Tensor output =
        ops.within(
            scope, () -> layer.call(trace.context(path, true), tensors.toArray(new Tensor[0])));
    return new LayerOutput(layer, name, List.of(inputs), output.type(), true, Map.of());
  }

  /** Returns the layer; a {@link NamedLayer} if it was named by the user. */
  public Layer layer() {
    return layer;
  }

  /** Returns the layer without the wrapper that names it. */
  public Layer plainLayer() {
    return layer instanceof NamedLayer named ? named.layer() : layer;
  }

  /** Returns the name in the model, or null as long as the layer has none. */
  public @Nullable String name() {
    return name;
  }

  /** Returns what the layer is connected to; empty for an input of the model. */
  public List<LayerOutput> inputs() {
    return inputs;
  }

  /** Returns the data type and shape, with the batch as first, unknown axis. */
  public TensorType type() {
    return type;
  }

  /** Returns the shape, with the batch as first, unknown axis. */
  public Shape shape() {
    return type.shape();
  }

  /** Returns whether the layer is trainable. */
  public boolean trainable() {
    return trainable;
  }

  /** Returns the known values of the layer's variables by their name in the layer. */
  public Map<String, HostArray> values() {
    return values;
  }

  /** Returns this use of the layer with other connections and attributes; for models. */
  public LayerOutput rebuild(
      Layer newLayer,
      String newName,
      List<LayerOutput> newInputs,
      boolean newTrainable,
      Map<String, HostArray> newValues) {
    return new LayerOutput(newLayer, newName, newInputs, type, newTrainable, newValues);
  }

  @Override
  public String toString() {
    return (name == null ? layer.typeName() : name) + " " + type;
  }
}
