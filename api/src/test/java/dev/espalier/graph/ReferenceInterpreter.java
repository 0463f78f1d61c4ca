package dev.espalier.graph;

import dev.espalier.graph.Op.BinaryFunction;
import dev.espalier.graph.Op.Comparison;
import dev.espalier.graph.Op.UnaryFunction;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;

/**
 * Computes graphs with plain loops in double precision, written to be read against the definitions
 * in {@link Op}. Knows every primitive but the gradients. Lets layers, losses, metrics and
 * optimizers be tested without an engine.
 */
public final class ReferenceInterpreter {
  private final Map<String, HostArray> feeds;
  private final Map<String, HostArray> variables;
  private final Map<Tensor, Numbers> known = new HashMap<>();

  private ReferenceInterpreter(Map<String, HostArray> feeds, Map<String, HostArray> variables) {
    this.feeds = feeds;
    this.variables = variables;
  }

  /** What a run gives, by name. */
  public record Result(Map<String, HostArray> outputs, Map<String, HostArray> updates) {}

  /**
   * Runs a program once.
   *
   * @param feeds values of the inputs by name
   * @param variables values of the variables by name, which stay as they are
   */
  public static Result run(
      Program program, Map<String, HostArray> feeds, Map<String, HostArray> variables) {
    ReferenceInterpreter interpreter = new ReferenceInterpreter(feeds, variables);
    program.graph().nodes().forEach(interpreter::compute);
    Map<String, HostArray> outputs = new LinkedHashMap<>();
    program.outputs().forEach(out -> outputs.put(out.name(), interpreter.value(out.tensor())));
    Map<String, HostArray> updates = new LinkedHashMap<>();
    program
        .updates()
        .forEach(
            update -> updates.put(update.variable().name(), interpreter.value(update.value())));
    return new Result(outputs, updates);
  }

  /** Returns one value of a graph. */
  public static HostArray evaluate(
      Graph graph, Tensor wanted, Map<String, HostArray> feeds, Map<String, HostArray> variables) {
    Program program =
        new Program("evaluate", graph, List.of(new Program.Output("value", wanted)), List.of());
    return run(program, feeds, variables).outputs().get("value");
  }

  private HostArray value(Tensor tensor) {
    return known.get(tensor).toHostArray();
  }

  private void compute(Node node) {
    List<Numbers> inputs = node.inputs().stream().map(known::get).toList();
    List<Numbers> results = apply(node.op(), inputs);
    for (int i = 0; i < results.size(); i++) {
      Tensor output = node.outputs().get(i);
      requireDeclared(node, output.type(), results.get(i).type);
      known.put(output, results.get(i));
    }
  }

  /** A result must have the type that the shape rules promised. */
  private static void requireDeclared(Node node, TensorType declared, TensorType actual) {
    boolean fits =
        declared.dataType() == actual.dataType()
            && declared.shape().rank() == actual.shape().rank();
    for (int i = 0; fits && i < declared.shape().rank(); i++) {
      int size = declared.shape().size(i);
      fits = size == Shape.UNKNOWN || size == actual.shape().size(i);
    }
    if (!fits) {
      throw new AssertionError(node.op() + " gave " + actual + " instead of " + declared);
    }
  }

  private List<Numbers> apply(Op op, List<Numbers> inputs) {
    if (op instanceof Op.BatchNormTraining norm) {
      return batchNormTraining(norm, inputs);
    }
    return List.of(single(op, inputs));
  }

  private Numbers single(Op op, List<Numbers> inputs) {
    if (op instanceof Op.Input input) {
      return Numbers.of(require(feeds, input.name()));
    } else if (op instanceof Op.ReadVariable read) {
      return Numbers.of(require(variables, read.variable().name()));
    } else if (op instanceof Op.Constant constant) {
      return Numbers.of(constant.value());
    } else if (op instanceof Op.Unary unary) {
      return inputs.get(0).map(function(unary.function()));
    } else if (op instanceof Op.Binary binary) {
      Numbers left = inputs.get(0);
      return left.zip(inputs.get(1), function(binary.function(), left.type.dataType()));
    } else if (op instanceof Op.Compare compare) {
      return inputs
          .get(0)
          .zip(inputs.get(1), (a, b) -> holds(compare.comparison(), a, b) ? 1 : 0)
          .as(DataType.BOOL);
    } else if (op instanceof Op.Select) {
      return select(inputs);
    } else if (op instanceof Op.Cast cast) {
      return cast(inputs.get(0), cast.dataType());
    } else if (op instanceof Op.Softmax) {
      return softmax(inputs.get(0)).map(Math::exp);
    } else if (op instanceof Op.LogSoftmax) {
      return softmax(inputs.get(0));
    } else if (op instanceof Op.BatchNormInference norm) {
      return normalize(
          inputs.get(0),
          inputs.get(1),
          inputs.get(2),
          inputs.get(3),
          inputs.get(4),
          norm.epsilon());
    } else if (op instanceof Op.StopGradient) {
      return inputs.get(0);
    }
    return ReferenceArrays.apply(op, inputs);
  }

