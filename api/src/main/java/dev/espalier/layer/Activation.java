package dev.espalier.layer;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.NearestNames;
import dev.espalier.graph.Op.UnaryFunction;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Tensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Functions between layers, with Keras' names and defaults. */
public enum Activation {
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
      return ops.unary(UnaryFunction.RELU, x);
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
      return ops.add(RELU.apply(ops, x), expm1OfNegativePart(ops, x));
    }
  },
  /** ELU scaled so that signals keep mean 0 and variance 1. */
  SELU {
    @Override
    public Tensor apply(Ops ops, Tensor x) {
      double alpha = 1.6732632423543772;
      double scale = 1.0507009873554805;
      Tensor negative = ops.multiply(expm1OfNegativePart(ops, x), alpha);
      return ops.multiply(ops.add(RELU.apply(ops, x), negative), scale);
    }
  },
  /** x, and 0.2·x below zero. */
  LEAKY_RELU {
    @Override
    public Tensor apply(Ops ops, Tensor x) {
      Tensor negative = ops.multiply(negativePart(ops, x), 0.2);
      return ops.add(RELU.apply(ops, x), negative);
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
  };

  /** Adds the function to the graph. */
  public abstract Tensor apply(Ops ops, Tensor x);

  /** Returns the name as Keras writes it, such as {@code relu}. */
  public String keyword() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Returns the activation of a Keras name, such as {@code swish} (or {@code silu}).
   *
   * @throws dev.espalier.error.EspalierException {@link ErrorCode#UNKNOWN_NAME} listing the nearest
   */
  public static Activation named(String name) {
    Map<String, Activation> known = new LinkedHashMap<>();
    Arrays.stream(values()).forEach(activation -> known.put(activation.keyword(), activation));
    known.put("silu", SWISH);
    known.put("hard_silu", HARD_SWISH);
    Activation found = known.get(name.toLowerCase(Locale.ROOT).replace('-', '_'));
    if (found == null) {
      throw NearestNames.unknown(ErrorCode.UNKNOWN_NAME, "activation", name, known.keySet());
    }
    return found;
  }

  private static Tensor negativePart(Ops ops, Tensor x) {
    return ops.minimum(x, ops.constant(0));
  }

  /** Never overflows: the exponent is at most zero. */
  private static Tensor expm1OfNegativePart(Ops ops, Tensor x) {
    return ops.add(ops.exp(negativePart(ops, x)), -1);
  }
}
