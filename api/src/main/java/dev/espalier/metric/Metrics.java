package dev.espalier.metric;

/** Factory methods for the built-in metrics. */
public final class Metrics {
  private Metrics() {}

  /** Returns the accuracy that the shapes of targets and predictions ask for. */
  public static Accuracy accuracy() {
    return new Accuracy();
  }

  /** Returns the accuracy of the largest output. */
  public static CategoricalAccuracy categoricalAccuracy() {
    return new CategoricalAccuracy();
  }

  /** Returns the accuracy of the largest output, with class indices as targets. */
  public static SparseCategoricalAccuracy sparseCategoricalAccuracy() {
    return new SparseCategoricalAccuracy();
  }

  /**
   * Returns the accuracy of binary outputs with the threshold 0.5; for multi-label data, the
   * fraction of correct decisions, one per class and sample.
   */
  public static BinaryAccuracy binaryAccuracy() {
    return new BinaryAccuracy(0.5);
  }

  /**
   * Returns a metric with the weights of the samples, which it ignores otherwise, as in Keras. Its
   * keys in the logs begin with {@code weighted_}.
   */
  public static WeightedMetric weighted(Metric metric) {
    return new WeightedMetric(metric);
  }

  /** Returns the top-k accuracy, {@code top_k_categorical_accuracy} in the logs. */
  public static TopKCategoricalAccuracy topKAccuracy(int k) {
    return new TopKCategoricalAccuracy(k, "top_k_categorical_accuracy");
  }
}
