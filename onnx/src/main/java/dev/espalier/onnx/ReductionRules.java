package dev.espalier.onnx;

import dev.espalier.graph.DataType;
import dev.espalier.graph.Op;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reductions over axes, softmax, and products of matrices. */
final class ReductionRules {
  private static final List<Integer> PIXELS = List.of(1, 2);

  private ReductionRules() {}

  static void register(ExportRules rules) {
    rules
        .add(Op.Reduce.class, ReductionRules::reduce)
        .add(Op.ArgMax.class, ReductionRules::argMax)
        .add(Op.Softmax.class, (op, call) -> alongChannels(call, "Softmax"))
        .add(Op.LogSoftmax.class, (op, call) -> alongChannels(call, "LogSoftmax"))
        .add(
            Op.MatMul.class,
            (op, call) ->
                call.plainResult(
                    call.node("MatMul", call.plain(call.input(0)), call.plain(call.input(1)))));
  }

  private static Value reduce(Op.Reduce op, Call call) {
    Value x = call.input(0);
    if (op.axes().isEmpty()) {
      return x;
    }
    List<Integer> axes = op.axes().stream().map(x.type().shape()::normalizeAxis).toList();
    String pooling = pooling(op.reduction());
    if (x.isChannelsFirst() && axes.equals(PIXELS) && pooling != null) {
      Value pooled =
          Value.channelsFirst(
              x.type().withShape(x.type().shape().with(1, 1).with(2, 1)),
              call.node(pooling, call.channelsFirst(x)).output());
      if (op.keepDims()) {
        return pooled;
      }
      Value matrix = call.apply(new Op.Reshape(call.type().shape()), pooled);
      matrix.onePixel = pooled;
      return matrix;
    }
    // Without the reduced axes, the others must be in the order of the program.
    boolean ordered = op.keepDims() || axes.containsAll(PIXELS) || axes.contains(3);
    boolean channelsFirst = x.isChannelsFirst() && ordered;
    String name = channelsFirst ? call.channelsFirst(x) : call.plain(x);
    List<Integer> reduced =
        channelsFirst ? axes.stream().map(axis -> Call.axis(x, axis)).sorted().toList() : axes;
    OnnxNode node =
        call.node(
                switch (op.reduction()) {
                  case SUM -> "ReduceSum";
                  case MEAN -> "ReduceMean";
                  case MAX -> "ReduceMax";
                  case MIN -> "ReduceMin";
                },
                name,
                call.sizes(reduced))
            .with("keepdims", op.keepDims() ? 1L : 0L);
    return channelsFirst && op.keepDims() ? call.channelsFirstResult(node) : call.plainResult(node);
  }

  private static @Nullable String pooling(Op.Reduction reduction) {
    return switch (reduction) {
      case MEAN -> "GlobalAveragePool";
      case MAX -> "GlobalMaxPool";
      case SUM, MIN -> null;
    };
  }

  private static Value alongChannels(Call call, String operation) {
    Value x = call.input(0);
    return call.resultLike(
        x, call.node(operation, call.either(x)).with("axis", (long) Call.axis(x, -1)));
  }

  /** NaN is passed over: it counts as less than any number. */
  private static Value argMax(Op.ArgMax op, Call call) {
    Value x = call.input(0);
    String name = call.plain(x);
    if (x.type().dataType() == DataType.FLOAT32) {
      String least = call.number(Float.NEGATIVE_INFINITY);
      name = call.node("Where", call.node("IsNaN", name).output(), least, name).output();
    } else if (x.type().dataType() != DataType.INT32) {
      name = cast(call, name, DataType.INT32);
    }
    long axis = x.type().shape().normalizeAxis(op.axis());
    String index = call.node("ArgMax", name).with("axis", axis).with("keepdims", 0L).output();
    return Value.plain(call.type(), cast(call, index, DataType.INT32));
  }

  private static String cast(Call call, String name, DataType type) {
    return call.node("Cast", name).with("to", (long) ElementType.of(type).number()).output();
  }
}
