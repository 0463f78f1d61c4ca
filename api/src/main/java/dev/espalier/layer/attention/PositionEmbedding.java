package dev.espalier.layer.attention;

import dev.espalier.graph.Initializer;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Shape;
import dev.espalier.graph.Tensor;
import dev.espalier.initializer.Initializers;
import dev.espalier.layer.CallContext;
import dev.espalier.layer.Layer;
import dev.espalier.layer.internal.LayerChecks;

/**
 * Adds a trainable vector to each position of a sequence {@code [batch, positions, dim]}, so that
 * later layers can distinguish positions. The output has the shape of the input. Variable: {@code
 * embeddings} {@code [positions, dim]}. Immutable and thread-safe.
 *
 * @param initializer initial values of the vectors
 */
public record PositionEmbedding(Initializer initializer) implements Layer {
  /** Returns a layer whose vectors start as Glorot's uniform values. */
  public static PositionEmbedding create() {
    return new PositionEmbedding(Initializers.glorotUniform());
  }

  /** Returns this layer with other initial values. */
  public PositionEmbedding initializer(Initializer value) {
    return new PositionEmbedding(value);
  }

  @Override
  public Tensor call(CallContext context, Tensor... inputs) {
    Ops ops = context.ops();
    Tensor x = LayerChecks.single(inputs);
    Shape shape = LayerChecks.sequence(x.shape());
    return ops.add(x, context.weight("embeddings", shape.withoutBatch(), initializer));
  }
}
