package dev.espalier.core;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Shape;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What a model says of each sample: a score for each class. Immutable.
 *
 * @param scores float32 {@code [samples, classes]}
 * @param classNames the names of the classes; their numbers where they have none
 */
public record Predictions(HostArray scores, List<String> classNames) {
  /** Checks the shape and copies the list. */
  public Predictions {
    Shape shape = scores.shape();
    if (shape.rank() != 2) {
      throw new EspalierException(
          ErrorCode.SHAPE_MISMATCH,
          "The model gives " + shape.withoutBatch() + " for a sample, not one score per class.",
          "Add a classifier, or use featurize.");
    }
    classNames =
        classNames.size() == shape.size(1)
            ? List.copyOf(classNames)
            : IntStream.range(0, shape.size(1)).mapToObj(Integer::toString).toList();
  }

  /**
   * A class with its score.
   *
   * @param label index of the class
   * @param className name of the class
   * @param score output of the model for the class
   */
  public record ClassScore(int label, String className, float score) {}

  /** Returns these predictions with other class names; used if there are as many as classes. */
  public Predictions withClassNames(List<String> names) {
    return new Predictions(scores, names);
  }

  /** Returns the number of samples. */
  public int size() {
    return scores.shape().size(0);
  }

  /** Returns the number of classes. */
  public int classCount() {
    return scores.shape().size(1);
  }

  /** Returns the scores of a sample, a copy. */
  public float[] row(int sample) {
    float[] row = new float[classCount()];
    scores.floats().position(sample * classCount()).get(row);
    return row;
  }

  /** Returns the class with the highest score, the first of equals. */
  public int label(int sample) {
    return topK(sample, 1).get(0).label();
  }

  /**
   * Returns the classes whose scores are above a threshold, the highest first: the answer of a
   * model for multi-label data, which may be none.
   *
   * @param threshold such as 0.5 for the outputs of a sigmoid
   */
  public List<ClassScore> above(int sample, double threshold) {
    return topK(sample, classCount()).stream().filter(score -> score.score() > threshold).toList();
  }

  /** Returns the {@code k} classes with the highest scores, the highest first; all if fewer. */
  public List<ClassScore> topK(int sample, int k) {
    float[] row = row(sample);
    return IntStream.range(0, row.length)
        .boxed()
        .sorted(Comparator.comparingDouble((Integer label) -> -row[label]))
        .limit(k)
        .map(label -> new ClassScore(label, classNames.get(label), row[label]))
        .toList();
  }
}
