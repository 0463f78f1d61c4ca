package dev.espalier.engine.pytorch;

import dev.espalier.engine.lowering.Lowered;
import dev.espalier.engine.lowering.LoweringTable;
import dev.espalier.engine.pytorch.ScriptLine.Value;
import dev.espalier.engine.pytorch.ScriptWriter.Named;
import dev.espalier.graph.DataType;
import dev.espalier.graph.Op;
import dev.espalier.graph.Shape;
import java.util.Arrays;
import java.util.function.BiFunction;
import java.util.function.BinaryOperator;
import java.util.function.IntPredicate;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** Element-wise operations: unary and binary functions, comparisons, selection and casts. */
final class ElementwiseLowerings {
  private static final double TWO_OVER_SQRT_PI = 1.1283791670955126;

  private ElementwiseLowerings() {}

  static void register(LoweringTable.Builder<Call, Value> table) {
    table
        .add(
            Op.Constant.class,
            (op, call) -> Lowered.withoutGradient(call.torch().constant(op.value())))
        .add(Op.Unary.class, (op, call) -> unary(op.function(), call.torch(), call.input(0)))
        .add(Op.Binary.class, ElementwiseLowerings::binary)
        .add(Op.Compare.class, ElementwiseLowerings::compare)
        .add(Op.Select.class, ElementwiseLowerings::select)
        .add(Op.Cast.class, ElementwiseLowerings::cast)
        .add(Op.StopGradient.class, (op, call) -> Lowered.withoutGradient(call.input(0)));
  }

  private static Lowered<Value> unary(Op.UnaryFunction function, ScriptWriter torch, Value x) {
    return switch (function) {
      case NEGATE -> Lowered.unary(torch.overwriting("neg", x), dy -> torch.overwriting("neg", dy));
      case ABS ->
          Lowered.unary(
              torch.overwriting("abs", x),
              dy -> torch.overwriting("mul", dy, torch.overwriting("sign", x)));
      case EXP -> byOutput(torch, "exp", x, (y, dy) -> torch.overwriting("mul", dy, y));
      case LOG -> Lowered.unary(torch.overwriting("log", x), dy -> torch.overwriting("div", dy, x));
      case SQRT ->
          byOutput(
              torch,
              "sqrt",
              x,
              (y, dy) -> torch.overwriting("div", dy, torch.overwriting("mul", y, 2.0)));
      case RSQRT ->
          byOutput(
              torch,
              "rsqrt",
              x,
              (y, dy) -> {
                Value cube = torch.overwriting("pow", y, 3);
                return torch.overwriting("mul", dy, torch.overwriting("mul", cube, -0.5));
              });
      case SQUARE ->
          Lowered.unary(
              torch.overwriting("mul", x, x),
              dy -> torch.overwriting("mul", dy, torch.overwriting("mul", x, 2.0)));
      case RECIPROCAL ->
          byOutput(
              torch,
              "reciprocal",
              x,
              (y, dy) -> {
                Value square = torch.overwriting("mul", y, y);
                return torch.overwriting("mul", dy, torch.overwriting("neg", square));
              });
      case SIGMOID ->
          byOutput(torch, "sigmoid", x, (y, dy) -> torch.backward("sigmoid_backward", dy, y));
      case TANH -> byOutput(torch, "tanh", x, (y, dy) -> torch.backward("tanh_backward", dy, y));
      case ERF -> Lowered.unary(torch.overwriting("erf", x), dy -> erfGradient(torch, x, dy));
      case SOFTPLUS ->
          Lowered.unary(
              torch.apply("softplus", x, 1.0, 20.0),
              dy -> torch.backward("softplus_backward", dy, x, 1.0, 20.0));
      case RELU ->
          byOutput(torch, "relu", x, (y, dy) -> torch.backward("threshold_backward", dy, y, 0));
      case RELU6 ->
          Lowered.unary(
              torch.overwriting("hardtanh", x, 0.0, 6.0),
              dy -> torch.backward("hardtanh_backward", dy, x, 0.0, 6.0));
      case SWISH ->
          Lowered.unary(torch.overwriting("silu", x), dy -> torch.backward("silu_backward", dy, x));
      case FLOOR -> Lowered.withoutGradient(torch.overwriting("floor", x));
    };
  }

