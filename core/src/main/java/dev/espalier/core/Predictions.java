package dev.espalier.core;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.error.NearestNames;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Shape;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Predictions of a model: a score per class for each sample. For a model with several outputs,
 * {@link #output} selects the scores of one; {@link #outputs} contains all outputs, including those
 * that are not class scores. Immutable.
 *
 * @param outputs the values of each output by name, in the model's order, float32 {@code [samples,
 *     ...]}
 * @param classNames the names of the classes; their indices where an output has no names
 */
public record Predictions(Map<String, HostArray> outputs, List<String> classNames) {
  /**
   * Copies the collections, and checks that a single output contains class scores.
   *
   * @throws EspalierException {@link ErrorCode#SHAPE_MISMATCH} if the single output is something
   *     else
   */
  public Predictions {
    outputs = Collections.unmodifiableMap(new LinkedHashMap<>(outputs));
    if (outputs.isEmpty()) {
      throw new EspalierException(
          ErrorCode.INVALID_ARGUMENT, "There are no outputs to predict.", "Give one or more.");
    }
    if (outputs.size() == 1) {
      Shape shape = requireScores(outputs.values().iterator().next());
      classNames =
          classNames.size() == shape.size(1)
              ? classNames
              : IntStream.range(0, shape.size(1)).mapToObj(Integer::toString).toList();
    }
    classNames = List.copyOf(classNames);
  }

  /**
   * Creates the predictions of a model with one output.
   *
   * @param scores float32 {@code [samples, classes]}
   */
  public Predictions(HostArray scores, List<String> classNames) {
    this(Map.of("scores", scores), classNames);
  }

  private static Shape requireScores(HostArray array) {
    Shape shape = array.shape();
    if (shape.rank() != 2) {
      throw new EspalierException(
          ErrorCode.SHAPE_MISMATCH,
          "The model gives " + shape.withoutBatch() + " for a sample, not one score per class.",
          "Add a classifier, or use featurize.");
    }
    return shape;
  }

  /**
   * A class with its score.
   *
   * @param label class index
   * @param className name of the class
   * @param score output of the model for the class
   */
  public record ClassScore(int label, String className, float score) {}

  /** Returns these predictions with other class names, which are used if their number matches. */
  public Predictions withClassNames(List<String> names) {
    return new Predictions(outputs, names);
  }

  /**
   * Returns the predictions of one of several outputs. Class names are kept if their number
   * matches.
   *
   * @throws EspalierException {@link ErrorCode#UNKNOWN_NAME} if there is no such output; {@link
   *     ErrorCode#SHAPE_MISMATCH} if it is not a score per class, in which case {@link #outputs}
   *     has its values
   */
  public Predictions output(String name) {
    HostArray array = outputs.get(name);
    if (array == null) {
      throw NearestNames.unknown(ErrorCode.UNKNOWN_NAME, "output", name, outputs.keySet());
    }
    if (array.shape().rank() != 2) {
      throw new EspalierException(
          ErrorCode.SHAPE_MISMATCH,
          "The output \""
              + name
              + "\" gives "
              + array.shape().withoutBatch()
              + " for a sample, not a score for each class.",
          "Take its values from outputs().");
    }
    return new Predictions(Map.of(name, array), classNames);
  }

  /**
   * Returns the scores, float32 {@code [samples, classes]}.
   *
   * @throws EspalierException {@link ErrorCode#INVALID_MODEL} if there are several outputs, like
   *     the methods below
   */
  public HostArray scores() {
    if (outputs.size() > 1) {
      throw new EspalierException(
          ErrorCode.INVALID_MODEL,
          "The model has the outputs " + String.join(", ", outputs.keySet()) + ".",
          "Choose one by its name: predictions.output(\"name\").");
    }
    return outputs.values().iterator().next();
  }

  /** Returns the number of samples. */
  public int size() {
    return outputs.values().iterator().next().shape().size(0);
  }

  /** Returns the number of classes. */
  public int classCount() {
    return scores().shape().size(1);
  }

  /** Returns a copy of the scores of a sample. */
  public float[] row(int sample) {
    float[] row = new float[classCount()];
    scores().floats().position(sample * classCount()).get(row);
    return row;
  }

  /** Returns the class with the highest score; of equal scores, the lowest index. */
  public int label(int sample) {
    return topK(sample, 1).get(0).label();
  }

  /**
   * Returns the classes with scores above a threshold, highest first: the prediction for
   * multi-label data, which may be empty.
   *
   * @param threshold such as 0.5 for sigmoid outputs
   */
  public List<ClassScore> above(int sample, double threshold) {
    return topK(sample, classCount()).stream().filter(score -> score.score() > threshold).toList();
  }

  /**
   * Returns the {@code k} classes with the highest scores, highest first; all classes if there are
   * fewer.
   */
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
