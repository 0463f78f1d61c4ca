package dev.espalier.engine.tensorflow;

import dev.espalier.engine.lowering.Lowered;
import dev.espalier.engine.lowering.LoweringTable;
import dev.espalier.graph.DataType;
import dev.espalier.graph.Op;
import dev.espalier.graph.Shape;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import org.tensorflow.Output;

/** Element-wise operations: unary and binary functions, comparisons, selection and casts. */
final class ElementwiseLowerings {
  private static final float TWO_OVER_SQRT_PI = 1.1283792f;

  /** The least number of elements of a sample for which compiling a kernel pays off. */
  private static final long COMPILED_ELEMENTS = 1 << 15;

  private ElementwiseLowerings() {}

  static void register(LoweringTable.Builder<Call, Output<?>> table) {
    table
        .add(
            Op.Constant.class,
            (op, call) -> Lowered.withoutGradient(call.tf().constant(op.value())))
        .add(Op.Unary.class, (op, call) -> unary(op, call, call.input(0)))
        .add(Op.Binary.class, ElementwiseLowerings::binary)
        .add(Op.Compare.class, ElementwiseLowerings::compare)
        .add(Op.Select.class, ElementwiseLowerings::select)
        .add(Op.Cast.class, ElementwiseLowerings::cast)
        .add(
            Op.StopGradient.class,
            (op, call) -> Lowered.withoutGradient(call.tf().apply("StopGradient", call.input(0))));
  }

  private static Lowered<Output<?>> unary(Op.Unary op, Call call, Output<?> x) {
    GraphWriter tf = call.tf();
    return switch (op.function()) {
      case NEGATE -> Lowered.unary(tf.apply("Neg", x), dy -> tf.apply("Neg", dy));
      case ABS -> Lowered.unary(tf.apply("Abs", x), dy -> tf.apply("Mul", dy, tf.apply("Sign", x)));
      case EXP -> byOutput(tf, "Exp", x, (y, dy) -> tf.apply("Mul", dy, y));
      case LOG -> Lowered.unary(tf.apply("Log", x), dy -> tf.apply("RealDiv", dy, x));
      case SQRT -> byOutput(tf, "Sqrt", x, (y, dy) -> tf.apply("SqrtGrad", y, dy));
      case RSQRT -> byOutput(tf, "Rsqrt", x, (y, dy) -> tf.apply("RsqrtGrad", y, dy));
      case SQUARE ->
          Lowered.unary(tf.apply("Square", x), dy -> tf.apply("Mul", dy, tf.apply("AddV2", x, x)));
      case RECIPROCAL ->
          byOutput(tf, "Reciprocal", x, (y, dy) -> tf.apply("ReciprocalGrad", y, dy));
      case SIGMOID -> byOutput(tf, "Sigmoid", x, (y, dy) -> tf.apply("SigmoidGrad", y, dy));
      case TANH -> byOutput(tf, "Tanh", x, (y, dy) -> tf.apply("TanhGrad", y, dy));
      case ERF -> Lowered.unary(tf.apply("Erf", x), dy -> erfGradient(tf, x, dy));
      case SOFTPLUS ->
          Lowered.unary(tf.apply("Softplus", x), dy -> tf.apply("SoftplusGrad", dy, x));
      case RELU -> byOutput(tf, "Relu", x, (y, dy) -> tf.apply("ReluGrad", dy, y));
      case RELU6 -> byOutput(tf, "Relu6", x, (y, dy) -> tf.apply("Relu6Grad", dy, y));
      case SWISH -> swish(call, x);
      case FLOOR -> Lowered.withoutGradient(tf.apply("Floor", x));
    };
  }

  /** A derivative that is cheaper to compute from the output than from the input. */
  @FunctionalInterface
  private interface OutputDerivative {
    Output<?> apply(Output<?> y, Output<?> dy);
  }

  private static Lowered<Output<?>> byOutput(
      GraphWriter tf, String type, Output<?> x, OutputDerivative derivative) {
    Output<?> y = tf.apply(type, x);
    return Lowered.unary(y, dy -> derivative.apply(y, dy));
  }

