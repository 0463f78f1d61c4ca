package dev.espalier.activation;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.NearestNames;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Tensor;
import java.util.Locale;
import java.util.Map;

/**
 * An activation function. It is either a constant of this interface or a record with parameters,
 * such as {@link LeakyRelu}. Write a record to add your own:
 *
 * <pre>{@code
 * record ScaledTanh(double scale) implements Activation {
 * @Override
 * public Tensor apply(Ops ops, Tensor x) {
 *     return ops.multiply(ops.unary(UnaryFunction.TANH, x), scale);
 * }
 * }
 * }</pre>
 *
 * <p>Model files store the components of such records, and a plugin makes them known to readers
 * with {@code Plugin.activations()}. A lambda works as well, but a model that contains one cannot
 * be saved. Implementations are immutable and thread-safe. The constants have Keras' names and
 * defaults.
 */
@FunctionalInterface
public interface Activation {
  /** x. */
  Activation LINEAR = BuiltInActivation.LINEAR;

  /** max(x, 0). */
  Activation RELU = BuiltInActivation.RELU;

  /** min(max(x, 0), 6). */
  Activation RELU6 = BuiltInActivation.RELU6;

  /** x·sigmoid(x), also called SiLU. */
  Activation SWISH = BuiltInActivation.SWISH;

  /** 1/(1 + exp(-x)). */
  Activation SIGMOID = BuiltInActivation.SIGMOID;

  /** Hyperbolic tangent. */
  Activation TANH = BuiltInActivation.TANH;

  /** exp(x) divided by its sum along the last axis. */
  Activation SOFTMAX = BuiltInActivation.SOFTMAX;

  /** The logarithm of the softmax. */
  Activation LOG_SOFTMAX = BuiltInActivation.LOG_SOFTMAX;

  /** x·(1 + erf(x/sqrt(2)))/2: the exact form, as Keras' default. */
  Activation GELU = BuiltInActivation.GELU;

  /** x·(1 + tanh(sqrt(2/pi)·(x + 0.044715·x³)))/2: Keras' {@code gelu(x, approximate=True)}. */
  Activation GELU_TANH = BuiltInActivation.GELU_TANH;

  /** min(max(x + 3, 0), 6)/6. */
  Activation HARD_SIGMOID = BuiltInActivation.HARD_SIGMOID;

  /** x·hard_sigmoid(x), also called hard SiLU. */
  Activation HARD_SWISH = BuiltInActivation.HARD_SWISH;

  /** log(1 + exp(x)). */
  Activation SOFTPLUS = BuiltInActivation.SOFTPLUS;

  /** x/(1 + |x|). */
  Activation SOFTSIGN = BuiltInActivation.SOFTSIGN;

  /** x, and exp(x) - 1 below zero; for another factor there see {@link Elu}. */
  Activation ELU = BuiltInActivation.ELU;

  /** ELU scaled so that signals keep mean 0 and variance 1. */
  Activation SELU = BuiltInActivation.SELU;

  /** x, and 0.2·x below zero; for another slope see {@link LeakyRelu}. */
  Activation LEAKY_RELU = BuiltInActivation.LEAKY_RELU;

  /** e to the x. */
  Activation EXPONENTIAL = BuiltInActivation.EXPONENTIAL;

  /** x·tanh(softplus(x)). */
  Activation MISH = BuiltInActivation.MISH;

  /** The logarithm of the sigmoid: -log(1 + exp(-x)). */
  Activation LOG_SIGMOID = BuiltInActivation.LOG_SIGMOID;

  /** min(max(x, -1), 1). */
  Activation HARD_TANH = BuiltInActivation.HARD_TANH;

  /** x - tanh(x). */
  Activation TANH_SHRINK = BuiltInActivation.TANH_SHRINK;

  /** x where |x| is above 0.5, else 0. */
  Activation HARD_SHRINK = BuiltInActivation.HARD_SHRINK;

  /** x nearer to 0 by 0.5, and 0 between -0.5 and 0.5. */
  Activation SOFT_SHRINK = BuiltInActivation.SOFT_SHRINK;

  /** (x + sqrt(x² + 4))/2. */
  Activation SQUAREPLUS = BuiltInActivation.SQUAREPLUS;

  /** Sparse plus: (x + 1)²/4 between -1 and 1, 0 below and x above. */
  Activation SPARSE_PLUS = BuiltInActivation.SPARSE_PLUS;

  /** Sparse sigmoid: (x + 1)/2 between -1 and 1, 0 below and 1 above. */
  Activation SPARSE_SIGMOID = BuiltInActivation.SPARSE_SIGMOID;

  /** Sparsemax along the last axis: the nearest probabilities to x, many of them 0. */
  Activation SPARSEMAX = BuiltInActivation.SPARSEMAX;

  /**
   * Gated linear unit: the first half of the last axis times the sigmoid of the second half; the
   * last axis of the result is half as long.
   */
  Activation GLU = BuiltInActivation.GLU;

  /**
   * Applies the function to every element; softmax, log-softmax, sparsemax and GLU work along the
   * last axis.
   *
   * @param ops operations to build the result with
   * @param x float32 tensor of any shape
   * @return a tensor of the shape of {@code x}, for GLU with half as long a last axis
   */
  Tensor apply(Ops ops, Tensor x);

  /**
   * Returns the name of an activation as Keras writes it, such as {@code relu}; of a record that of
   * its class in lower case with underscores, such as {@code scaled_tanh}.
   */
  static String keyword(Activation activation) {
    // Not a method of the object: one with a body would make each implementation initialize this
    // interface, and two threads could wait for each other with the class of the constants.
    String name =
        activation instanceof Enum<?> constant
            ? constant.name()
            : activation.getClass().getSimpleName().replaceAll("(?<=[a-z0-9])(?=[A-Z])", "_");
    return name.toLowerCase(Locale.ROOT);
  }

  /** Returns the constants by their names, such as {@code relu}, and {@code silu}. */
  static Map<String, Activation> constants() {
    return Map.copyOf(BuiltInActivation.byKeyword());
  }

  /**
   * Returns the constant of a Keras name, such as {@code swish} (or {@code silu}); case and hyphens
   * for underscores do not matter.
   *
   * @throws dev.espalier.error.EspalierException {@link ErrorCode#UNKNOWN_NAME} listing the nearest
   */
  static Activation named(String name) {
    Map<String, Activation> known = BuiltInActivation.byKeyword();
    Activation found = known.get(name.toLowerCase(Locale.ROOT).replace('-', '_'));
    if (found == null) {
      throw NearestNames.unknown(ErrorCode.UNKNOWN_NAME, "activation", name, known.keySet());
    }
    return found;
  }
}
