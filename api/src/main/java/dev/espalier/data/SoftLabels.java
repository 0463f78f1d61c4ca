package dev.espalier.data;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.Shape;
import java.util.Arrays;
import java.util.List;

/**
 * Label probabilities of a batch: for each sample and class, a value from 0 to 1. In single-label
 * data each row adds up to 1, mixed or not; in multi-label data the classes are independent of one
 * another. Immutable.
 */
public final class SoftLabels {
  private final int classes;
  private final float[] shares;

  private SoftLabels(int classes, float[] shares) {
    this.classes = classes;
    this.shares = shares;
  }

  /**
   * Returns labels that are each wholly of one class.
   *
   * @param labels indices of classes, 0 inclusive to {@code classes} exclusive
   */
  public static SoftLabels of(int[] labels, int classes) {
    return multiHot(Arrays.stream(labels).mapToObj(List::of).toList(), classes);
  }

  /**
   * Returns labels of samples that each have any number of classes, every one of them wholly.
   *
   * @param labels for each sample, indices of classes, 0 inclusive to {@code classes} exclusive
   */
  public static SoftLabels multiHot(List<? extends List<Integer>> labels, int classes) {
    float[] shares = new float[Shape.of(labels.size(), Math.max(classes, 0)).arrayLength()];
    for (int row = 0; row < labels.size(); row++) {
      for (int label : labels.get(row)) {
        if (label < 0 || label >= classes) {
          throw new EspalierException(
              ErrorCode.LABEL_OUT_OF_RANGE,
              "There is no label " + label + " among " + classes + " classes.",
              "Labels go from 0 to one less than the number of classes.");
        }
        shares[row * classes + label] = 1;
      }
    }
    return new SoftLabels(classes, shares);
  }

  /** Returns the number of samples. */
  public int size() {
    return classes == 0 ? 0 : shares.length / classes;
  }

  /** Returns the number of classes. */
  public int classes() {
    return classes;
  }

  /** Returns the probability of a class for a sample, from 0 to 1. */
  public float share(int sample, int label) {
    return shares[sample * classes + label];
  }

  /**
   * Returns the labels of samples that were mixed with each other: each keeps a fraction of its own
   * label and takes the rest from its partner.
   *
   * @param kept for each sample, from 0 to 1
   * @param partners for each sample, the index of another
   */
  public SoftLabels mixed(float[] kept, int[] partners) {
    if (kept.length != size() || partners.length != size()) {
      throw new EspalierException(
          ErrorCode.INVALID_ARGUMENT,
          kept.length
              + " mixing ratios and "
              + partners.length
              + " partners for "
              + size()
              + " samples.",
          "Give one of each per sample.");
    }
    for (int i = 0; i < kept.length; i++) {
      if (!(kept[i] >= 0 && kept[i] <= 1) || partners[i] < 0 || partners[i] >= size()) {
        throw new EspalierException(
            ErrorCode.INVALID_ARGUMENT,
            "Sample " + i + " cannot keep " + kept[i] + " beside sample " + partners[i] + ".",
            "The fraction must be from 0 to 1, and there are "
                + size()
                + " samples, counted from 0.");
      }
    }
    float[] result = new float[shares.length];
    for (int row = 0; row < kept.length; row++) {
      int own = row * classes;
      int other = partners[row] * classes;
      for (int label = 0; label < classes; label++) {
        result[own + label] =
            kept[row] * shares[own + label] + (1 - kept[row]) * shares[other + label];
      }
    }
    return new SoftLabels(classes, result);
  }

  /** Returns a copy of all probabilities, sample after sample. */
  public float[] toArray() {
    return shares.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SoftLabels labels
        && classes == labels.classes
        && Arrays.equals(shares, labels.shares);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(shares) + 31 * classes;
  }

  /** Returns the numbers of samples and classes, not the probabilities. */
  @Override
  public String toString() {
    return "SoftLabels " + size() + "x" + classes;
  }
}
