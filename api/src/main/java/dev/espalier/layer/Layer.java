package dev.espalier.layer;

import dev.espalier.graph.Tensor;

/**
 * A step of a model: says, in primitive operations, what it computes. Implementations are
 * immutable; a record whose components are numbers, truth values, strings, enums, lists or records
 * of those is written to a model file and read back without more code.
 *
 * <p>A record may get components later. A new one comes last, and the constructor without it stays:
 * a model file that does not name the component is read by that constructor, which says what the
 * layer was before the component existed. {@link Conv2D} has got its groups in this way.
 *
 * <p>Applying one instance twice shares its variables; two instances have variables of their own,
 * even if they are equal.
 */
public interface Layer {
  /**
   * Computes the output. Called whenever the model is traced, on the thread of the caller: once
   * when the layer is connected, then once for each program. It must not keep anything between
   * calls.
   *
   * @param context gives the variables, the phase, random values and the operations
   * @param inputs the outputs of the layers before, with the batch as first axis
   * @return the output, with the batch as first axis
   */
  Tensor call(CallContext context, Tensor... inputs);

  /** Returns the name of the kind of layer as summaries show it, by default the class name. */
  default String typeName() {
    return getClass().getSimpleName();
  }

  /** Returns this layer with a name of its own in the model; it must be unique there. */
  default NamedLayer named(String name) {
    return new NamedLayer(name, this);
  }

  /**
   * Connects the layer to the outputs of others.
   *
   * @throws dev.espalier.error.EspalierException {@code SHAPE_MISMATCH} if it cannot take them
   */
  default LayerOutput on(LayerOutput... inputs) {
    return LayerOutput.connect(this, inputs);
  }
}
