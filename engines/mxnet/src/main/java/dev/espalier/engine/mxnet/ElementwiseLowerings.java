package dev.espalier.engine.mxnet;

import dev.espalier.engine.lowering.Lowered;
import dev.espalier.engine.lowering.LoweringTable;
import dev.espalier.engine.mxnet.Instruction.Value;
import dev.espalier.graph.DataType;
import dev.espalier.graph.Op;
import dev.espalier.graph.Shape;
import java.util.Arrays;
import java.util.Map;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;

/** Element-wise operations: unary and binary functions, comparisons, selection and casts. */
final class ElementwiseLowerings {
  private static final double TWO_OVER_SQRT_PI = 1.1283791670955126;

  private ElementwiseLowerings() {}

  static void register(LoweringTable.Builder<Call, Value> table) {
    table
        .add(
            Op.Constant.class,
            (op, call) -> Lowered.withoutGradient(call.mx().constant(op.value())))
        .add(Op.Unary.class, (op, call) -> new Unary(call).lower(op.function(), call.input(0)))
        .add(Op.Binary.class, ElementwiseLowerings::binary)
        .add(Op.Compare.class, ElementwiseLowerings::compare)
        .add(Op.Select.class, ElementwiseLowerings::select)
        .add(Op.Cast.class, ElementwiseLowerings::cast)
        .add(Op.StopGradient.class, (op, call) -> Lowered.withoutGradient(call.input(0)));
  }

  /** Unary functions; all values have the same shape. */
  private record Unary(Call call) {
    Lowered<Value> lower(Op.UnaryFunction function, Value x) {
      return switch (function) {
        case NEGATE -> Lowered.unary(f("_npi_negative", x), dy -> f("_npi_negative", dy));
        case ABS -> Lowered.unary(f("_npi_absolute", x), dy -> times(dy, f("_npi_sign", x)));
        case EXP -> byOutput("_npi_exp", x, (y, dy) -> times(dy, y));
        case LOG -> Lowered.unary(f("_npi_log", x), dy -> g("_npi_true_divide", dy, x));
        case SQRT -> byOutput("_npi_sqrt", x, (y, dy) -> scaled(g("_npi_true_divide", dy, y), 0.5));
        case RSQRT ->
            byOutput("rsqrt", x, (y, dy) -> scaled(times(dy, times(y, times(y, y))), -0.5));
        case SQUARE -> Lowered.unary(f("_npi_square", x), dy -> times(dy, scaled(x, 2)));
        case RECIPROCAL ->
            byOutput("_npi_reciprocal", x, (y, dy) -> scaled(times(dy, times(y, y)), -1));
        case SIGMOID -> byOutput(sigmoid(x), (y, dy) -> times(dy, slope(y)));
        case TANH -> byOutput("_npi_tanh", x, (y, dy) -> times(dy, oneMinus(f("_npi_square", y))));
        case ERF -> Lowered.unary(f("_npx_erf", x), dy -> erfGradient(x, dy));
        case SOFTPLUS ->
            Lowered.unary(
                Broadcasts.unary(call, "_npx_activation", Map.of("act_type", "softrelu"), x),
                dy -> times(dy, sigmoid(x)));
        case RELU ->
            byOutput("_npx_relu", x, (y, dy) -> masked(dy, g("_npi_greater", y, call.number(0))));
        case RELU6 ->
            byOutput(
                Broadcasts.unary(call, "_npi_clip", Map.of("a_min", 0, "a_max", 6), x),
                (y, dy) -> {
                  Value above = masked(dy, g("_npi_greater", y, call.number(0)));
                  return masked(above, g("_npi_less", y, call.number(6)));
                });
        case SWISH -> swish(x);
        case FLOOR -> Lowered.withoutGradient(f("_npi_floor", x));
      };
    }

    private Value f(String operator, Value x) {
      return Broadcasts.unary(call, operator, x);
    }

    private Value g(String operator, Value a, Value b) {
      return ElementwiseLowerings.same(call, operator, a, b);
    }

