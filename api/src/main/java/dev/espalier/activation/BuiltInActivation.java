package dev.espalier.activation;

import dev.espalier.graph.DataType;
import dev.espalier.graph.Op.Comparison;
import dev.espalier.graph.Op.UnaryFunction;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Tensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The constants of {@link Activation}. Model files name them, so they keep their names. */
public enum BuiltInActivation implements Activation {
  /** x. */
  LINEAR {
    @Override
    public Tensor apply(Ops ops, Tensor x) {
      return x;
    }
  },
  /** max(x, 0). */
  RELU {
    @Override
    public Tensor apply(Ops ops, Tensor x) {
      return relu(ops, x);
    }
  },
  /** min(max(x, 0), 6). */
  RELU6 {
    @Override
    public Tensor apply(Ops ops, Tensor x) {
      return ops.unary(UnaryFunction.RELU6, x);
    }
  },
  /** x·sigmoid(x), also called SiLU. */
  SWISH {
    @Override
    public Tensor apply(Ops ops, Tensor x) {
      return ops.unary(UnaryFunction.SWISH, x);
    }
  },
  /** 1/(1 + exp(-x)). */
  SIGMOID {
    @Override
    public Tensor apply(Ops ops, Tensor x) {
      return ops.sigmoid(x);
    }
  },
  /** Hyperbolic tangent. */
  TANH {
    @Override
    public Tensor apply(Ops ops, Tensor x) {
      return ops.unary(UnaryFunction.TANH, x);
    }
  },
  /** exp(x) divided by its sum along the last axis. */
  SOFTMAX {
    @Override
    public Tensor apply(Ops ops, Tensor x) {
      return ops.softmax(x);
    }
  },
  /** The logarithm of the softmax. */
  LOG_SOFTMAX {
    @Override
    public Tensor apply(Ops ops, Tensor x) {
      return ops.logSoftmax(x);
    }
  },
  /** x·(1 + erf(x/sqrt(2)))/2: the exact form, as Keras' default. */
  GELU {
    @Override
    public Tensor apply(Ops ops, Tensor x) {
      Tensor erf = ops.unary(UnaryFunction.ERF, ops.multiply(x, Math.sqrt(0.5)));
      return ops.multiply(ops.multiply(x, 0.5), ops.add(erf, 1));
    }
  },
  /** min(max(x + 3, 0), 6)/6. */
  HARD_SIGMOID {
    @Override
    public Tensor apply(Ops ops, Tensor x) {
      return ops.multiply(ops.unary(UnaryFunction.RELU6, ops.add(x, 3)), 1.0 / 6);
    }
  },
  /** x·hard_sigmoid(x), also called hard SiLU. */
  HARD_SWISH {
    @Override
    public Tensor apply(Ops ops, Tensor x) {
      return ops.multiply(x, HARD_SIGMOID.apply(ops, x));
    }
  },
  /** log(1 + exp(x)). */
  SOFTPLUS {
    @Override
    public Tensor apply(Ops ops, Tensor x) {
      return ops.unary(UnaryFunction.SOFTPLUS, x);
    }
  },
  /** x/(1 + |x|). */
  SOFTSIGN {
    @Override
    public Tensor apply(Ops ops, Tensor x) {
      return ops.divide(x, ops.add(ops.abs(x), 1));
    }
  },
  /** x, and exp(x) - 1 below zero. */
  ELU {
    @Override
    public Tensor apply(Ops ops, Tensor x) {
      return ops.add(relu(ops, x), expm1OfNegativePart(ops, x));
    }
  },
  /** ELU scaled so that signals keep mean 0 and variance 1. */
  SELU {
    @Override
    public Tensor apply(Ops ops, Tensor x) {
      double alpha = 1.6732632423543772;
      double scale = 1.0507009873554805;
      Tensor negative = ops.multiply(expm1OfNegativePart(ops, x), alpha);
      return ops.multiply(ops.add(relu(ops, x), negative), scale);
    }
  },
  /** x, and 0.2·x below zero. */
  LEAKY_RELU {
    @Override
    public Tensor apply(Ops ops, Tensor x) {
      Tensor negative = ops.multiply(negativePart(ops, x), 0.2);
      return ops.add(relu(ops, x), negative);
    }
  },
  /** e to the x. */
  EXPONENTIAL {
    @Override
    public Tensor apply(Ops ops, Tensor x) {
      return ops.exp(x);
    }
  },
  /** x·tanh(softplus(x)). */
  MISH {
    @Override
    public Tensor apply(Ops ops, Tensor x) {
      return ops.multiply(x, TANH.apply(ops, SOFTPLUS.apply(ops, x)));
    }
  },
  /** x·(1 + tanh(sqrt(2/pi)·(x + 0.044715·x³)))/2, which approximates GELU. */
  GELU_TANH {
    @Override
    public Tensor apply(Ops ops, Tensor x) {
      Tensor cube = ops.multiply(ops.multiply(ops.square(x), x), 0.044715);
      Tensor inner = ops.multiply(ops.add(x, cube), Math.sqrt(2 / Math.PI));
      return ops.multiply(ops.multiply(x, 0.5), ops.add(TANH.apply(ops, inner), 1));
    }
  },
  /** The logarithm of the sigmoid: -log(1 + exp(-x)). */
  LOG_SIGMOID {
    @Override
    public Tensor apply(Ops ops, Tensor x) {
      return ops.negate(SOFTPLUS.apply(ops, ops.negate(x)));
    }
  },
  /** min(max(x, -1), 1). */
  HARD_TANH {
    @Override
    public Tensor apply(Ops ops, Tensor x) {
      return ops.clip(x, -1, 1);
    }
  },
  /** x - tanh(x). */
  TANH_SHRINK {
    @Override
    public Tensor apply(Ops ops, Tensor x) {
      return ops.subtract(x, TANH.apply(ops, x));
    }
  },
  /** x where |x| is above 0.5, else 0. */
  HARD_SHRINK {
    @Override
    public Tensor apply(Ops ops, Tensor x) {
      Tensor outside = ops.compare(Comparison.GREATER, ops.abs(x), ops.constant(0.5));
      return ops.multiply(x, ops.cast(outside, DataType.FLOAT32));
    }
  },
  /** x nearer to 0 by 0.5, and 0 between -0.5 and 0.5. */
  SOFT_SHRINK {
    @Override
    public Tensor apply(Ops ops, Tensor x) {
      Tensor below = relu(ops, ops.add(ops.negate(x), -0.5));
      return ops.subtract(relu(ops, ops.add(x, -0.5)), below);
    }
  },
  /** (x + sqrt(x² + 4))/2. */
  SQUAREPLUS {
    @Override
    public Tensor apply(Ops ops, Tensor x) {
      return ops.multiply(ops.add(x, ops.sqrt(ops.add(ops.square(x), 4))), 0.5);
    }
  },
  /** (x + 1)²/4 between -1 and 1, 0 below and x above. */
  SPARSE_PLUS {
    @Override
    public Tensor apply(Ops ops, Tensor x) {
      Tensor curve = ops.multiply(ops.square(ops.add(ops.clip(x, -1, 1), 1)), 0.25);
      return ops.add(curve, relu(ops, ops.add(x, -1)));
    }
  },
  /** (x + 1)/2 between -1 and 1, 0 below and 1 above. */
  SPARSE_SIGMOID {
    @Override
    public Tensor apply(Ops ops, Tensor x) {
      return ops.multiply(ops.add(ops.clip(x, -1, 1), 1), 0.5);
    }
  },
  /** The nearest probabilities to x along the last axis, many of them 0. */
  SPARSEMAX {
    @Override
    public Tensor apply(Ops ops, Tensor x) {
      return Sparsemax.apply(ops, x);
    }
  },
  /** The first half of the last axis times the sigmoid of the second. */
  GLU {
    @Override
    public Tensor apply(Ops ops, Tensor x) {
      List<Tensor> halves = ops.split(x, 2);
      return ops.multiply(halves.get(0), ops.sigmoid(halves.get(1)));
    }
  };

  /** Returns Keras' names, and those of the constants for what Keras has other names for. */
  static Map<String, Activation> byKeyword() {
    Map<String, Activation> known = new LinkedHashMap<>();
    Arrays.stream(values())
        .forEach(activation -> known.put(Activation.keyword(activation), activation));
    known.put("silu", SWISH);
    known.put("hard_silu", HARD_SWISH);
    return known;
  }

  public static Tensor relu(Ops ops, Tensor x) {
    return ops.unary(UnaryFunction.RELU, x);
  }

  public static Tensor negativePart(Ops ops, Tensor x) {
    return ops.minimum(x, ops.constant(0));
  }

  /** Never overflows: the exponent is at most zero. */
  static Tensor expm1OfNegativePart(Ops ops, Tensor x) {
    return ops.add(ops.exp(negativePart(ops, x)), -1);
  }
}
