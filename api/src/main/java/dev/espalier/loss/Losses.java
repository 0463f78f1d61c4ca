package dev.espalier.loss;

import java.util.List;

/** Factory methods for the built-in losses. */
public final class Losses {
  private Losses() {}

  /** Returns the loss for one class out of several, given probabilities. */
  public static CategoricalCrossentropy categoricalCrossentropy() {
    return new CategoricalCrossentropy(false, 0);
  }

  /** Returns the loss for one class out of several, with class indices as targets. */
  public static SparseCategoricalCrossentropy sparseCategoricalCrossentropy() {
    return new SparseCategoricalCrossentropy(false);
  }

  /**
   * Returns the loss for binary outputs, given probabilities: for a single output that separates
   * two classes, and for multi-label data, with one output per class.
   */
  public static BinaryCrossentropy binaryCrossentropy() {
    return new BinaryCrossentropy(false, 0);
  }

  /** Returns the mean squared error. */
  public static MeanSquaredError meanSquaredError() {
    return new MeanSquaredError();
  }

  /** Returns the mean absolute error. */
  public static MeanAbsoluteError meanAbsoluteError() {
    return new MeanAbsoluteError();
  }

  /**
   * Returns the focal loss for one class out of several, given probabilities, with Keras' settings:
   * alpha 0.25, gamma 2.
   */
  public static CategoricalFocalCrossentropy categoricalFocalCrossentropy() {
    return new CategoricalFocalCrossentropy(List.of(Focal.ALPHA), Focal.GAMMA, false, 0);
  }

  /**
   * Returns the focal loss for binary outputs, given probabilities, with Keras' settings: gamma 2,
   * no class balancing (with it, alpha is 0.25).
   */
  public static BinaryFocalCrossentropy binaryFocalCrossentropy() {
    return new BinaryFocalCrossentropy(false, Focal.ALPHA, Focal.GAMMA, false, 0);
  }

  /** Returns the hinge loss for binary outputs that are scores around 0. */
  public static Hinge hinge() {
    return new Hinge();
  }

  /** Returns the squared hinge loss for binary outputs that are scores around 0. */
  public static SquaredHinge squaredHinge() {
    return new SquaredHinge();
  }

  /** Returns the hinge loss for one class out of several, given scores. */
  public static CategoricalHinge categoricalHinge() {
    return new CategoricalHinge();
  }

  /** Returns the Kullback-Leibler divergence between given and predicted class probabilities. */
  public static KlDivergence klDivergence() {
    return new KlDivergence();
  }

  /** Returns the Huber loss with delta 1. */
  public static Huber huber() {
    return new Huber(1);
  }

  /** Returns the logarithm of the hyperbolic cosine of the error. */
  public static LogCosh logCosh() {
    return new LogCosh();
  }

  /** Returns the Poisson loss, for counts. */
  public static Poisson poisson() {
    return new Poisson();
  }
}
