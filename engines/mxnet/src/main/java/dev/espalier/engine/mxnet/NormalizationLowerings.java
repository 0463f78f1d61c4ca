package dev.espalier.engine.mxnet;

import dev.espalier.engine.lowering.Lowered;
import dev.espalier.engine.lowering.LoweringTable;
import dev.espalier.engine.mxnet.Instruction.Invoke;
import dev.espalier.engine.mxnet.Instruction.Value;
import dev.espalier.graph.Op;
import dev.espalier.graph.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Batch normalization. That of images in training is MXNet's own operator, whose passes over memory
 * are fewer and faster; its running mean and variance are not used. The others are composed of
 * simpler operators: MXNet's is not differentiable in inference.
 */
final class NormalizationLowerings {
  private NormalizationLowerings() {}

  static void register(LoweringTable.Builder<Call, Value> table) {
    table
        .add(Op.BatchNormTraining.class, (op, call) -> new Norm(call, op.epsilon()).training())
        .add(Op.BatchNormInference.class, (op, call) -> new Norm(call, op.epsilon()).inference());
  }

  /** One normalization of x with shape {@code [..., c]} and vectors {@code [c]}. */
  private record Norm(Call call, float epsilon) {
    Lowered<Value> training() {
      return shape().rank() == Broadcasts.IMAGES ? ofImages() : ofVectors();
    }

    private Lowered<Value> ofImages() {
      InstructionWriter mx = call.mx();
      Value gamma = call.input(1);
      List<Value> results =
          mx.applyAll(
              Invoke.BATCH_NORM,
              Map.of(
                  "eps", (double) epsilon,
                  "fix_gamma", false,
                  "output_mean_var", true),
              List.of(
                  mx.channelsFirst(call.input(0)),
                  gamma,
                  call.input(2),
                  mx.apply("zeros_like", gamma),
                  mx.apply("zeros_like", gamma)),
              3);
      Value y = results.get(0);
      return new Lowered<>(
          List.of(mx.channelsLast(y), results.get(1), variance(results.get(2))),
          (dy, wanted) -> {
            List<@Nullable Value> gradients = mx.differentiate(y, mx.channelsFirst(dy), 3, wanted);
            Value ofImages = gradients.get(0);
            if (ofImages != null) {
              gradients.set(0, mx.channelsLast(ofImages));
            }
            return gradients;
          });
    }

    /** MXNet gives 1 / sqrt(variance + epsilon). */
    private Value variance(Value s) {
      InstructionWriter mx = call.mx();
      Value sum = mx.apply("_npi_reciprocal", mx.apply("_npi_square", s));
      Value difference = mx.apply("_npi_subtract_scalar", Map.of("scalar", (double) epsilon), sum);
      return mx.apply("_npi_maximum", difference, call.number(0)); // after rounding
    }

    private Lowered<Value> ofVectors() {
      Value x = call.input(0);
      Value gamma = call.input(1);
      Value mean = overBatch("_npi_mean", x);
      Value centred = withVector("_npi_subtract", x, mean);
      Value variance = overBatch("_npi_mean", Broadcasts.unary(call, "_npi_square", centred));
      Value s = reciprocalDeviation(variance);
      Value scale = call.mx().apply("_npi_multiply", gamma, s);
      Value y = withVector("_npi_add", withVector("_npi_multiply", centred, scale), call.input(2));
      return new Lowered<>(
          List.of(y, mean, variance),
          // With h = (x - mean)·s: dx = gamma·s·(dy - mean(dy) - h·mean(dy·h)).
          (dy, wanted) -> {
            Value h = withVector("_npi_multiply", centred, s);
            Value product = same("_npi_multiply", dy, h);
            Value inner =
                same(
                    "_npi_subtract",
                    withVector("_npi_subtract", dy, overBatch("_npi_mean", dy)),
                    withVector("_npi_multiply", h, overBatch("_npi_mean", product)));
            return Arrays.asList(
                withVector("_npi_multiply", inner, scale),
                overBatch("_np_sum", product),
                overBatch("_np_sum", dy));
          });
    }

    Lowered<Value> inference() {
      InstructionWriter mx = call.mx();
      Value gamma = call.input(1);
      Value mean = call.input(3);
      Value s = reciprocalDeviation(call.input(4));
      Value scale = mx.apply("_npi_multiply", gamma, s);
      Value centred = withVector("_npi_subtract", call.input(0), mean);
      Value y = withVector("_npi_add", withVector("_npi_multiply", centred, scale), call.input(2));
      return Lowered.of(
          y,
          (dy, wanted) -> {
            Value sum = overBatch("_np_sum", dy);
            Value moment = overBatch("_np_sum", same("_npi_multiply", dy, centred));
            Value square = mx.apply("_npi_multiply", s, s);
            Value half = mx.apply("_npi_multiply_scalar", Map.of("scalar", -0.5), square);
            Value dMean = mx.apply("_npi_negative", mx.apply("_npi_multiply", sum, scale));
            Value dVariance =
                mx.apply("_npi_multiply", mx.apply("_npi_multiply", moment, scale), half);
            return Arrays.asList(
                withVector("_npi_multiply", dy, scale),
                mx.apply("_npi_multiply", moment, s),
                sum,
                dMean,
                dVariance);
          });
    }

    private Shape shape() {
      return call.inputShape(0);
    }

    private Value overBatch(String operator, Value x) {
      List<Integer> axes = InstructionWriter.range(shape().rank() - 1);
      return Broadcasts.reduce(call, operator, x, shape(), axes, false);
    }

    private Value withVector(String operator, Value x, Value vector) {
      return Broadcasts.binary(call, operator, x, shape(), vector, Shape.of(shape().size(-1)));
    }

    private Value same(String operator, Value a, Value b) {
      return Broadcasts.binary(call, operator, a, shape(), b, shape());
    }

    private Value reciprocalDeviation(Value variance) {
      InstructionWriter mx = call.mx();
      return mx.apply(
          "rsqrt", mx.apply("_npi_add_scalar", Map.of("scalar", (double) epsilon), variance));
    }
  }
}
