package dev.espalier.onnx;

import dev.espalier.graph.HostArray;
import dev.espalier.graph.Op;
import dev.espalier.graph.Op.BinaryFunction;
import dev.espalier.graph.Op.UnaryFunction;
import java.util.List;
import java.util.stream.IntStream;

/** Batch normalization. */
final class NormalizationRules {
  private NormalizationRules() {}

  static void register(ExportRules rules) {
    rules
        .addAll(Op.BatchNormTraining.class, NormalizationRules::training)
        .add(Op.BatchNormInference.class, NormalizationRules::inference);
  }

  private static Value inference(Op.BatchNormInference op, Call call) {
    Value x = call.input(0);
    if (x.rank() != 4) {
      return normalized(
          call, x, call.input(1), call.input(2), call.input(3), call.input(4), op.epsilon());
    }
    return call.channelsFirstResult(
        call.node(
                "BatchNormalization",
                call.channelsFirst(x),
                call.plain(call.input(1)),
                call.plain(call.input(2)),
                call.plain(call.input(3)),
                call.plain(call.input(4)))
            .with("epsilon", op.epsilon()));
  }

  private static List<Value> training(Op.BatchNormTraining op, Call call) {
    Value x = call.input(0);
    List<Integer> axes = IntStream.range(0, x.rank() - 1).boxed().toList();
    Op meanOverSamples = new Op.Reduce(Op.Reduction.MEAN, axes, false);
    Value mean = call.apply(meanOverSamples, x);
    Value centred = binary(call, BinaryFunction.SUBTRACT, x, mean);
    Value variance =
        call.apply(meanOverSamples, call.apply(new Op.Unary(UnaryFunction.SQUARE), centred));
    Value y = normalized(call, x, call.input(1), call.input(2), mean, variance, op.epsilon());
    return List.of(y, mean, variance);
  }

  private static Value normalized(
      Call call, Value x, Value gamma, Value beta, Value mean, Value variance, float epsilon) {
    Value small = Value.constant(HostArray.scalar(epsilon), call.scope() + "/epsilon");
    Value scale =
        binary(
            call,
            BinaryFunction.MULTIPLY,
            gamma,
            call.apply(
                new Op.Unary(UnaryFunction.RSQRT),
                binary(call, BinaryFunction.ADD, variance, small)));
    Value centred = binary(call, BinaryFunction.SUBTRACT, x, mean);
    return binary(
        call, BinaryFunction.ADD, binary(call, BinaryFunction.MULTIPLY, centred, scale), beta);
  }

  private static Value binary(Call call, BinaryFunction function, Value a, Value b) {
    return call.apply(new Op.Binary(function), a, b);
  }
}