  private static HostArray require(Map<String, HostArray> values, String name) {
    HostArray value = values.get(name);
    if (value == null) {
      throw new AssertionError("no value for " + name + " among " + values.keySet());
    }
    return value;
  }

  private static Numbers select(List<Numbers> inputs) {
    Numbers result = inputs.get(1).map(value -> value);
    for (int i = 0; i < result.values.length; i++) {
      if (inputs.get(0).values[i] == 0) {
        result.values[i] = inputs.get(2).values[i];
      }
    }
    return result;
  }

  private static Numbers cast(Numbers x, DataType target) {
    return switch (target) {
      case FLOAT32 -> x.as(target);
      case BFLOAT16, FLOAT16 -> throw target.onlyInPrograms();
      case BOOL -> x.map(value -> value == 0 ? 0 : 1).as(target);
      case INT32 -> x.map(value -> (int) value).as(target);
      case UINT8 -> x.map(value -> (int) value & 0xff).as(target);
    };
  }

  private static boolean holds(Comparison comparison, double a, double b) {
    return switch (comparison) {
      case EQUAL -> a == b;
      case GREATER -> a > b;
      case GREATER_EQUAL -> a >= b;
    };
  }

  private static DoubleUnaryOperator function(UnaryFunction function) {
    return switch (function) {
      case NEGATE -> x -> -x;
      case ABS -> Math::abs;
      case EXP -> Math::exp;
      case LOG -> Math::log;
      case SQRT -> Math::sqrt;
      case RSQRT -> x -> 1 / Math.sqrt(x);
      case SQUARE -> x -> x * x;
      case RECIPROCAL -> x -> 1 / x;
      case SIGMOID -> ReferenceInterpreter::sigmoid;
      case TANH -> Math::tanh;
      case ERF -> ReferenceInterpreter::erf;
      case SOFTPLUS -> x -> Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
      case RELU -> x -> Math.max(x, 0);
      case RELU6 -> x -> Math.min(Math.max(x, 0), 6);
      case SWISH -> x -> x * sigmoid(x);
      case FLOOR -> Math::floor;
    };
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  /** Returns the sum of 2/sqrt(pi)·exp(-x²)·2ⁿx²ⁿ⁺¹/(2n+1)!!, whose terms have one sign. */
  private static double erf(double x) {
    if (Math.abs(x) > 6) {
      return Math.signum(x);
    }
    double term = x;
    double sum = x;
    for (int n = 1; n < 300; n++) {
      term *= 2 * x * x / (2 * n + 1);
      sum += term;
    }
    return 2 / Math.sqrt(Math.PI) * Math.exp(-x * x) * sum;
  }

  private static DoubleBinaryOperator function(BinaryFunction function, DataType dataType) {
    return switch (function) {
      case ADD -> Double::sum;
      case SUBTRACT -> (a, b) -> a - b;
      case MULTIPLY -> (a, b) -> a * b;
      case DIVIDE -> dataType == DataType.FLOAT32 ? (a, b) -> a / b : (a, b) -> (int) (a / b);
      case MAXIMUM -> Math::max;
      case MINIMUM -> Math::min;
      case POWER -> Math::pow;
    };
  }

  /** Returns the logarithm of the softmax along the last axis. */
  private static Numbers softmax(Numbers x) {
    Numbers result = x.map(value -> value);
    int row = x.last();
    for (int start = 0; start < x.values.length; start += row) {
      double largest = Double.NEGATIVE_INFINITY;
      for (int i = 0; i < row; i++) {
        largest = Math.max(largest, x.values[start + i]);
      }
      double sum = 0;
      for (int i = 0; i < row; i++) {
        sum += Math.exp(x.values[start + i] - largest);
      }
      for (int i = 0; i < row; i++) {
        result.values[start + i] = x.values[start + i] - largest - Math.log(sum);
      }
    }
    return result;
  }

  private static List<Numbers> batchNormTraining(Op.BatchNormTraining norm, List<Numbers> inputs) {
    Numbers x = inputs.get(0);
    int channels = x.last();
    int count = x.values.length / channels;
    Numbers mean = Numbers.zeros(channels);
    Numbers variance = Numbers.zeros(channels);
    for (int i = 0; i < x.values.length; i++) {
      mean.values[i % channels] += x.values[i] / count;
    }
    for (int i = 0; i < x.values.length; i++) {
      double distance = x.values[i] - mean.values[i % channels];
      variance.values[i % channels] += distance * distance / count;
    }
    List<Numbers> result = new ArrayList<>();
    result.add(normalize(x, inputs.get(1), inputs.get(2), mean, variance, norm.epsilon()));
    result.add(mean);
    result.add(variance);
    return result;
  }

  private static Numbers normalize(
      Numbers x, Numbers gamma, Numbers beta, Numbers mean, Numbers variance, double epsilon) {
    Numbers deviation = variance.map(value -> Math.sqrt(value + epsilon));
    return x.zip(mean, (a, b) -> a - b)
        .zip(deviation, (a, b) -> a / b)
        .zip(gamma, (a, b) -> a * b)
        .zip(beta, Double::sum);
  }
}