  /** Computes the derivative from the output and the gradient of the output. */
  private static Lowered<Value> byOutput(
      ScriptWriter torch, String operator, Value x, BinaryOperator<Value> derivative) {
    Value y = torch.overwriting(operator, x);
    return Lowered.unary(y, dy -> derivative.apply(y, dy));
  }

  private static Value erfGradient(ScriptWriter torch, Value x, Value dy) {
    Value square = torch.overwriting("mul", x, x);
    Value bell = torch.overwriting("exp", torch.overwriting("neg", square));
    return torch.overwriting("mul", dy, torch.overwriting("mul", bell, TWO_OVER_SQRT_PI));
  }

  private static Lowered<Value> binary(Op.Binary op, Call call) {
    ScriptWriter torch = call.torch();
    Value a = call.input(0);
    Value b = call.input(1);
    if (!call.outputType().dataType().isFloat()) {
      return Lowered.withoutGradient(integers(op.function(), torch, a, b));
    }
    return switch (op.function()) {
      case ADD -> add(call);
      case SUBTRACT ->
          pair(
              call,
              plusProduct(call, -1, () -> combine(call, "sub")),
              dy -> dy,
              dy -> torch.overwriting("neg", dy));
      case MULTIPLY -> multiply(call);
      case DIVIDE -> {
        Value y = combine(call, "div");
        yield pair(
            call,
            y,
            dy -> torch.overwriting("div", dy, b),
            dy -> {
              Value product = torch.overwriting("mul", dy, y);
              return torch.overwriting("neg", torch.overwriting("div", product, b));
            });
      }
      case MAXIMUM -> extremum(call, "maximum", "ge");
      case MINIMUM -> extremum(call, "minimum", "le");
      case POWER -> power(call);
    };
  }

  private static Lowered<Value> multiply(Call call) {
    ScriptWriter torch = call.torch();
    Value a = call.input(0);
    Value b = call.input(1);
    return pair(
        call,
        combineEither(call, "mul"),
        dy -> torch.overwriting("mul", dy, b),
        (dy, wanted) ->
            torch.overwriting(
                "mul",
                dy,
                wanted.test(0) && call.isSwishOfExcitation(call.node()) ? torch.again(a) : a));
  }

  private static Value integers(Op.BinaryFunction function, ScriptWriter torch, Value a, Value b) {
    return switch (function) {
      case ADD -> torch.apply("add", a, b);
      case SUBTRACT -> torch.apply("sub", a, b);
      case MULTIPLY -> torch.apply("mul", a, b);
      case DIVIDE -> torch.apply("div", a, b, new Named("rounding_mode", "trunc"));
      case MAXIMUM -> torch.apply("maximum", a, b);
      case MINIMUM -> torch.apply("minimum", a, b);
      case POWER -> torch.apply("pow", a, b);
    };
  }

  /** Returns a binary function; the derivatives are those before broadcasting is undone. */
  private static Lowered<Value> pair(
      Call call, Value y, UnaryOperator<Value> first, UnaryOperator<Value> second) {
    return pair(call, y, first, (dy, wanted) -> second.apply(dy));
  }

  /** Returns a binary function whose second derivative takes which ones are wanted, too. */
  private static Lowered<Value> pair(
      Call call,
      Value y,
      UnaryOperator<Value> first,
      BiFunction<Value, IntPredicate, Value> second) {
    Shape result = call.outputType().shape();
    return Lowered.of(
        y,
        (dy, wanted) ->
            Arrays.asList(
                wanted.test(0) ? BroadcastGradients.reduce(call, first.apply(dy), result, 0) : null,
                wanted.test(1)
                    ? BroadcastGradients.reduce(call, second.apply(dy, wanted), result, 1)
                    : null));
  }

  private static Lowered<Value> add(Call call) {
    Value sum = ConvolutionLowerings.withBias(call);
    return pair(
        call,
        sum != null ? sum : plusProduct(call, 1, () -> combineEither(call, "add")),
        dy -> dy,
        dy -> dy);
  }

