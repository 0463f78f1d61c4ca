package dev.espalier.report;

import dev.espalier.core.Predictions;
import dev.espalier.data.Dataset;
import dev.espalier.data.Datasets;
import dev.espalier.data.Image;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.metric.Evaluation;
import dev.espalier.metric.Matrix;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What the predictions of a model on labelled data show: results of each class, which classes are
 * taken for which, how well confidence and accuracy agree, and the images that are worth a look.
 * Immutable.
 *
 * @param dataset name of the data, empty if unknown
 * @param samples number of samples predicted
 * @param classes results of each class in the order of the model's outputs
 * @param confusion samples of each class (row) by predicted class (column); null where a sample may
 *     have several classes, and if it is unknown
 * @param calibration confidence and accuracy in bins, or null if unknown
 * @param mistakes the images that the model is wrong about, the most confident first
 * @param leastCertain the images with the closest decisions, the closest first
 */
public record PredictionAnalysis(
    String dataset,
    long samples,
    List<ClassResult> classes,
    @Nullable Matrix confusion,
    @Nullable CalibrationCurve calibration,
    List<Example> mistakes,
    List<Example> leastCertain) {
  /** How many images of each kind are kept. */
  static final int EXAMPLES = 24;

  private static final int MOST_SCORES = 20_000_000;
  private static final String CONFUSION = "confusion_matrix";
  private static final String CALIBRATION = "expected_calibration_error";

  /**
   * Copies the lists.
   *
   * @throws EspalierException {@link ErrorCode#INVALID_ARGUMENT} if the matrix does not have a row
   *     and a column for each class
   */
  public PredictionAnalysis {
    classes = List.copyOf(classes);
    mistakes = List.copyOf(mistakes);
    leastCertain = List.copyOf(leastCertain);
    if (confusion != null
        && (confusion.rows() != classes.size() || confusion.columns() != classes.size())) {
      throw new EspalierException(
          ErrorCode.INVALID_ARGUMENT,
          "A confusion matrix of "
              + confusion.rows()
              + "x"
              + confusion.columns()
              + " does not belong to "
              + classes.size()
              + " classes.",
          "Give it a row and a column for each class.");
    }
  }

  /**
   * Results of one class.
   *
   * @param name of the class
   * @param support samples that have the class; weighted, the sum of their weights
   * @param predicted samples that are predicted to have it
   * @param correct samples for which both is true
   */
  public record ClassResult(String name, double support, double predicted, double correct) {
    /** Returns the fraction of the predictions of the class that are correct; 0 without any. */
    public double precision() {
      return predicted == 0 ? 0 : correct / predicted;
    }

    /** Returns the fraction of the samples of the class that are found; 0 without any. */
    public double recall() {
      return support == 0 ? 0 : correct / support;
    }

    /** Returns the harmonic mean of precision and recall. */
    public double f1() {
      return support + predicted == 0 ? 0 : 2 * correct / (support + predicted);
    }
  }

  /**
   * An image with what the model says about it.
   *
   * @param index of the sample in its data set
   * @param file its file as people find it, or empty
   * @param labels names of its true classes
   * @param predicted classes that the decision is between, the most likely first
   * @param thumbnail the image, made small
   */
  public record Example(
      int index,
      String file,
      List<String> labels,
      List<Predictions.ClassScore> predicted,
      Image thumbnail) {
    /** Copies the lists. */
    public Example {
      labels = List.copyOf(labels);
      predicted = List.copyOf(predicted);
    }
  }

  /**
   * Returns a data set whose predictions fit into memory: itself, or so many of its samples, spread
   * evenly, that there are 20 million scores at most.
   */
  public static Dataset analysable(Dataset dataset) {
    int most = Math.max(1, MOST_SCORES / Math.max(1, dataset.classNames().size()));
    return dataset.size() <= most ? dataset : Datasets.spread(dataset, most);
  }

  /**
   * Analyses predictions.
   *
   * @param dataset labelled with classes, in the order of the model's outputs
   * @param predictions of its samples by a model with one output; outputs that are no probabilities
   *     are taken for logits
   * @throws EspalierException {@link ErrorCode#INVALID_ARGUMENT} if the targets are not classes, or
   *     numbers of samples or classes differ
   */
  public static PredictionAnalysis of(Dataset dataset, Predictions predictions) {
    return of(dataset, predictions, 1);
  }

  /**
   * Analyses predictions at the temperature of a {@linkplain
   * dev.espalier.core.classifier.Calibration calibrated} model.
   *
   * @param temperature divisor of the logits, above 0
   * @throws EspalierException as {@link #of(Dataset, Predictions)}
   */
  public static PredictionAnalysis of(
      Dataset dataset, Predictions predictions, double temperature) {
    if (!dataset.target().isOfLabels()) {
      throw invalid(
          "The targets of " + dataset.name() + " are " + dataset.target() + ".",
          "Analyse the predictions of classes.");
    }
    if (dataset.size() != predictions.size()) {
      throw invalid(
          dataset.name()
              + " has "
              + dataset.size()
              + " samples, and there are "
              + predictions.size()
              + " predictions.",
          "Give the data set that was predicted.");
    }
    Probabilities probabilities =
        Probabilities.of(
            predictions, dataset.target().multiLabel(), dataset.classNames(), temperature);
    return new AnalysisOfSamples(dataset, probabilities).result();
  }

  /**
   * Returns what an evaluation with the metrics {@code confusion_matrix} and {@code
   * expected_calibration_error} shows, or null if it has neither.
   *
   * @param classNames names of the classes in their order; their indices if the number differs
   */
  public static @Nullable PredictionAnalysis of(Evaluation evaluation, List<String> classNames) {
    Matrix confusion = evaluation.matrix(CONFUSION);
    Matrix curve = evaluation.matrix(CALIBRATION);
    if (confusion == null && curve == null) {
      return null;
    }
    List<ClassResult> classes = List.of();
    if (confusion != null) {
      Matrix counts = confusion;
      classes =
          IntStream.range(0, counts.rows())
              .mapToObj(
                  i ->
                      new ClassResult(
                          classNames.size() == counts.rows()
                              ? classNames.get(i)
                              : Integer.toString(i),
                          sum(counts, i, true),
                          sum(counts, i, false),
                          counts.at(i, i)))
              .toList();
    }
    return new PredictionAnalysis(
        "",
        evaluation.samples(),
        classes,
        confusion,
        curve == null ? null : CalibrationCurve.of(curve),
        List.of(),
        List.of());
  }

  private static double sum(Matrix counts, int index, boolean row) {
    double sum = 0;
    for (int i = 0; i < counts.rows(); i++) {
      sum += row ? counts.at(index, i) : counts.at(i, index);
    }
    return sum;
  }

  /**
   * Two classes that are taken for each other.
   *
   * @param label index of the true class
   * @param predicted index of the predicted class
   * @param samples how many, or the sum of their weights
   */
  record Confusion(int label, int predicted, double samples) {}

  /** Returns the confusions, the most frequent first. */
  List<Confusion> confusions() {
    List<Confusion> found = new ArrayList<>();
    if (confusion != null) {
      for (int row = 0; row < confusion.rows(); row++) {
        for (int column = 0; column < confusion.columns(); column++) {
          if (row != column && confusion.at(row, column) > 0) {
            found.add(new Confusion(row, column, confusion.at(row, column)));
          }
        }
      }
      found.sort((one, other) -> Double.compare(other.samples(), one.samples()));
    }
    return found;
  }

  /** Returns the fraction of samples whose class is predicted, NaN without a matrix. */
  double accuracy() {
    double correct = classes.stream().mapToDouble(ClassResult::correct).sum();
    double all = classes.stream().mapToDouble(ClassResult::support).sum();
    return confusion == null || all == 0 ? Double.NaN : correct / all;
  }

  /** Returns the mean of the F1 scores of all classes, NaN without classes. */
  double macroF1() {
    return classes.stream().mapToDouble(ClassResult::f1).average().orElse(Double.NaN);
  }

  private static EspalierException invalid(String problem, String remedy) {
    return new EspalierException(ErrorCode.INVALID_ARGUMENT, problem, remedy);
  }
}
