package org.example.eca;

import dev.espalier.graph.Ops;
import dev.espalier.graph.Tensor;
import dev.espalier.activation.Activation;
import dev.espalier.layer.CallContext;
import dev.espalier.layer.Dense;
import dev.espalier.layer.Layer;
import dev.espalier.layer.LayerNormalization;
import dev.espalier.layer.attention.MultiHeadAttention;

/**
 * A block of a vision transformer, made of built-in layers: attention and two dense layers, each
 * after a layer normalization and beside a skip connection. Takes and gives {@code [batch,
 * positions, dim]}; the variables are named after the layers inside, such as {@code
 * attention/query/kernel}.
 *
 * @param numHeads number of attention heads, which divides dim
 * @param mlpDim size of the hidden dense layer
 * @param dropout fraction of the attention scores that is dropped in training
 */
public record TransformerBlock(int numHeads, int mlpDim, double dropout) implements Layer {
  public static TransformerBlock of(int numHeads, int mlpDim) {
    return new TransformerBlock(numHeads, mlpDim, 0);
  }

  @Override
  public Tensor call(CallContext context, Tensor... inputs) {
    Ops ops = context.ops();
    Tensor x = inputs[0];
    int dim = x.shape().size(-1);
    Tensor y = inner(context, "norm1", LayerNormalization.create(), x);
    Layer attention = MultiHeadAttention.of(numHeads, dim / numHeads).dropout(dropout);
    x = ops.add(x, inner(context, "attention", attention, y));
    y = inner(context, "norm2", LayerNormalization.create(), x);
    y = inner(context, "mlp1", Dense.of(mlpDim).activation(Activation.GELU), y);
    return ops.add(x, inner(context, "mlp2", Dense.of(dim), y));
  }

  private static Tensor inner(CallContext context, String name, Layer layer, Tensor x) {
    return layer.call(context.child(name, true), x);
  }
}