  private static Output<?> erfGradient(GraphWriter tf, Output<?> x, Output<?> dy) {
    Output<?> bell = tf.apply("Exp", tf.apply("Neg", tf.apply("Square", x)));
    return tf.apply("Mul", dy, tf.apply("Mul", bell, tf.number(TWO_OVER_SQRT_PI)));
  }

  private static Lowered<Output<?>> swish(Call call, Output<?> x) {
    GraphWriter tf = call.tf();
    Output<?> s = tf.apply("Sigmoid", x);
    Output<?> y = tf.apply("Mul", x, s);
    if (call.onProcessor() && isLarge(call.outputType().shape())) {
      return Lowered.unary(y, dy -> compiledSwishGradient(tf, x, dy));
    }
    // y' = s + x·s·(1 - s) in three passes over memory; the first uses the kernel for the
    // derivative of s, with x in place of the gradient.
    return Lowered.unary(
        y,
        dy -> {
          Output<?> slope = tf.apply("AddV2", tf.apply("SigmoidGrad", s, x), s);
          return tf.apply("Mul", dy, slope);
        });
  }

  private static boolean isLarge(Shape shape) {
    return shape.sizes().stream()
            .filter(size -> size != Shape.UNKNOWN)
            .mapToLong(Integer::longValue)
            .reduce(1, (a, b) -> a * b)
        >= COMPILED_ELEMENTS;
  }

  /**
   * Computes the same in one pass, from the input alone. The sigmoid of the forward pass is then
   * used by a single multiplication, and TensorFlow makes one operation of both, so that it is
   * never stored.
   */
  private static Output<?> compiledSwishGradient(GraphWriter tf, Output<?> x, Output<?> dy) {
    GraphWriter.Kernel kernel = tf.kernel();
    Output<?> s = kernel.apply(tf, "Sigmoid", x);
    Output<?> slope = kernel.apply(tf, "AddV2", kernel.apply(tf, "SigmoidGrad", s, x), s);
    return kernel.apply(tf, "Mul", dy, slope);
  }

  private static Lowered<Output<?>> binary(Op.Binary op, Call call) {
    GraphWriter tf = call.tf();
    Output<?> a = call.input(0);
    Output<?> b = call.input(1);
    if (!call.outputType().dataType().isFloat()) {
      return Lowered.withoutGradient(integers(op, call));
    }
    return switch (op.function()) {
      case ADD -> add(call);
      case SUBTRACT -> pair(call, tf.apply("Sub", a, b), dy -> dy, dy -> tf.apply("Neg", dy));
      case MULTIPLY ->
          pair(
              call,
              tf.apply("Mul", a, b),
              dy -> tf.apply("Mul", dy, b),
              dy -> tf.apply("Mul", dy, a));
      case DIVIDE -> {
        Output<?> y = tf.apply("RealDiv", a, b);
        yield pair(
            call,
            y,
            dy -> tf.apply("RealDiv", dy, b),
            dy -> tf.apply("Neg", tf.apply("RealDiv", tf.apply("Mul", dy, y), b)));
      }
      case MAXIMUM -> extremum(call, "Maximum", "GreaterEqual");
      case MINIMUM -> extremum(call, "Minimum", "LessEqual");
      case POWER -> power(call);
    };
  }

  private static Output<?> integers(Op.Binary op, Call call) {
    String type =
        switch (op.function()) {
          case ADD -> "AddV2";
          case SUBTRACT -> "Sub";
          case MULTIPLY -> "Mul";
          // TruncateDiv computes the same, but its error for a division by zero does not say so.
          case DIVIDE -> "Div";
          case MAXIMUM -> "Maximum";
          case MINIMUM -> "Minimum";
          case POWER -> "Pow";
        };
    if (op.function() == Op.BinaryFunction.POWER
        && call.outputType().dataType() == DataType.UINT8) {
      // TensorFlow has no power of bytes.
      GraphWriter tf = call.tf();
      Output<?> power =
          tf.apply(
              type, tf.cast(call.input(0), DataType.INT32), tf.cast(call.input(1), DataType.INT32));
      return tf.cast(power, DataType.UINT8);
    }
    return call.tf().apply(type, call.input(0), call.input(1));
  }

