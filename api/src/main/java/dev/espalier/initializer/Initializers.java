package dev.espalier.initializer;

import dev.espalier.graph.Initializer;
import dev.espalier.initializer.VarianceScaling.Distribution;
import dev.espalier.initializer.VarianceScaling.Mode;

/** Factory methods for the built-in initializers, with Keras' names and formulas. */
public final class Initializers {
  private Initializers() {}

  /** Returns zeros, the default of biases. */
  public static Initializer zeros() {
    return new Zeros();
  }

  /** Returns ones. */
  public static Initializer ones() {
    return new Ones();
  }

  /** Returns one number everywhere. */
  public static Initializer constant(double value) {
    return new Constant(value);
  }

  /** Returns uniform numbers within ±sqrt(6 / (fan-in + fan-out)), the default of kernels. */
  public static Initializer glorotUniform() {
    return varianceScaling(1, Mode.FAN_AVG, Distribution.UNIFORM);
  }

  /** Returns truncated normal numbers of variance 2 / (fan-in + fan-out). */
  public static Initializer glorotNormal() {
    return varianceScaling(1, Mode.FAN_AVG, Distribution.TRUNCATED_NORMAL);
  }

  /** Returns truncated normal numbers of variance 2 / fan-in. */
  public static Initializer heNormal() {
    return varianceScaling(2, Mode.FAN_IN, Distribution.TRUNCATED_NORMAL);
  }

  /** Returns uniform numbers within ±sqrt(6 / fan-in). */
  public static Initializer heUniform() {
    return varianceScaling(2, Mode.FAN_IN, Distribution.UNIFORM);
  }

  /** Returns truncated normal numbers of variance 1 / fan-in. */
  public static Initializer lecunNormal() {
    return varianceScaling(1, Mode.FAN_IN, Distribution.TRUNCATED_NORMAL);
  }

  /** Returns uniform numbers within ±sqrt(3 / fan-in). */
  public static Initializer lecunUniform() {
    return varianceScaling(1, Mode.FAN_IN, Distribution.UNIFORM);
  }

  /** Returns random numbers of variance scale / fan. */
  public static Initializer varianceScaling(double scale, Mode mode, Distribution distribution) {
    return new VarianceScaling(scale, mode, distribution);
  }

  /**
   * Returns a normal distribution truncated at two standard deviations. As in Keras, the standard
   * deviation is that before truncation.
   */
  public static Initializer truncatedNormal(double standardDeviation) {
    return new TruncatedNormal(standardDeviation);
  }

  /** Returns normal numbers. */
  public static Initializer randomNormal(double standardDeviation) {
    return new RandomNormal(standardDeviation);
  }

  /** Returns uniform numbers between {@code -limit} and {@code limit}. */
  public static Initializer randomUniform(double limit) {
    return new RandomUniform(limit);
  }
}
