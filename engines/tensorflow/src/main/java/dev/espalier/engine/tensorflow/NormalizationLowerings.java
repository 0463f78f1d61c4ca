package dev.espalier.engine.tensorflow;

import dev.espalier.engine.lowering.Lowered;
import dev.espalier.engine.lowering.LoweringTable;
import dev.espalier.engine.lowering.Pullback;
import dev.espalier.graph.DataType;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Op;
import dev.espalier.graph.Shape;
import dev.espalier.graph.TensorType;
import java.util.Arrays;
import java.util.List;
import org.tensorflow.Output;

/** Batch normalization. */
final class NormalizationLowerings {
  private NormalizationLowerings() {}

  static void register(LoweringTable.Builder<Call, Output<?>> table) {
    table
        .add(Op.BatchNormTraining.class, NormalizationLowerings::training)
        .add(Op.BatchNormInference.class, NormalizationLowerings::inference);
  }

  private static Lowered<Output<?>> training(Op.BatchNormTraining op, Call call) {
    GraphWriter tf = call.tf();
    Output<?> x = images(call);
    Output<?> gamma = call.input(1);
    Output<?> none = tf.constant(HostArray.wrap(Shape.of(0)));
    List<Output<?>> results =
        tf.op("FusedBatchNormV3")
            .inputs(x, gamma, call.input(2), none, none)
            .attr("U", HostTransfer.dataType(DataType.FLOAT32))
            .attr("epsilon", op.epsilon())
            .attr("is_training", true)
            .outputs();
    Pullback<Output<?>> pullback =
        (dy, wanted) -> {
          List<Output<?>> gradients =
              tf.op("FusedBatchNormGradV3")
                  .inputs(
                      reshaped(call, dy), x, gamma, results.get(3), results.get(4), results.get(5))
                  .attr("epsilon", op.epsilon())
                  .attr("is_training", true)
                  .outputs();
          return Arrays.asList(
              original(call, gradients.get(0)), gradients.get(1), gradients.get(2));
        };
    return new Lowered<>(
        List.of(original(call, results.get(0)), results.get(1), variance(call, x, results)),
        pullback);
  }

  /** Returns the biased variance. The kernel's own variance is unbiased: divided by n - 1. */
  private static Output<?> variance(Call call, Output<?> x, List<Output<?>> results) {
    if (call.onProcessor()) {
      // On the CPU, the output that the kernel reserves for the backward pass is the biased
      // variance.
      return results.get(4);
    }
    // On a GPU it is the reciprocal standard deviation, so undo the unbiased variance's factor
    // n / max(n - 1, 1) instead.
    GraphWriter tf = call.tf();
    Output<?> count =
        tf.apply(
            "RealDiv",
            tf.cast(tf.apply("Size", x), DataType.FLOAT32),
            tf.number(call.inputType(0).shape().size(-1)));
    Output<?> less = tf.apply("Maximum", tf.apply("Sub", count, tf.number(1)), tf.number(1));
    return tf.apply("Mul", results.get(2), tf.apply("RealDiv", less, count));
  }

  private static Lowered<Output<?>> inference(Op.BatchNormInference op, Call call) {
    GraphWriter tf = call.tf();
    Output<?> gamma = call.input(1);
    Output<?> mean = call.input(3);
    Output<?> variance = call.input(4);
    Output<?> y =
        tf.op("FusedBatchNormV3")
            .inputs(images(call), gamma, call.input(2), mean, variance)
            .attr("U", HostTransfer.dataType(DataType.FLOAT32))
            .attr("epsilon", op.epsilon())
            .attr("is_training", false)
            .outputs()
            .get(0);
    Shape shape = call.outputType().shape();
    // The gradient kernel treats mean and variance as constants. Here they are inputs, so the
    // derivatives are written out, with s = 1/sqrt(variance + epsilon):
    return Lowered.of(
        original(call, y),
        (given, wanted) -> {
          Output<?> dy = inFloat(call, given);
          Output<?> s = tf.apply("Rsqrt", tf.apply("AddV2", variance, tf.number(op.epsilon())));
          Output<?> scale = tf.apply("Mul", gamma, s);
          Output<?> sum = BroadcastGradients.sumToLastAxis(tf, dy, shape);
          Output<?> centred = tf.apply("Sub", inFloat(call, call.input(0)), mean);
          Output<?> moment =
              BroadcastGradients.sumToLastAxis(tf, tf.apply("Mul", dy, centred), shape);
          Output<?> dGamma = tf.apply("Mul", moment, s);
          Output<?> dx = tf.apply("Mul", dy, scale);
          return Arrays.asList(
              isHalf(call) ? tf.cast(dx, call.inputType(0).dataType()) : dx,
              dGamma,
              sum,
              tf.apply("Neg", tf.apply("Mul", sum, scale)),
              tf.apply(
                  "Mul", tf.apply("Mul", dGamma, scale), tf.apply("Mul", s, tf.number(-0.5f))));
        });
  }

  private static boolean isHalf(Call call) {
    return call.inputType(0).dataType().isHalf();
  }

  private static Output<?> inFloat(Call call, Output<?> value) {
    return isHalf(call) ? call.tf().cast(value, DataType.FLOAT32) : value;
  }

  /** Reshapes to the four axes (n, 1, 1, channels) that the kernels require. */
  private static Output<?> images(Call call) {
    return reshaped(call, call.input(0));
  }

  private static Output<?> reshaped(Call call, Output<?> value) {
    TensorType type = call.inputType(0);
    return type.shape().rank() == 4
        ? value
        : call.tf().reshape(value, Shape.of(Shape.UNKNOWN, 1, 1, type.shape().size(-1)));
  }

  private static Output<?> original(Call call, Output<?> value) {
    TensorType type = call.inputType(0);
    return type.shape().rank() == 4 ? value : call.tf().reshape(value, type.shape());
  }
}