    private Value times(Value a, Value b) {
      return g("_npi_multiply", a, b);
    }

    private Value scaled(Value x, double factor) {
      return Broadcasts.unary(call, "_npi_multiply_scalar", Map.of("scalar", factor), x);
    }

    private Value oneMinus(Value x) {
      return Broadcasts.unary(call, "_npi_rsubtract_scalar", Map.of("scalar", 1.0), x);
    }

    private Value masked(Value dy, Value condition) {
      return times(dy, Broadcasts.unary(call, "_npi_cast", FLOAT, condition));
    }

    private Value slope(Value y) {
      return times(y, oneMinus(y));
    }

    /** That of oneDNN, which is faster than {@code _npx_sigmoid}. */
    private Value sigmoid(Value x) {
      return Broadcasts.unary(call, "_npx_activation", Map.of("act_type", "sigmoid"), x);
    }

    private Value erfGradient(Value x, Value dy) {
      Value bell = f("_npi_exp", f("_npi_negative", f("_npi_square", x)));
      return times(dy, scaled(bell, TWO_OVER_SQRT_PI));
    }

    private Lowered<Value> swish(Value x) {
      Value s = sigmoid(x);
      Value y = times(x, s);
      // y' = s + x·s·(1 - s) = s + y·(1 - s)
      return Lowered.unary(y, dy -> times(dy, g("_npi_add", s, times(y, oneMinus(s)))));
    }

    private Lowered<Value> byOutput(String operator, Value x, BinaryOperator<Value> derivative) {
      return byOutput(f(operator, x), derivative);
    }

    private Lowered<Value> byOutput(Value y, BinaryOperator<Value> derivative) {
      return Lowered.unary(y, dy -> derivative.apply(y, dy));
    }
  }

  private static final Map<String, Object> FLOAT = Map.of("dtype", "float32");

  /**
   * Adds a binary operator of two arrays in the shape of the output, or of such an array and a
   * scalar.
   */
  private static Value same(Call call, String operator, Value a, Value b) {
    Shape shape = call.outputType().shape();
    return Broadcasts.binary(call, operator, a, shape, b, shape(call, b, shape));
  }

  private static Shape shape(Call call, Value value, Shape shape) {
    return value.equals(call.number(0)) || value.equals(call.number(6)) ? Shape.scalar() : shape;
  }

  private static Lowered<Value> binary(Op.Binary op, Call call) {
    if (call.outputType().dataType() != DataType.FLOAT32) {
      return Lowered.withoutGradient(IntegerArithmetic.lower(op.function(), call));
    }
    return switch (op.function()) {
      case ADD -> pair(call, both(call, "_npi_add"), dy -> dy, dy -> dy);
      case SUBTRACT ->
          pair(
              call,
              both(call, "_npi_subtract"),
              dy -> dy,
              dy -> Broadcasts.unary(call, "_npi_negative", dy));
      case MULTIPLY ->
          pair(
              call,
              both(call, "_npi_multiply"),
              dy -> withInput(call, "_npi_multiply", dy, 1),
              dy -> withInput(call, "_npi_multiply", dy, 0));
      case DIVIDE -> {
        Value y = both(call, "_npi_true_divide");
        yield pair(
            call,
            y,
            dy -> withInput(call, "_npi_true_divide", dy, 1),
            dy -> {
              Value product = wide(call, "_npi_multiply", dy, y);
              Value quotient = withInput(call, "_npi_true_divide", product, 1);
              return Broadcasts.unary(call, "_npi_negative", quotient);
            });
      }
      case MAXIMUM -> extremum(call, "_npi_maximum", "_npi_greater_equal", "_npi_less");
      case MINIMUM -> extremum(call, "_npi_minimum", "_npi_less_equal", "_npi_greater");
      case POWER -> power(call);
    };
  }

  /** Adds a binary operator of the two inputs. */
  private static Value both(Call call, String operator) {
    return Broadcasts.binary(
        call, operator, call.input(0), call.inputShape(0), call.input(1), call.inputShape(1));
  }

