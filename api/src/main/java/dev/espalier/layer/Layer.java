package dev.espalier.layer;

import dev.espalier.graph.Tensor;
import dev.espalier.layer.convolution.Conv2D;
import java.util.Collections;
import java.util.List;

/**
 * Part of a model that describes, in primitive operations, what it computes. Implementations are
 * immutable and thread-safe. A record whose components are numbers, booleans, strings, enums, lists
 * or records of those is written to model files and read back without further code.
 *
 * <p>A record may get new components later. A new component comes last, and the constructor without
 * it stays: a model file that lacks the component is read with that constructor, which gives the
 * component the value that preserves the layer's earlier behaviour. {@link Conv2D} got its groups
 * this way.
 *
 * <p>Applying one instance twice shares its variables; two instances have separate variables, even
 * if they are equal.
 */
public interface Layer {
  /**
   * Computes the output. Called whenever the model is traced, on the thread of the caller: once
   * when the layer is connected, then once for each program. An implementation must not keep state
   * between calls.
   *
   * @param context provides variables, the phase, random values and the operations
   * @param inputs outputs of the previous layers, with the batch as the first axis
   * @return the output, with the batch as the first axis
   */
  Tensor call(CallContext context, Tensor... inputs);

  /**
   * Computes all outputs: that of {@link #call}, unless the layer is a {@link MultiOutputLayer}.
   * Models call this method.
   *
   * @param context provides variables, the phase, random values and the operations
   * @param inputs the outputs of the layers before, with the batch as first axis
   * @return the outputs in order, each with the batch as first axis
   */
  default List<Tensor> callAll(CallContext context, Tensor... inputs) {
    // Unlike List.of, this leaves it to the caller to name a layer that returned null.
    return Collections.singletonList(call(context, inputs));
  }

  /** Returns the type of the layer as summaries show it, by default the simple class name. */
  default String typeName() {
    return getClass().getSimpleName();
  }

  /**
   * Returns this layer with a name, which must be unique in the model.
   *
   * @throws dev.espalier.error.EspalierException {@code INVALID_ARGUMENT} if it cannot be a name
   */
  default NamedLayer named(String name) {
    return new NamedLayer(name, this);
  }

  /**
   * Connects the layer to the outputs of other layers.
   *
   * @return the output of this layer, to connect to others or to make a model of
   * @throws dev.espalier.error.EspalierException {@code SHAPE_MISMATCH} if it does not accept their
   *     shapes, {@code INVALID_MODEL} if it does not accept their number or has several outputs
   */
  default LayerOutput on(LayerOutput... inputs) {
    return LayerOutput.connect(this, inputs).only();
  }

  /**
   * Connects a layer that may have several outputs to the outputs of others, and returns its own in
   * order; see {@link MultiOutputLayer}.
   *
   * @throws dev.espalier.error.EspalierException {@code SHAPE_MISMATCH} if it cannot take them
   */
  default List<LayerOutput> outputsOn(LayerOutput... inputs) {
    return LayerOutput.connect(this, inputs).outputs();
  }
}
