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

  /**
   * Returns the precision of the class with the largest output, the mean over the classes; {@link
   * Precision#threshold} makes it one of multi-label data.
   */
  public static Precision precision() {
    return new Precision(Average.MACRO, null, null, "precision");
  }

  /**
   * Returns the recall of the class with the largest output, the mean over the classes; {@link
   * Recall#threshold} makes it one of multi-label data.
   */
  public static Recall recall() {
    return new Recall(Average.MACRO, null, null, "recall");
  }

  /**
   * Returns the F1 score of the class with the largest output, the mean over the classes; {@link
   * FBetaScore#threshold} makes it one of multi-label data.
   */
  public static FBetaScore f1Score() {
    return new FBetaScore(1, Average.MACRO, null, null, "f1_score");
  }

  /** Returns the {@linkplain #f1Score F-score} that weighs the recall by beta. */
  public static FBetaScore fBetaScore(double beta) {
    return new FBetaScore(beta, Average.MACRO, null, null, "fbeta_score");
  }

  /** Returns the area under the ROC curve, the mean over the classes. */
  public static Auc rocAuc() {
    return new Auc(
        Auc.Curve.ROC, Auc.Summation.INTERPOLATION, Auc.THRESHOLDS, Average.MACRO, "auc");
  }

  /** Returns the area under the precision-recall curve, the mean over the classes. */
  public static Auc prAuc() {
    return new Auc(
        Auc.Curve.PR, Auc.Summation.INTERPOLATION, Auc.THRESHOLDS, Average.MACRO, "pr_auc");
  }

  /** Returns the confusion matrix. */
  public static ConfusionMatrix confusionMatrix() {
    return new ConfusionMatrix();
  }

  /** Returns the mean absolute error. */
  public static MeanAbsoluteError meanAbsoluteError() {
    return new MeanAbsoluteError();
  }

  /** Returns the mean squared error. */
  public static MeanSquaredError meanSquaredError() {
    return new MeanSquaredError();
  }

  /** Returns the root mean squared error. */
  public static RootMeanSquaredError rootMeanSquaredError() {
    return new RootMeanSquaredError();
  }

  /** Returns the Brier score, the squared error of class probabilities. */
  public static BrierScore brierScore() {
    return new BrierScore();
  }

  /** Returns the expected calibration error with 15 bins. */
  public static ExpectedCalibrationError expectedCalibrationError() {
    return new ExpectedCalibrationError(ExpectedCalibrationError.BINS);
  }
}
