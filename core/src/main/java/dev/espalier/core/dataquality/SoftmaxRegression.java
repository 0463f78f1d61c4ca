package dev.espalier.core.dataquality;

import java.util.Arrays;

/**
 * Multinomial logistic regression on standardized features: minimizes the mean cross-entropy plus
 * {@code penalty / 2} times the squares of the weights; biases have no penalty. It starts from zero
 * and draws nothing random, so that the same samples give the same weights. Immutable.
 */
final class SoftmaxRegression {
  private static final double TOLERANCE = 1e-5;

  /** So many samples at a time, so that the weights of a class stay in the CPU's cache. */
  private static final int BLOCK = 32;

  private final Standardized features;
  private final int classes;
  private final double[] weights;

  private SoftmaxRegression(Standardized features, int classes, double[] weights) {
    this.features = features;
    this.classes = classes;
    this.weights = weights;
  }

  /** Features with mean 0 and standard deviation 1, and a 1 for the bias behind them. */
  static final class Standardized {
    private final FeatureRows rows;
    private final double[] means;
    private final double[] scales;

    private Standardized(FeatureRows rows, double[] means, double[] scales) {
      this.rows = rows;
      this.means = means;
      this.scales = scales;
    }

    /** Standardizes with mean and standard deviation of some samples. */
    static Standardized of(FeatureRows rows, int[] samples) {
      double[] means = new double[rows.width()];
      double[] scales = new double[rows.width()];
      for (int sample : samples) {
        for (int i = 0; i < means.length; i++) {
          means[i] += rows.at(sample, i) / samples.length;
        }
      }
      for (int sample : samples) {
        for (int i = 0; i < means.length; i++) {
          double distance = rows.at(sample, i) - means[i];
          scales[i] += distance * distance / samples.length;
        }
      }
      for (int i = 0; i < scales.length; i++) {
        double deviation = Math.sqrt(scales[i]);
        // A feature that does not vary says nothing; rounding must not be taken for a variation.
        scales[i] = deviation > 1e-6 * Math.abs(means[i]) ? 1 / deviation : 0;
      }
      return new Standardized(rows, means, scales);
    }

    int width() {
      return means.length + 1;
    }

    void read(int sample, double[] values) {
      for (int i = 0; i < means.length; i++) {
        values[i] = (rows.at(sample, i) - means[i]) * scales[i];
      }
      values[means.length] = 1;
    }
  }

  /**
   * Fits a regression.
   *
   * @param samples indices of the samples to fit, in any order
   * @param labels class of every sample, from 0 to {@code classes - 1} for those to fit
   * @param penalty above 0
   */
  static SoftmaxRegression fit(
      Standardized features, int[] samples, int[] labels, int classes, double penalty) {
    Loss loss = new Loss(features, samples, labels, classes, penalty);
    double[] weights = Lbfgs.minimize(loss, new double[classes * features.width()], TOLERANCE);
    return new SoftmaxRegression(features, classes, weights);
  }

  /** Returns the probability of each class. */
  double[] probabilities(int sample) {
    double[] values = new double[features.width()];
    features.read(sample, values);
    double[] scores = new double[classes];
    for (int i = 0; i < classes; i++) {
      scores[i] = dot(weights, i * values.length, values);
    }
    softmax(scores);
    return scores;
  }

  /** Replaces scores by probabilities and returns the logarithm of their normalization. */
  private static double softmax(double[] scores) {
    double largest = Arrays.stream(scores).max().orElse(0);
    double sum = 0;
    for (int i = 0; i < scores.length; i++) {
      scores[i] = Math.exp(scores[i] - largest);
      sum += scores[i];
    }
    for (int i = 0; i < scores.length; i++) {
      scores[i] /= sum;
    }
    return largest + Math.log(sum);
  }

  /** Four sums, because one would wait for each addition. */
  private static double dot(double[] weights, int from, double[] values) {
    double first = 0;
    double second = 0;
    double third = 0;
    double fourth = 0;
    int i = 0;
    for (; i + 3 < values.length; i += 4) {
      first += weights[from + i] * values[i];
      second += weights[from + i + 1] * values[i + 1];
      third += weights[from + i + 2] * values[i + 2];
      fourth += weights[from + i + 3] * values[i + 3];
    }
    for (; i < values.length; i++) {
      first += weights[from + i] * values[i];
    }
    return first + second + (third + fourth);
  }

  /** What is minimized. */
  private static final class Loss implements Lbfgs.Objective {
    private final Standardized features;
    private final int[] samples;
    private final int[] labels;
    private final int classes;
    private final double penalty;

    private Loss(Standardized features, int[] samples, int[] labels, int classes, double penalty) {
      this.features = features;
      this.samples = samples;
      this.labels = labels;
      this.classes = classes;
      this.penalty = penalty;
    }

    @Override
    public double at(double[] weights, double[] gradient) {
      int width = features.width();
      Arrays.fill(gradient, 0);
      double[][] values = new double[BLOCK][width];
      double[][] scores = new double[BLOCK][classes];
      double loss = 0;
      for (int from = 0; from < samples.length; from += BLOCK) {
        int count = Math.min(BLOCK, samples.length - from);
        for (int i = 0; i < count; i++) {
          features.read(samples[from + i], values[i]);
        }
        for (int label = 0; label < classes; label++) {
          for (int i = 0; i < count; i++) {
            scores[i][label] = dot(weights, label * width, values[i]);
          }
        }
        for (int i = 0; i < count; i++) {
          int label = labels[samples[from + i]];
          double own = scores[i][label];
          loss += softmax(scores[i]) - own;
          scores[i][label] -= 1;
        }
        for (int label = 0; label < classes; label++) {
          for (int i = 0; i < count; i++) {
            double error = scores[i][label] / samples.length;
            int start = label * width;
            for (int j = 0; j < width; j++) {
              gradient[start + j] += error * values[i][j];
            }
          }
        }
      }
      return loss / samples.length + penalize(weights, gradient);
    }

    private double penalize(double[] weights, double[] gradient) {
      int width = features.width();
      double squares = 0;
      for (int i = 0; i < weights.length; i++) {
        if (i % width != width - 1) {
          squares += weights[i] * weights[i];
          gradient[i] += penalty * weights[i];
        }
      }
      return penalty / 2 * squares;
    }
  }
}
