package dev.espalier.engine.pytorch;

import dev.espalier.engine.lowering.Lowered;
import dev.espalier.engine.lowering.LoweringTable;
import dev.espalier.engine.pytorch.ScriptLine.Value;
import dev.espalier.graph.DataType;
import dev.espalier.graph.Op;
import dev.espalier.graph.Shape;
import java.util.Arrays;
import java.util.List;

/** Batch normalization. */
final class NormalizationLowerings {
  private NormalizationLowerings() {}

  static void register(LoweringTable.Builder<Call, Value> table) {
    table
        .add(Op.BatchNormTraining.class, NormalizationLowerings::training)
        .add(Op.BatchNormInference.class, NormalizationLowerings::inference);
  }

  /**
   * Computes mean and variance first and then normalizes with them. PyTorch's single operator for
   * both would be equivalent, but returns the reciprocal standard deviation instead of the
   * variance.
   */
  private static Lowered<Value> training(Op.BatchNormTraining op, Call call) {
    ScriptWriter torch = call.torch();
    Value x = channelsSecond(call, call.input(0));
    Value gamma = call.input(1);
    // The operator computes in the type of the running statistics, which do not matter otherwise.
    Value running = isHalf(call) ? torch.apply("zeros_like", gamma) : null;
    List<Value> statistics =
        torch.applyForSeveral(2, "batch_norm_update_stats", x, running, running, 0.0);
    Value mean = statistics.get(0);
    Value variance = statistics.get(1);
    Value y = normalize(call, x, mean, variance, op.epsilon());
    return new Lowered<>(
        List.of(channelsLast(call, y), mean, variance),
        (dy, wanted) -> {
          Value deviation = reciprocalDeviation(torch, variance, op.epsilon());
          List<Value> gradients =
              torch.applyForSeveral(
                  3,
                  "native_batch_norm_backward",
                  channelsSecond(call, dy),
                  x,
                  gamma,
                  null,
                  null,
                  mean,
                  deviation,
                  true,
                  op.epsilon(),
                  List.of(wanted.test(0), wanted.test(1), wanted.test(2)));
          return Arrays.asList(
              wanted.test(0) ? channelsLast(call, gradients.get(0)) : null,
              wanted.test(1) ? gradients.get(1) : null,
              wanted.test(2) ? gradients.get(2) : null);
        });
  }

  private static Lowered<Value> inference(Op.BatchNormInference op, Call call) {
    ScriptWriter torch = call.torch();
    Value x = channelsSecond(call, call.input(0));
    Value gamma = call.input(1);
    Value mean = call.input(3);
    Value variance = call.input(4);
    Value y = normalize(call, x, mean, variance, op.epsilon());
    Shape shape = call.outputType().shape();
    // Mean and variance are inputs here, so all derivatives are written out, with s =
    // 1/sqrt(variance + epsilon). Unused ones are pruned when the script is written.
    return Lowered.of(
        channelsLast(call, y),
        (given, wanted) -> {
          Value dy = inFloat(call, given);
          Value s = reciprocalDeviation(torch, variance, op.epsilon());
          Value scale = torch.overwriting("mul", gamma, s);
          Value sum = BroadcastGradients.sumToLastAxis(torch, dy, shape);
          Value centred = torch.overwriting("sub", inFloat(call, call.input(0)), mean);
          Value moment =
              BroadcastGradients.sumToLastAxis(
                  torch, torch.overwritingEither("mul", dy, centred), shape);
          Value dGamma = torch.overwriting("mul", moment, s);
          Value half = torch.overwriting("mul", torch.overwriting("mul", s, s), -0.5);
          return Arrays.asList(
              inTypeOfImages(call, torch.overwriting("mul", dy, scale)),
              dGamma,
              sum,
              torch.overwriting("neg", torch.overwriting("mul", sum, scale)),
              torch.overwriting("mul", torch.overwriting("mul", moment, scale), half));
        });
  }

  private static boolean isHalf(Call call) {
    return call.inputType(0).dataType().isHalf();
  }

  private static Value inFloat(Call call, Value value) {
    return isHalf(call) ? ScalarType.convert(call.torch(), value, DataType.FLOAT32) : value;
  }

  private static Value inTypeOfImages(Call call, Value value) {
    return isHalf(call)
        ? ScalarType.convert(call.torch(), value, call.inputType(0).dataType())
        : value;
  }

  private static Value normalize(Call call, Value x, Value mean, Value variance, float epsilon) {
    return call.torch()
        .applyForSeveral(
            3,
            "native_batch_norm",
            x,
            call.input(1),
            call.input(2),
            mean,
            variance,
            false,
            0.0,
            epsilon)
        .get(0);
  }

  private static Value reciprocalDeviation(ScriptWriter torch, Value variance, float epsilon) {
    return torch.overwriting("rsqrt", torch.overwriting("add", variance, epsilon));
  }

  /**
   * The operators expect channels as the second axis; with four axes the channels-last format is
   * preserved.
   */
  private static Value channelsSecond(Call call, Value value) {
    Shape shape = call.inputShape(0);
    if (shape.rank() == 4) {
      return ConvolutionLowerings.channelsSecond(call.torch(), value);
    }
    return shape.rank() == 2
        ? value
        : call.torch().view("reshape", value, List.of(-1, shape.size(-1)));
  }

  private static Value channelsLast(Call call, Value value) {
    Shape shape = call.inputShape(0);
    if (shape.rank() == 4) {
      return ConvolutionLowerings.channelsLast(call.torch(), value);
    }
    return shape.rank() == 2 ? value : call.torch().view("reshape", value, shape.sizes());
  }
}
