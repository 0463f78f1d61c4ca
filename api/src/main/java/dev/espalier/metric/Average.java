package dev.espalier.metric;

/** How the values of several classes become one. A class that never occurs counts as 0. */
public enum Average {
  /** The value of all decisions together, whatever their class: frequent classes count more. */
  MICRO,
  /** The mean over the classes: all classes count the same, however frequent they are. */
  MACRO,
  /** The mean over the classes, weighted by how many samples each has. */
  WEIGHTED;

  /**
   * Returns the mean over classes.
   *
   * @param values of the classes
   * @param members how many samples each class has
   */
  double of(double[] values, double[] members) {
    double total = 0;
    double weights = 0;
    for (int i = 0; i < values.length; i++) {
      double weight = this == WEIGHTED ? members[i] : 1;
      total += weight * values[i];
      weights += weight;
    }
    return ClassCounts.ratio(total, weights);
  }
}
