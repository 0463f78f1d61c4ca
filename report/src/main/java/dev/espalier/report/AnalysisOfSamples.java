package dev.espalier.report;

import dev.espalier.core.Predictions.ClassScore;
import dev.espalier.data.Dataset;
import dev.espalier.error.EspalierException;
import dev.espalier.metric.Matrix;
import dev.espalier.report.PredictionAnalysis.ClassResult;
import dev.espalier.report.PredictionAnalysis.Example;
import dev.espalier.report.internal.page.Thumbnails;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Goes through predicted samples once and keeps what a report shows of them. */
final class AnalysisOfSamples {
  private static final double THRESHOLD = 0.5;

  /** Beyond it, a matrix of all pairs needs more memory than it is worth. */
  private static final int LARGEST_MATRIX = 4096;

  private final Dataset dataset;
  private final Probabilities probabilities;
  private final int classes;
  private final double[] support;
  private final double[] predicted;
  private final double[] correct;
  private final double @Nullable [] pairs;
  private final CalibrationCurve.Counts calibration = new CalibrationCurve.Counts();
  private final Best mistakes = new Best();
  private final Best leastCertain = new Best();

  AnalysisOfSamples(Dataset dataset, Probabilities probabilities) {
    this.dataset = dataset;
    this.probabilities = probabilities;
    this.classes = probabilities.classes();
    this.support = new double[classes];
    this.predicted = new double[classes];
    this.correct = new double[classes];
    this.pairs =
        probabilities.multiLabel() || classes > LARGEST_MATRIX
            ? null
            : new double[classes * classes];
  }

  /**
   * A decision about a sample.
   *
   * @param weight decides which decisions are kept
   * @param shown the classes that it is between
   */
  private record Decision(int sample, double weight, List<ClassScore> shown) {
    private static final Comparator<Decision> ORDER =
        Comparator.comparingDouble(Decision::weight).reversed().thenComparing(Decision::sample);
  }

  /** The decisions with the largest weights, one for each sample. */
  private static final class Best {
    private final PriorityQueue<Decision> kept = new PriorityQueue<>(Decision.ORDER.reversed());

    void add(Decision decision) {
      kept.add(decision);
      // More than are shown, because some images may turn out to be damaged.
      if (kept.size() > 2 * PredictionAnalysis.EXAMPLES) {
        kept.poll();
      }
    }

    List<Decision> sorted() {
      return kept.stream().sorted(Decision.ORDER).toList();
    }
  }

  PredictionAnalysis result() {
    for (int sample = 0; sample < probabilities.size(); sample++) {
      double[] row = probabilities.of(sample);
      if (probabilities.multiLabel()) {
        addSeveral(sample, row);
      } else {
        addOne(sample, row);
      }
    }
    List<ClassResult> results = new ArrayList<>();
    for (int i = 0; i < classes; i++) {
      results.add(
          new ClassResult(dataset.classNames().get(i), support[i], predicted[i], correct[i]));
    }
    return new PredictionAnalysis(
        dataset.name(),
        probabilities.size(),
        results,
        pairs == null || classes == 0 ? null : Matrix.of(classes, pairs),
        probabilities.size() == 0 ? null : calibration.curve(),
        examples(mistakes),
        examples(leastCertain));
  }

  private void addOne(int sample, double[] row) {
    int label = dataset.label(sample);
    int best = 0;
    int second = -1;
    for (int i = 1; i < row.length; i++) {
      if (row[i] > row[best]) {
        second = best;
        best = i;
      } else if (second < 0 || row[i] > row[second]) {
        second = i;
      }
    }
    support[label]++;
    predicted[best]++;
    if (pairs != null) {
      pairs[label * classes + best]++;
    }
    if (!Double.isFinite(row[best])) {
      return; // of a diverged model, there is nothing to be confident about
    }
    calibration.add(row[best], best == label);
    if (best == label) {
      correct[label]++;
    } else {
      List<ClassScore> shown = new ArrayList<>();
      shown.add(probabilities.score(row, best));
      shown.add(probabilities.score(row, label));
      mistakes.add(new Decision(sample, row[best], shown));
    }
    if (second >= 0) {
      leastCertain.add(
          new Decision(sample, row[second] - row[best], probabilities.largest(row, 2)));
    }
  }

  private void addSeveral(int sample, double[] row) {
    Set<Integer> labels = new HashSet<>(dataset.labels(sample));
    int worst = -1;
    int closest = -1;
    for (int i = 0; i < row.length; i++) {
      boolean member = labels.contains(i);
      boolean decided = row[i] > THRESHOLD;
      support[i] += member ? 1 : 0;
      predicted[i] += decided ? 1 : 0;
      correct[i] += member && decided ? 1 : 0;
      if (!Double.isFinite(row[i])) {
        continue;
      }
      calibration.add(row[i], member);
      if (member != decided && (worst < 0 || distance(row[i]) > distance(row[worst]))) {
        worst = i;
      }
      if (closest < 0 || distance(row[i]) < distance(row[closest])) {
        closest = i;
      }
    }
    if (worst >= 0) {
      mistakes.add(
          new Decision(sample, distance(row[worst]), List.of(probabilities.score(row, worst))));
    }
    if (closest >= 0) {
      leastCertain.add(
          new Decision(
              sample, -distance(row[closest]), List.of(probabilities.score(row, closest))));
    }
  }

  private static double distance(double probability) {
    return Math.abs(probability - THRESHOLD);
  }

  private List<Example> examples(Best best) {
    List<Example> examples = new ArrayList<>();
    for (Decision decision : best.sorted()) {
      if (examples.size() == PredictionAnalysis.EXAMPLES) {
        break;
      }
      Example example = example(decision);
      if (example != null) {
        examples.add(example);
      }
    }
    return examples;
  }

  /** Returns an image with its thumbnail, or null if it can no longer be read. */
  private @Nullable Example example(Decision decision) {
    int sample = decision.sample();
    try {
      Path file = dataset.file(sample);
      return new Example(
          sample,
          file == null ? "" : file.toString(),
          dataset.labels(sample).stream().map(dataset.classNames()::get).toList(),
          decision.shown(),
          Thumbnails.of(dataset.get(sample).image()));
    } catch (EspalierException e) {
      return null;
    }
  }
}
