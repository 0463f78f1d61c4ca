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
   * Returns the loss for yes-or-no outputs, given probabilities: for one output that tells two
   * classes apart, and for multi-label data, where each class has an output of its own.
   */
  public static BinaryCrossentropy binaryCrossentropy() {
    return new BinaryCrossentropy(false, 0);
  }

  /** Returns the mean squared error. */
  public static MeanSquaredError meanSquaredError() {
    return new MeanSquaredError();
  }
}
