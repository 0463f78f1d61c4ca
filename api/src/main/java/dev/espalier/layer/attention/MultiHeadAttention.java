package dev.espalier.layer.attention;

import static dev.espalier.graph.Op.Comparison.EQUAL;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.DataType;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Initializer;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Shape;
import dev.espalier.graph.Tensor;
import dev.espalier.initializer.Initializers;
import dev.espalier.internal.ArgumentChecks;
import dev.espalier.layer.CallContext;
import dev.espalier.layer.Dropout;
import dev.espalier.layer.Layer;
import dev.espalier.layer.internal.LastAxis;
import dev.espalier.layer.internal.LayerChecks;
import java.util.function.Consumer;

/**
 * Scaled dot-product attention with several heads, as in Keras: each head projects query, key and
 * value, gives softmax(query · key^T / sqrt(keyDim)) · value, and the heads together are projected
 * to the size of the query. Connected to one sequence {@code [batch, positions, dim]} it is self
 * attention; to two, query and value, the key is the value; to three, query, value and key. With
 * {@link #attentionMask} one more input comes last, the mask; a query with nothing left to attend
 * to attends to all positions alike.
 *
 * <p>Variables, in this order: {@code query/kernel} {@code [dim, numHeads, keyDim]}, {@code
 * query/bias} {@code [numHeads, keyDim]}, {@code key/kernel}, {@code key/bias}, {@code
 * value/kernel} {@code [dim, numHeads, valueDim]}, {@code value/bias}, {@code
 * attention_output/kernel} {@code [numHeads, valueDim, dim]}, {@code attention_output/bias} {@code
 * [dim]}. Immutable.
 *
 * @param numHeads number of attention heads
 * @param keyDim size of each head's query and key
 * @param valueDim size of each head's value
 * @param dropout fraction of the attention scores that is dropped in training
 * @param useBias whether the four projections have a bias
 * @param kernelInitializer initial values of the kernels
 * @param biasInitializer initial values of the biases
 * @param useCausalMask whether each query attends only to its own position and those before, as
 *     models that predict the next position need it
 * @param attentionMask whether the last input is a mask, {@code [batch, positions of the key]} (a
 *     padding mask) or {@code [batch, positions of the query, positions of the key]}: where it is
 *     0, nothing is attended to. Where both masks are used, a position is attended to if both let
 *     it
 */
