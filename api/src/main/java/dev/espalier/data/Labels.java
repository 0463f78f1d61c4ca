package dev.espalier.data;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import java.util.List;

/** Checks the labels of samples. */
final class Labels {
  private Labels() {}

  /**
   * Returns the label of what has exactly one.
   *
   * @param what has them, to begin a message with
   */
  static int only(List<Integer> labels, String what) {
    if (labels.size() != 1) {
      throw new EspalierException(
          ErrorCode.INVALID_ARGUMENT,
          what + " has " + (labels.isEmpty() ? "no label" : "the labels " + labels) + ".",
          "Use labels() instead: a multi-label sample can have any number of labels.");
    }
    return labels.get(0);
  }

  /** Returns the labels of a sample, which are among the classes of its data set. */
  static List<Integer> of(Dataset dataset, int index) {
    List<Integer> labels = dataset.labels(index);
    int classes = dataset.classNames().size();
    for (int label : labels) {
      if (label < 0 || label >= classes) {
        throw outOfRange(dataset, index, label);
      }
    }
    return labels;
  }

  /** Returns the error for a label that is not among the classes of its data set. */
  static EspalierException outOfRange(Dataset dataset, int index, int label) {
    return new EspalierException(
        ErrorCode.LABEL_OUT_OF_RANGE,
        "Sample " + index + " of " + dataset.name() + " has the label " + label + ".",
        "There are " + dataset.classNames().size() + " classes, counted from 0.");
  }

  /** Returns how many samples have each class. */
  static int[] counts(Dataset dataset) {
    int[] counts = new int[dataset.classNames().size()];
    for (int i = 0; i < dataset.size(); i++) {
      of(dataset, i).forEach(label -> counts[label]++);
    }
    return counts;
  }
}