  /** Returns a binary function; the derivatives are those before broadcasting is undone. */
  private static Lowered<Output<?>> pair(
      Call call, Output<?> y, UnaryOperator<Output<?>> first, UnaryOperator<Output<?>> second) {
    Shape result = call.outputType().shape();
    GraphWriter tf = call.tf();
    return Lowered.of(
        y,
        (dy, wanted) ->
            Arrays.asList(
                BroadcastGradients.reduce(tf, first.apply(dy), result, call.inputType(0).shape()),
                BroadcastGradients.reduce(
                    tf, second.apply(dy), result, call.inputType(1).shape())));
  }

  private static Lowered<Output<?>> add(Call call) {
    Shape first = call.inputType(0).shape();
    Shape second = call.inputType(1).shape();
    Output<?> a = call.input(0);
    Output<?> b = call.input(1);
    Output<?> y;
    // TensorFlow fuses BiasAdd with a preceding convolution or matrix product, but not AddV2.
    if (BroadcastGradients.isLastAxis(second, first)) {
      y = call.tf().apply("BiasAdd", a, b);
    } else if (BroadcastGradients.isLastAxis(first, second)) {
      y = call.tf().apply("BiasAdd", b, a);
    } else {
      y = call.tf().apply("AddV2", a, b);
    }
    return pair(call, y, dy -> dy, dy -> dy);
  }

  private static Lowered<Output<?>> extremum(Call call, String type, String firstWins) {
    GraphWriter tf = call.tf();
    Output<?> a = call.input(0);
    Output<?> b = call.input(1);
    return pair(
        call,
        tf.apply(type, a, b),
        dy -> tf.apply("SelectV2", tf.apply(firstWins, a, b), dy, tf.number(0)),
        dy -> tf.apply("SelectV2", tf.apply(firstWins, a, b), tf.number(0), dy));
  }

  private static Lowered<Output<?>> power(Call call) {
    GraphWriter tf = call.tf();
    Output<?> a = call.input(0);
    Output<?> b = call.input(1);
    Output<?> y = tf.apply("Pow", a, b);
    Output<?> zero = tf.number(0);
    return pair(
        call,
        y,
        // b·a^(b-1) is 0 for b = 0, even where a^(b-1) is infinite.
        dy ->
            tf.apply(
                "MulNoNan",
                tf.apply("Mul", dy, tf.apply("Pow", a, tf.apply("Sub", b, tf.number(1)))),
                b),
        // y·log(a) is taken as 0 for a <= 0, where the logarithm is undefined.
        dy -> {
          Output<?> log =
              tf.apply("SelectV2", tf.apply("Greater", a, zero), tf.apply("Log", a), zero);
          return tf.apply("Mul", dy, tf.apply("Mul", y, log));
        });
  }

  private static Lowered<Output<?>> compare(Op.Compare op, Call call) {
    String type =
        switch (op.comparison()) {
          case EQUAL -> "Equal";
          case GREATER -> "Greater";
          case GREATER_EQUAL -> "GreaterEqual";
        };
    return Lowered.withoutGradient(call.tf().apply(type, call.input(0), call.input(1)));
  }

  private static Lowered<Output<?>> select(Op.Select op, Call call) {
    GraphWriter tf = call.tf();
    Output<?> condition = call.input(0);
    Output<?> y = tf.apply("SelectV2", condition, call.input(1), call.input(2));
    if (call.outputType().dataType() != DataType.FLOAT32) {
      return Lowered.withoutGradient(y);
    }
    return Lowered.of(
        y,
        (dy, wanted) ->
            Arrays.asList(
                null,
                tf.apply("SelectV2", condition, dy, tf.number(0)),
                tf.apply("SelectV2", condition, tf.number(0), dy)));
  }

  private static Lowered<Output<?>> cast(Op.Cast op, Call call) {
    Output<?> x = call.input(0);
    DataType source = call.inputType(0).dataType();
    if (op.dataType() == source) {
      return Lowered.unary(call.tf().apply("Identity", x), dy -> dy);
    }
    Output<?> y = call.tf().cast(x, op.dataType());
    return source.isFloat() && op.dataType().isFloat()
        ? Lowered.unary(y, dy -> call.tf().cast(dy, source))
        : Lowered.withoutGradient(y);
  }
}