public record MultiHeadAttention(
    int numHeads,
    int keyDim,
    int valueDim,
    double dropout,
    boolean useBias,
    Initializer kernelInitializer,
    Initializer biasInitializer,
    boolean useCausalMask,
    boolean attentionMask)
    implements Layer {
  /** What takes the place of a masked score, as in Keras: exp gives 0 for it. */
  private static final double MASKED = -1e9;

  /** Checks the ranges. */
  public MultiHeadAttention {
    ArgumentChecks.positive("number of heads", numHeads);
    ArgumentChecks.positive("size of a head's key", keyDim);
    ArgumentChecks.positive("size of a head's value", valueDim);
    ArgumentChecks.require(
        (long) numHeads * Math.max(keyDim, valueDim) <= Integer.MAX_VALUE,
        "number of heads",
        numHeads,
        "Give fewer, or smaller keys and values.");
    ArgumentChecks.fraction("dropout rate of an attention layer", dropout);
  }

  /** Creates a layer without masks, as all were in files that do not name them. */
  public MultiHeadAttention(
      int numHeads,
      int keyDim,
      int valueDim,
      double dropout,
      boolean useBias,
      Initializer kernelInitializer,
      Initializer biasInitializer) {
    this(
        numHeads,
        keyDim,
        valueDim,
        dropout,
        useBias,
        kernelInitializer,
        biasInitializer,
        false,
        false);
  }

  /** Returns a layer with Keras' defaults, whose values are as large as its keys. */
  public static MultiHeadAttention of(int numHeads, int keyDim) {
    return new MultiHeadAttention(
        numHeads, keyDim, keyDim, 0, true, Initializers.glorotUniform(), Initializers.zeros());
  }

  /** Returns this layer with another size of each head's value. */
  public MultiHeadAttention valueDim(int size) {
    return with(changed -> changed.valueDim = size);
  }

  /** Returns this layer with another dropout of the attention scores. */
  public MultiHeadAttention dropout(double rate) {
    return with(changed -> changed.dropout = rate);
  }

  /** Returns this layer with or without biases. */
  public MultiHeadAttention useBias(boolean value) {
    return with(changed -> changed.useBias = value);
  }

  /** Returns this layer with other initial values of the kernels. */
  public MultiHeadAttention kernelInitializer(Initializer initializer) {
    return with(changed -> changed.kernelInitializer = initializer);
  }

  /** Returns this layer with other initial values of the biases. */
  public MultiHeadAttention biasInitializer(Initializer initializer) {
    return with(changed -> changed.biasInitializer = initializer);
  }

  /** Returns this layer with or without a causal mask. */
  public MultiHeadAttention useCausalMask(boolean value) {
    return with(changed -> changed.useCausalMask = value);
  }

  /** Returns this layer with or without a mask as its last input. */
  public MultiHeadAttention attentionMask(boolean value) {
    return with(changed -> changed.attentionMask = value);
  }

  @Override
  public Tensor call(CallContext context, Tensor... inputs) {
    int sequences = attentionMask ? inputs.length - 1 : inputs.length;
    if (sequences < 1 || sequences > 3) {
      throw new EspalierException(
          ErrorCode.INVALID_MODEL,
          "An attention layer was connected to " + inputs.length + " inputs.",
          "Connect it to a sequence, to query and value, or to query, value and key"
              + (attentionMask ? "; and then to the mask." : "."));
    }
    Tensor query = inputs[0];
    Tensor value = sequences > 1 ? inputs[1] : query;
    Tensor key = sequences > 2 ? inputs[2] : value;
    for (int i = 0; i < sequences; i++) {
      LayerChecks.sequence(inputs[i].shape());
    }
    if (key.shape().size(1) != value.shape().size(1)) {
      throw new EspalierException(
          ErrorCode.SHAPE_MISMATCH,
          "The key "
              + key.shape()
              + " and the value "
              + value.shape()
              + " do not have the same positions.",
          "Connect key and value to sequences of the same length.");
    }
    Ops ops = context.ops();
    Tensor queries = heads(context, "query", query, keyDim);
    Tensor keys = heads(context, "key", key, keyDim);
    Tensor values = heads(context, "value", value, valueDim);
    Tensor scaled = ops.multiply(ops.transpose(queries, 0, 2, 1, 3), 1 / Math.sqrt(keyDim));
    Tensor scores = ops.matMul(scaled, ops.transpose(keys, 0, 2, 3, 1));
    int queryPositions = query.shape().size(1);
    int keyPositions = key.shape().size(1);
    if (useCausalMask) {
      scores = masked(ops, scores, ops.constant(causal(queryPositions, keyPositions)));
    }
    if (attentionMask) {
      scores = masked(ops, scores, given(ops, inputs[sequences], queryPositions, keyPositions));
    }
    Tensor kept = Dropout.of(dropout).call(context, ops.softmax(scores));
    Tensor attended = ops.matMul(kept, ops.transpose(values, 0, 2, 1, 3));
    return output(context, ops.transpose(attended, 0, 2, 1, 3), query.shape());
  }

  /** Returns ones up to the position of each query and zeros after it. */
  private static HostArray causal(int queries, int keys) {
    float[] mask = new float[queries * keys];
    for (int i = 0; i < mask.length; i++) {
      mask[i] = i % keys <= i / keys ? 1 : 0;
    }
    return HostArray.wrap(Shape.of(1, 1, queries, keys), mask);
  }

  /** Returns the input that is a mask as ones and zeros that apply to all heads. */
  private static Tensor given(Ops ops, Tensor mask, int queries, int keys) {
    Shape shape = mask.shape();
    boolean ofKeys = shape.rank() == 2 && shape.size(1) == keys;
    boolean ofBoth = shape.rank() == 3 && shape.size(1) == queries && shape.size(2) == keys;
    if (!ofKeys && !ofBoth) {
      throw new EspalierException(
          ErrorCode.SHAPE_MISMATCH,
          "The mask of an attention with "
              + queries
              + " positions of the query and "
              + keys
              + " of the key has the shape "
              + shape
              + ".",
          "Give (batch, " + keys + ") or (batch, " + queries + ", " + keys + ").");
    }
    Tensor numbers = ops.cast(mask, DataType.FLOAT32);
    Tensor zero = ops.cast(ops.compare(EQUAL, numbers, ops.constant(0)), DataType.FLOAT32);
    return ops.reshape(
        ops.subtract(ops.constant(1), zero),
        Shape.of(shape.size(0), 1, ofKeys ? 1 : queries, keys));
  }

  /** Returns the scores where the mask is 1 and {@link #MASKED} where it is 0. */
  private static Tensor masked(Ops ops, Tensor scores, Tensor mask) {
    Tensor rest = ops.multiply(ops.add(mask, -1), -MASKED);
    return ops.add(ops.multiply(scores, mask), rest);
  }

  /** Returns the projections of a sequence, {@code [batch, positions, heads, size]}. */
  private Tensor heads(CallContext context, String name, Tensor x, int size) {
    Ops ops = context.ops();
    CallContext own = context.child(name, true);
    int dim = x.shape().size(2);
    Tensor kernel = own.weight("kernel", Shape.of(dim, numHeads, size), kernelInitializer);
    Tensor y = LastAxis.multiply(ops, x, ops.reshape(kernel, Shape.of(dim, numHeads * size)));
    if (useBias) {
      Tensor bias = own.weight("bias", Shape.of(numHeads, size), biasInitializer);
      y = ops.add(y, ops.reshape(bias, Shape.of(numHeads * size)));
    }
    return ops.reshape(y, Shape.of(x.shape().size(0), x.shape().size(1), numHeads, size));
  }

  private Tensor output(CallContext context, Tensor attended, Shape query) {
    Ops ops = context.ops();
    CallContext own = context.child("attention_output", true);
    int dim = query.size(2);
    Tensor kernel = own.weight("kernel", Shape.of(numHeads, valueDim, dim), kernelInitializer);
    int width = numHeads * valueDim;
    Tensor joined = ops.reshape(attended, query.with(2, width));
    Tensor y = LastAxis.multiply(ops, joined, ops.reshape(kernel, Shape.of(width, dim)));
    return useBias ? ops.add(y, own.weight("bias", Shape.of(dim), biasInitializer)) : y;
  }

  private MultiHeadAttention with(Consumer<Settings> change) {
    Settings changed = new Settings(this);
    change.accept(changed);
    return changed.toLayer();
  }

  /** Changes only while {@link #with} makes a copy. */
  private static final class Settings {
    private final int numHeads;
    private final int keyDim;
    private int valueDim;
    private double dropout;
    private boolean useBias;
    private Initializer kernelInitializer;
    private Initializer biasInitializer;
    private boolean useCausalMask;
    private boolean attentionMask;

    Settings(MultiHeadAttention layer) {
      numHeads = layer.numHeads;
      keyDim = layer.keyDim;
      valueDim = layer.valueDim;
      dropout = layer.dropout;
      useBias = layer.useBias;
      kernelInitializer = layer.kernelInitializer;
      biasInitializer = layer.biasInitializer;
      useCausalMask = layer.useCausalMask;
      attentionMask = layer.attentionMask;
    }

    MultiHeadAttention toLayer() {
      return new MultiHeadAttention(
          numHeads,
          keyDim,
          valueDim,
          dropout,
          useBias,
          kernelInitializer,
          biasInitializer,
          useCausalMask,
          attentionMask);
    }
  }
}