  /**
   * Returns the first input plus {@code factor} times the second. If the second is a product of a
   * scalar and a tensor, as in the updates of optimizers, a single operator computes both, which
   * saves a pass over memory.
   */
  private static Value plusProduct(Call call, int factor, Supplier<Value> otherwise) {
    ScriptWriter torch = call.torch();
    ScriptLine product = torch.line(call.input(1));
    boolean ofNumber =
        product.operator().equals("mul")
            && call.isProductWithNumber(1)
            && call.inputShape(0).equals(call.inputShape(1));
    return ofNumber
        ? torch.overwriting(
            "addcmul",
            call.input(0),
            product.values().get(0),
            product.values().get(1),
            new Named("value", factor))
        : otherwise.get();
  }

  /**
   * Adds a binary operator; if its result has the shape of the first argument, it may overwrite it.
   */
  private static Value combine(Call call, String operator) {
    return call.outputType().shape().equals(call.inputShape(0))
        ? call.torch().overwriting(operator, call.input(0), call.input(1))
        : call.torch().apply(operator, call.input(0), call.input(1));
  }

  /** Like {@link #combine}, for commutative operators. */
  private static Value combineEither(Call call, String operator) {
    Shape result = call.outputType().shape();
    if (result.equals(call.inputShape(0)) && result.equals(call.inputShape(1))) {
      return call.torch().overwritingEither(operator, call.input(0), call.input(1));
    }
    return result.equals(call.inputShape(1))
        ? call.torch().overwriting(operator, call.input(1), call.input(0))
        : combine(call, operator);
  }

  private static Lowered<Value> extremum(Call call, String operator, String firstWins) {
    ScriptWriter torch = call.torch();
    Value a = call.input(0);
    Value b = call.input(1);
    return pair(
        call,
        torch.apply(operator, a, b),
        dy -> torch.apply("where", torch.apply(firstWins, a, b), dy, 0.0),
        dy -> torch.apply("where", torch.apply(firstWins, a, b), 0.0, dy));
  }

  private static Lowered<Value> power(Call call) {
    ScriptWriter torch = call.torch();
    Value a = call.input(0);
    Value b = call.input(1);
    Value y = torch.apply("pow", a, b);
    return pair(
        call,
        y,
        // b·a^(b-1) is 0 for b = 0, even where a^(b-1) is infinite.
        dy -> {
          Value slope = torch.apply("pow", a, torch.apply("sub", b, 1.0));
          Value gradient = torch.overwriting("mul", torch.overwriting("mul", dy, slope), b);
          return torch.apply("where", torch.apply("eq", b, 0.0), 0.0, gradient);
        },
        // y·log(a) is taken as 0 for a <= 0, where the logarithm is undefined.
        dy -> {
          Value log = torch.apply("where", torch.apply("gt", a, 0.0), torch.apply("log", a), 0.0);
          return torch.overwriting("mul", dy, torch.overwriting("mul", y, log));
        });
  }

  private static Lowered<Value> compare(Op.Compare op, Call call) {
    String operator =
        switch (op.comparison()) {
          case EQUAL -> "eq";
          case GREATER -> "gt";
          case GREATER_EQUAL -> "ge";
        };
    return Lowered.withoutGradient(call.torch().apply(operator, call.input(0), call.input(1)));
  }

  private static Lowered<Value> select(Op.Select op, Call call) {
    ScriptWriter torch = call.torch();
    Value condition = call.input(0);
    Value y = torch.apply("where", condition, call.input(1), call.input(2));
    if (call.outputType().dataType() != DataType.FLOAT32) {
      return Lowered.withoutGradient(y);
    }
    return Lowered.of(
        y,
        (dy, wanted) ->
            Arrays.asList(
                null,
                torch.apply("where", condition, dy, 0.0),
                torch.apply("where", condition, 0.0, dy)));
  }

  private static Lowered<Value> cast(Op.Cast op, Call call) {
    Value x = call.input(0);
    DataType source = call.inputType(0).dataType();
    if (op.dataType() == source) {
      return Lowered.unary(x, dy -> dy);
    }
    Value y = ScalarType.convert(call.torch(), x, op.dataType());
    return source.isFloat() && op.dataType().isFloat()
        ? Lowered.unary(y, dy -> ScalarType.convert(call.torch(), dy, source))
        : Lowered.withoutGradient(y);
  }
}
