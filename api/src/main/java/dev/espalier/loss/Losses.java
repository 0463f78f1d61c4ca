package dev.espalier.loss;

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
}
