package dev.espalier.core.internal.plugin;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.metric.Accuracy;
import dev.espalier.metric.Auc;
import dev.espalier.metric.Average;
import dev.espalier.metric.BinaryAccuracy;
import dev.espalier.metric.BrierScore;
import dev.espalier.metric.CategoricalAccuracy;
import dev.espalier.metric.ConfusionMatrix;
import dev.espalier.metric.ExpectedCalibrationError;
import dev.espalier.metric.FBetaScore;
import dev.espalier.metric.MeanAbsoluteError;
import dev.espalier.metric.MeanSquaredError;
import dev.espalier.metric.Metric;
import dev.espalier.metric.Metrics;
import dev.espalier.metric.Precision;
import dev.espalier.metric.Recall;
import dev.espalier.metric.RootMeanSquaredError;
import dev.espalier.metric.SparseCategoricalAccuracy;
import dev.espalier.metric.TopKCategoricalAccuracy;
import dev.espalier.option.OptionDescription;
import dev.espalier.plugin.Component;
import dev.espalier.plugin.Parts;
import java.util.List;

/** The metrics of the API, with their options. */
final class BuiltInMetrics {
  private static final double ANY = Double.MAX_VALUE;

  private static final OptionDescription<Double> THRESHOLD =
      OptionDescription.number("threshold", 0, 1, "Outputs above this threshold count as positive.")
          .withDefault(0.5);
  private static final OptionDescription<Integer> K =
      OptionDescription.wholeNumber(
              "k",
              1,
              Integer.MAX_VALUE,
              "Number of top predictions that may contain the true class.")
          .withDefault(5);
  private static final OptionDescription<String> TOP_K_KEY = key("top_k_categorical_accuracy");

  private static final OptionDescription<Average> AVERAGE =
      OptionDescription.constant(
              "average",
              Average.class,
              "How the values of the classes become one: over all decisions (micro), over the"
                  + " classes (macro), or over the classes by their frequency (weighted).")
          .withDefault(Average.MACRO);
  private static final OptionDescription<Double> DECISION =
      OptionDescription.number(
          "threshold",
          0,
          1,
          "Outputs above this threshold count as positive, as multi-label data needs; without"
              + " it, the class with the largest output is predicted.");
  private static final OptionDescription<Integer> CLASS_INDEX =
      OptionDescription.wholeNumber(
          "class-index",
          0,
          Integer.MAX_VALUE,
          "Position of the only class to report, counted from 0; all classes without it.");
  private static final OptionDescription<Double> BETA =
      OptionDescription.number(
              "beta", 0, ANY, "Weight of the recall relative to the precision; above 0.")
          .withDefault(1.0);
  private static final OptionDescription<String> PRECISION_KEY = key("precision");
  private static final OptionDescription<String> RECALL_KEY = key("recall");
  private static final OptionDescription<String> F1_KEY = key("f1_score");
  private static final OptionDescription<String> F_BETA_KEY = key("fbeta_score");

  private static final OptionDescription<Auc.Curve> CURVE =
      OptionDescription.constant(
              "curve", Auc.Curve.class, "Curve: roc, or pr for precision over recall.")
          .withDefault(Auc.Curve.ROC);
  private static final OptionDescription<Auc.Summation> SUMMATION =
      OptionDescription.constant(
              "summation", Auc.Summation.class, "How the area between two thresholds is computed.")
          .withDefault(Auc.Summation.INTERPOLATION);
  private static final OptionDescription<Integer> THRESHOLDS =
      OptionDescription.wholeNumber(
              "thresholds", 2, 10_000, "Number of evenly spaced thresholds of the curve.")
          .withDefault(200);
  private static final OptionDescription<String> AUC_KEY = key("auc");

  private static final OptionDescription<Integer> BINS =
      OptionDescription.wholeNumber(
              "bins", 1, 10_000, "Number of bins that confidences are divided into.")
          .withDefault(15);

  private BuiltInMetrics() {}

  private static OptionDescription<String> key(String usual) {
    return OptionDescription.text("key", "Name of the metric in the logs.").withDefault(usual);
  }

