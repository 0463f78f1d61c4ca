package dev.espalier.layer;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Shape;
import dev.espalier.graph.Tensor;
import dev.espalier.graph.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Output of a layer that is connected to others: a node of the model under construction. It also
 * carries what belongs to this use of the layer, whether it is trainable and the values of its
 * variables if known, so that a model built on another one keeps its weights and frozen layers.
 * Immutable and thread-safe; two outputs are equal only if they are the same object.
 *
 * <p>The outputs of a {@link MultiOutputLayer} have everything in common but their type and {@link
 * #index}; the first of them, {@link #node}, stands for the use of the layer in lists of layers.
 */
public final class LayerOutput {
  private final Use use;
  private final int index;

  private LayerOutput(Use use, int index) {
    this.use = use;
    this.index = index;
  }

  /** One use of a layer. */
  private static final class Use {
    private final Layer layer;
    private final @Nullable String name;
    private final List<LayerOutput> inputs;
    private final List<TensorType> types;
    private final boolean trainable;
    private final Map<String, HostArray> values;
    private final List<LayerOutput> outputs;

    Use(
        Layer layer,
        @Nullable String name,
        List<LayerOutput> inputs,
        List<TensorType> types,
        boolean trainable,
        Map<String, HostArray> values) {
      this.layer = layer;
      this.name = name;
      this.inputs = List.copyOf(inputs);
      this.types = List.copyOf(types);
      this.trainable = trainable;
      this.values = Map.copyOf(values);
      List<LayerOutput> created = new ArrayList<>();
      for (int i = 0; i < types.size(); i++) {
        created.add(new LayerOutput(this, i));
      }
      this.outputs = List.copyOf(created);
    }
  }

  /** Returns the first output of a layer that is connected to others. */
  static LayerOutput connect(Layer layer, LayerOutput... inputs) {
    String name = layer instanceof NamedLayer named ? named.name() : null;
    String path = name == null ? layer.typeName() : name;
    String scope = name == null ? path : path + " (" + layer.typeName() + ")";
    // Tracing the layer alone checks its inputs and gives its output shapes: there is no second
    // rule that could disagree with what is computed later.
    Ops ops = new Ops();
    Trace trace = new Trace(ops, Phase.INFERENCE);
    List<Tensor> tensors = new ArrayList<>();
    for (int i = 0; i < inputs.length; i++) {
      tensors.add(ops.input("input" + i, inputs[i].type()));
    }
    List<Tensor> outputs =
        ops.within(
            scope, () -> layer.callAll(trace.context(path, true), tensors.toArray(new Tensor[0])));
    if (outputs.isEmpty()) {
      throw new EspalierException(
          ErrorCode.INVALID_MODEL,
          "The layer \"" + scope + "\" gives no output.",
          "Return at least one tensor from callAll.");
    }
    List<TensorType> types = outputs.stream().map(Tensor::type).toList();
    return new Use(layer, name, List.of(inputs), types, true, Map.of()).outputs.get(0);
  }

  /** Returns this output, which must be the only one of its layer. */
  LayerOutput only() {
    if (use.outputs.size() > 1) {
      throw new EspalierException(
          ErrorCode.INVALID_MODEL,
          "The layer \""
              + (use.name == null ? use.layer.typeName() : use.name)
              + "\" has "
              + use.outputs.size()
              + " outputs: "
              + use.types
              + ".",
          "Connect it with outputsOn and choose one of them.");
    }
    return this;
  }

  /** Returns the layer; a {@link NamedLayer} if it was named by the user. */
  public Layer layer() {
    return use.layer;
  }

  /** Returns the layer without the wrapper that names it. */
  public Layer plainLayer() {
    return use.layer instanceof NamedLayer named ? named.layer() : use.layer;
  }

  /** Returns the name of the layer in the model, or null as long as the layer has none. */
  public @Nullable String name() {
    return use.name;
  }

  /**
   * Returns the name of this output in the model: that of the layer, with {@code :} and the {@link
   * #index} after it if the layer has several. Null as long as the layer has no name.
   */
  public @Nullable String outputName() {
    return use.name == null || use.outputs.size() == 1 ? use.name : use.name + ":" + index;
  }

  /** Returns the position among the outputs of this use of the layer, counted from 0. */
  public int index() {
    return index;
  }

  /** Returns all outputs of this use of the layer in order, this one among them. */
  public List<LayerOutput> outputs() {
    return use.outputs;
  }

  /** Returns the first output of this use of the layer, which represents it in lists of layers. */
  public LayerOutput node() {
    return use.outputs.get(0);
  }

  /** Returns what the layer is connected to; empty for an input of the model. */
  public List<LayerOutput> inputs() {
    return use.inputs;
  }

  /** Returns the data type and shape, with the batch as first, unknown axis. */
  public TensorType type() {
    return use.types.get(index);
  }

  /** Returns the shape, with the batch as first, unknown axis. */
  public Shape shape() {
    return type().shape();
  }

  /** Returns whether the layer is trainable. */
  public boolean trainable() {
    return use.trainable;
  }

  /** Returns the known values of the layer's variables by their name in the layer. */
  public Map<String, HostArray> values() {
    return use.values;
  }

  /**
   * Returns this output of the same use of a layer with other connections and attributes; for
   * models.
   */
  public LayerOutput rebuild(
      Layer newLayer,
      String newName,
      List<LayerOutput> newInputs,
      boolean newTrainable,
      Map<String, HostArray> newValues) {
    return new Use(newLayer, newName, newInputs, use.types, newTrainable, newValues)
        .outputs.get(index);
  }

  @Override
  public String toString() {
    return Objects.requireNonNullElse(outputName(), use.layer.typeName()) + " " + type();
  }
}
