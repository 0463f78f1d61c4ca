package dev.espalier.onnx;

import dev.espalier.graph.DataType;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Op;
import dev.espalier.graph.Shape;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Unary and binary functions, comparisons, selection and casts. */
final class ElementwiseRules {
  private ElementwiseRules() {}

  static void register(ExportRules rules) {
    rules
        .add(Op.Constant.class, (op, call) -> Value.constant(op.value(), hint(call)))
        .add(Op.Unary.class, ElementwiseRules::unary)
        .add(Op.Binary.class, ElementwiseRules::binary)
        .add(Op.Compare.class, ElementwiseRules::compare)
        .add(Op.Select.class, ElementwiseRules::select)
        .add(Op.Cast.class, ElementwiseRules::cast)
        .add(Op.StopGradient.class, (op, call) -> call.input(0));
  }

  private static String hint(Call call) {
    return call.scope().isEmpty() ? "constant" : call.scope() + "/constant";
  }

  private static Value unary(Op.Unary op, Call call) {
    Value x = call.input(0);
    String in = call.either(x);
    return call.resultLike(
        x,
        switch (op.function()) {
          case NEGATE -> call.node("Neg", in);
          case ABS -> call.node("Abs", in);
          case EXP -> call.node("Exp", in);
          case LOG -> call.node("Log", in);
          case SQRT -> call.node("Sqrt", in);
          case RSQRT -> call.node("Reciprocal", call.node("Sqrt", in).output());
          case SQUARE -> call.node("Mul", in, in);
          case RECIPROCAL -> call.node("Reciprocal", in);
          case SIGMOID -> call.node("Sigmoid", in);
          case TANH -> call.node("Tanh", in);
          case ERF -> call.node("Erf", in);
          case SOFTPLUS -> call.node("Softplus", in);
          case RELU -> call.node("Relu", in);
          case RELU6 -> call.node("Clip", in, call.number(0), call.number(6));
          case SWISH -> call.node("Mul", in, call.node("Sigmoid", in).output());
          case FLOOR -> call.node("Floor", in);
        });
  }

  private static Value binary(Op.Binary op, Call call) {
    if (call.type().dataType() == DataType.UINT8) {
      // ONNX Runtime has no arithmetic of bytes.
      Op.Cast toInts = new Op.Cast(DataType.INT32);
      Value wide =
          call.apply(op, call.apply(toInts, call.input(0)), call.apply(toInts, call.input(1)));
      return call.apply(new Op.Cast(DataType.UINT8), wide);
    }
    Value biased = op.function() == Op.BinaryFunction.ADD ? withBias(call) : null;
    if (biased != null) {
      return biased;
    }
    if (op.function() == Op.BinaryFunction.MULTIPLY && call.file().hasFixedBatch()) {
      Value scaled = withScaledChannels(call);
      if (scaled != null) {
        return scaled;
      }
    }
    Value rows = PixelRows.binary(op, call);
    if (rows != null) {
      return rows;
    }
    return elementwise(
        call,
        switch (op.function()) {
          case ADD -> "Add";
          case SUBTRACT -> "Sub";
          case MULTIPLY -> "Mul";
          case DIVIDE -> "Div";
          case MAXIMUM -> "Max";
          case MINIMUM -> "Min";
          case POWER -> "Pow";
        });
  }

  /** Returns a convolution with what is added to its channels, or null if this is none. */
  private static @Nullable Value withBias(Call call) {
    Value images = call.input(0);
    OnnxNode convolution = images.producer;
    HostArray bias = call.input(1).constant();
    if (convolution == null
        || bias == null
        || !convolution.type().startsWith("Conv")
        || convolution.inputs().size() != 2
        || !call.isOnlyUse()
        || !bias.shape().equals(Shape.of(images.type().shape().size(-1)))) {
      return null;
    }
    convolution.inputs().add(call.file().constant(call.scope() + "/bias", bias));
    return images;
  }

  /**
   * Returns the product of images and a factor for each of their channels, or null if this is none.
   * ONNX Runtime has convolutions and what is between them in a layout of its own, but multiplies
   * in it only what has equal shapes; it copies all channels to another layout and back for
   * anything else. So the factors are repeated for each pixel, which it does in that layout.
   */
  private static @Nullable Value withScaledChannels(Call call) {
    boolean factorsFirst = call.input(0).isOnePixel();
    Value factors = call.input(factorsFirst ? 0 : 1);
    Value images = call.input(factorsFirst ? 1 : 0);
    if (!images.isChannelsFirst()
        || images.isOnePixel()
        || !factors.isOnePixel()
        || factors.constant() != null
        || call.type().dataType() != DataType.FLOAT32
        || !images.type().equals(call.type())
        || images.type().shape().size(1) < 1
        || images.type().shape().size(2) < 1
        || images.type().shape().size(0) != factors.type().shape().size(0)
        || images.type().shape().size(3) != factors.type().shape().size(3)) {
      return null;
    }
    call.file().repeatsFactors();
    Shape shape = images.type().shape();
    HostArray scales =
        HostArray.wrap(Shape.of(4), new float[] {1, 1, shape.size(1), shape.size(2)});
    OnnxNode repeated =
        call.node(
                "Resize",
                call.channelsFirst(factors),
                "",
                call.file().constant(call.scope() + "/scales", scales))
            .with("mode", "nearest")
            .with("coordinate_transformation_mode", "asymmetric")
            .with("nearest_mode", "floor");
    return call.channelsFirstResult(
        call.node("Mul", call.channelsFirst(images), repeated.output()));
  }

  private static Value elementwise(Call call, String operation) {
    List<String> channelsFirst = call.broadcastChannelsFirst(call.inputs());
    return channelsFirst == null
        ? call.plainResult(
            call.node(operation, call.inputs().stream().map(call::plain).toArray(String[]::new)))
        : call.channelsFirstResult(call.node(operation, channelsFirst.toArray(String[]::new)));
  }

  private static Value compare(Op.Compare op, Call call) {
    if (call.input(0).type().dataType() == DataType.UINT8) {
      Op.Cast toInts = new Op.Cast(DataType.INT32);
      return call.apply(op, call.apply(toInts, call.input(0)), call.apply(toInts, call.input(1)));
    }
    return elementwise(
        call,
        switch (op.comparison()) {
          case EQUAL -> "Equal";
          case GREATER -> "Greater";
          case GREATER_EQUAL -> "GreaterOrEqual";
        });
  }

  private static Value select(Op.Select op, Call call) {
    if (call.type().dataType() == DataType.BOOL) {
      Op.Cast toInts = new Op.Cast(DataType.INT32);
      Value chosen =
          call.apply(
              op,
              call.input(0),
              call.apply(toInts, call.input(1)),
              call.apply(toInts, call.input(2)));
      return call.apply(new Op.Cast(DataType.BOOL), chosen);
    }
    return elementwise(call, "Where");
  }

  private static Value cast(Op.Cast op, Call call) {
    Value x = call.input(0);
    if (op.dataType() == x.type().dataType()) {
      return x;
    }
    Value rows = PixelRows.cast(op, call);
    if (rows != null) {
      return rows;
    }
    // Pixels have the fewest bytes to put into another order; convolutions come next.
    boolean pixels =
        x.rank() == 4
            && x.type().dataType() == DataType.UINT8
            && x.type().shape().size(0) == Shape.UNKNOWN;
    long type = ElementType.of(op.dataType()).number();
    return pixels
        ? call.channelsFirstResult(call.node("Cast", call.channelsFirst(x)).with("to", type))
        : call.resultLike(x, call.node("Cast", call.either(x)).with("to", type));
  }
}