  static List<Component<Metric>> all() {
    return List.of(
        Component.of(
            "accuracy",
            "Fraction of samples classified correctly; binary or categorical, depending on"
                + " targets and outputs.",
            new Accuracy()),
        Component.of(
            "categorical-accuracy",
            "Fraction of samples whose largest output is the true class, with one-hot"
                + " targets.",
            new CategoricalAccuracy()),
        Component.of(
            "sparse-categorical-accuracy",
            "Fraction of samples whose largest output is the true class, with class"
                + " indices as targets.",
            new SparseCategoricalAccuracy()),
        Component.of(
            "binary-accuracy",
            "Fraction of binary labels predicted correctly; also for multi-label data.",
            List.of(THRESHOLD),
            options -> new BinaryAccuracy(options.get(THRESHOLD))),
        Component.of(
            "top-k-categorical-accuracy",
            "Fraction of samples whose true class is among the k largest outputs.",
            List.of(K, TOP_K_KEY),
            options -> new TopKCategoricalAccuracy(options.get(K), options.get(TOP_K_KEY))),
        Component.of(
            "precision",
            "Precision: fraction of the predictions of a class that are correct.",
            List.of(AVERAGE, DECISION, CLASS_INDEX, PRECISION_KEY),
            options ->
                new Precision(
                    options.get(AVERAGE),
                    options.find(DECISION),
                    options.find(CLASS_INDEX),
                    options.get(PRECISION_KEY))),
        Component.of(
            "recall",
            "Recall: fraction of the samples of a class that are predicted to be it.",
            List.of(AVERAGE, DECISION, CLASS_INDEX, RECALL_KEY),
            options ->
                new Recall(
                    options.get(AVERAGE),
                    options.find(DECISION),
                    options.find(CLASS_INDEX),
                    options.get(RECALL_KEY))),
        Component.of(
            "f1-score",
            "F1 score: harmonic mean of precision and recall.",
            List.of(AVERAGE, DECISION, CLASS_INDEX, F1_KEY),
            options ->
                new FBetaScore(
                    1,
                    options.get(AVERAGE),
                    options.find(DECISION),
                    options.find(CLASS_INDEX),
                    options.get(F1_KEY))),
        Component.of(
            "fbeta-score",
            "F-beta score: weighted harmonic mean of precision and recall.",
            List.of(BETA, AVERAGE, DECISION, CLASS_INDEX, F_BETA_KEY),
            options ->
                new FBetaScore(
                    options.get(BETA),
                    options.get(AVERAGE),
                    options.find(DECISION),
                    options.find(CLASS_INDEX),
                    options.get(F_BETA_KEY))),
        Component.of(
            "auc",
            "Area under the ROC or precision-recall curve, approximated at thresholds.",
            List.of(CURVE, SUMMATION, THRESHOLDS, AVERAGE, AUC_KEY),
            options ->
                new Auc(
                    options.get(CURVE),
                    options.get(SUMMATION),
                    options.get(THRESHOLDS),
                    options.get(AVERAGE),
                    options.get(AUC_KEY))),
        Component.of(
            "confusion-matrix",
            "Confusion matrix: number of samples by true and predicted class.",
            new ConfusionMatrix()),
        Component.of(
            "mean-absolute-error",
            "Mean absolute error between targets and outputs.",
            new MeanAbsoluteError()),
        Component.of(
            "mean-squared-error",
            "Mean squared error between targets and outputs.",
            new MeanSquaredError()),
        Component.of(
            "root-mean-squared-error",
            "Square root of the mean squared error between targets and outputs.",
            new RootMeanSquaredError()),
        Component.of(
            "brier-score", "Brier score: squared error of class probabilities.", new BrierScore()),
        Component.of(
            "expected-calibration-error",
            "Expected calibration error: mean distance between confidence and accuracy.",
            List.of(BINS),
            options -> new ExpectedCalibrationError(options.get(BINS))),
        Component.madeOf(
            "weighted",
            "Metric in which samples count in proportion to their weights.",
            List.of(),
            new Parts("metrics", 1, "Metric to weight."),
            (options, metrics) -> Metrics.weighted(only(metrics))));
  }

  private static Metric only(List<Metric> metrics) {
    if (metrics.size() != 1) {
      throw new EspalierException(
          ErrorCode.INVALID_OPTION,
          metrics.size() + " metrics are given to the metric weighted.",
          "Give one metric, and use weighted once per metric.");
    }
    return metrics.get(0);
  }
}
