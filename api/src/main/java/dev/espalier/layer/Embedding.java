package dev.espalier.layer;

import dev.espalier.graph.DataType;
import dev.espalier.graph.Initializer;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Shape;
import dev.espalier.graph.Tensor;
import dev.espalier.initializer.Initializers;
import dev.espalier.internal.ArgumentChecks;
import dev.espalier.layer.internal.LayerChecks;

/**
 * Embedding: replaces each index by a trainable vector: {@code [batch, ...]} becomes {@code [batch,
 * ..., outputDim]}. Indices are int32, from an {@code Input.of(DataType.INT32, ...)}; other inputs
 * are converted. An index outside 0 to {@code inputDim - 1} gives zeros. Variable: {@code
 * embeddings} {@code [inputDim, outputDim]}. Immutable and thread-safe.
 *
 * @param inputDim number of indices
 * @param outputDim size of each vector
 * @param embeddingsInitializer initial values of the vectors
 */
public record Embedding(int inputDim, int outputDim, Initializer embeddingsInitializer)
    implements Layer {
  /** Checks the sizes. */
  public Embedding {
    ArgumentChecks.positive("number of indices of an embedding layer", inputDim);
    ArgumentChecks.positive("size of an embedding layer", outputDim);
  }

  /** Returns a layer with Keras' default, uniform initial values from -0.05 to 0.05. */
  public static Embedding of(int inputDim, int outputDim) {
    return new Embedding(inputDim, outputDim, Initializers.randomUniform(0.05));
  }

  /** Returns this layer with other initial values. */
  public Embedding embeddingsInitializer(Initializer initializer) {
    return new Embedding(inputDim, outputDim, initializer);
  }

  @Override
  public Tensor call(CallContext context, Tensor... inputs) {
    Ops ops = context.ops();
    Tensor indices = ops.cast(LayerChecks.single(inputs), DataType.INT32);
    Shape shape = Shape.of(inputDim, outputDim);
    return ops.gather(context.weight("embeddings", shape, embeddingsInitializer), indices, 0);
  }
}
