package dev.espalier.layer;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.Tensor;
import java.util.List;

/**
 * A layer that gives several tensors, such as {@link ChannelSplit}. It is connected with {@link
 * #outputsOn}, one output of the model under construction for each tensor:
 *
 * <pre>{@code
 * List<LayerOutput> halves = ChannelSplit.of(2).outputsOn(x);
 * LayerOutput gated = Multiply.create().on(halves.get(0), sigmoid.on(halves.get(1)));
 * }</pre>
 *
 * <p>In a model, the outputs of a layer {@code split} are named {@code split:0}, {@code split:1}
 * and so on. A layer that wraps another is a multi-output layer too if it calls the other's {@link
 * #callAll} and passes on what that gives.
 */
public interface MultiOutputLayer extends Layer {
  /**
   * Computes the outputs; see {@link Layer#call}.
   *
   * @return the outputs in order, always equally many, each with the batch as first axis
   */
  @Override
  List<Tensor> callAll(CallContext context, Tensor... inputs);

  /**
   * Computes the only output.
   *
   * @throws EspalierException {@link ErrorCode#INVALID_MODEL} if there are several
   */
  @Override
  default Tensor call(CallContext context, Tensor... inputs) {
    List<Tensor> outputs = callAll(context, inputs);
    if (outputs.size() != 1) {
      throw new EspalierException(
          ErrorCode.INVALID_MODEL,
          "The layer \""
              + context.path()
              + "\" ("
              + typeName()
              + ") gives "
              + outputs.size()
              + " outputs where one is taken: "
              + outputs.stream().map(Tensor::type).toList()
              + ".",
          "Use callAll and choose.");
    }
    return outputs.get(0);
  }
}