  /** Adds a binary operator of an array in the shape of the output and an input. */
  private static Value withInput(Call call, String operator, Value wide, int input) {
    return Broadcasts.binary(
        call, operator, wide, call.outputType().shape(), call.input(input), call.inputShape(input));
  }

  /** Adds a binary operator of two arrays in the shape of the output. */
  private static Value wide(Call call, String operator, Value a, Value b) {
    Shape shape = call.outputType().shape();
    return Broadcasts.binary(call, operator, a, shape, b, shape);
  }

  /** Returns a binary function; the derivatives are those before broadcasting is undone. */
  private static Lowered<Value> pair(
      Call call, Value y, UnaryOperator<Value> first, UnaryOperator<Value> second) {
    Shape result = call.outputType().shape();
    return Lowered.of(
        y,
        (dy, wanted) ->
            Arrays.asList(
                wanted.test(0)
                    ? Broadcasts.undo(call, first.apply(dy), result, call.inputShape(0))
                    : null,
                wanted.test(1)
                    ? Broadcasts.undo(call, second.apply(dy), result, call.inputShape(1))
                    : null));
  }

  private static Lowered<Value> extremum(
      Call call, String operator, String firstWins, String secondWins) {
    return pair(
        call,
        both(call, operator),
        dy -> wide(call, "_npi_multiply", dy, truth(call, both(call, firstWins))),
        dy -> wide(call, "_npi_multiply", dy, truth(call, both(call, secondWins))));
  }

  private static Value truth(Call call, Value condition) {
    return Broadcasts.unary(call, "_npi_cast", FLOAT, condition);
  }

  private static Lowered<Value> power(Call call) {
    InstructionWriter mx = call.mx();
    Value a = call.input(0);
    Value b = call.input(1);
    Value y = mx.apply("_npi_power", a, b);
    return pair(
        call,
        y,
        // b·a^(b-1) is 0 for b = 0, even where a^(b-1) is infinite.
        dy -> {
          Value less = mx.apply("_npi_subtract_scalar", Map.of("scalar", 1.0), b);
          Value slope = mx.apply("_npi_multiply", mx.apply("_npi_power", a, less), b);
          Value gradient = mx.apply("_npi_multiply", dy, slope);
          Value zero = mx.apply("_npi_equal", b, call.number(0));
          return mx.apply("_npi_where", zero, call.number(0), gradient);
        },
        // y·log(a) is taken as 0 for a <= 0, where the logarithm is undefined.
        dy -> {
          Value positive = mx.apply("_npi_greater", a, call.number(0));
          Value log = mx.apply("_npi_where", positive, mx.apply("_npi_log", a), call.number(0));
          return mx.apply("_npi_multiply", dy, mx.apply("_npi_multiply", y, log));
        });
  }

  private static Lowered<Value> compare(Op.Compare op, Call call) {
    String operator =
        switch (op.comparison()) {
          case EQUAL -> "_npi_equal";
          case GREATER -> "_npi_greater";
          case GREATER_EQUAL -> "_npi_greater_equal";
        };
    return Lowered.withoutGradient(both(call, operator));
  }

  private static Lowered<Value> select(Op.Select op, Call call) {
    InstructionWriter mx = call.mx();
    Value condition = call.input(0);
    Value y = mx.apply("_npi_where", condition, call.input(1), call.input(2));
    if (call.outputType().dataType() != DataType.FLOAT32) {
      return Lowered.withoutGradient(y);
    }
    return Lowered.of(
        y,
        (dy, wanted) ->
            Arrays.asList(
                null,
                mx.apply("_npi_where", condition, dy, call.number(0)),
                mx.apply("_npi_where", condition, call.number(0), dy)));
  }

  private static Lowered<Value> cast(Op.Cast op, Call call) {
    Value x = call.input(0);
    return op.dataType() == call.inputType(0).dataType()
        ? Lowered.unary(x, dy -> dy)
        : Lowered.withoutGradient(
            Broadcasts.unary(
                call, "_npi_cast", Map.of("dtype", IntegerArithmetic.name(op.dataType())), x));
  }
}
