package dev.espalier.core.classifier;

import dev.espalier.core.Predictions;
import dev.espalier.core.Predictions.ClassScore;
import dev.espalier.graph.HostArray;
import dev.espalier.model.InferenceSettings;
import java.util.List;
import java.util.Map;

/**
 * What a model says about one image: a score for each class, after the model's temperature. For a
 * model with several outputs, {@link #output} selects one. Immutable and thread-safe.
 *
 * @param predictions the outputs of the model for a single sample
 * @param multiLabel whether any number of classes may apply
 * @param settings the threshold and the smallest known score of the model
 */
public record Classification(
    Predictions predictions, boolean multiLabel, InferenceSettings settings) {
  /**
   * Returns the classes that apply, the most likely first: of a multi-label model those above its
   * threshold, otherwise the best one, or none if the image is {@linkplain #isUnknown unknown}.
   *
   * @throws dev.espalier.error.EspalierException {@code INVALID_MODEL} if there are several
   *     outputs, like the methods below
   */
  public List<ClassScore> classes() {
    if (multiLabel) {
      return above(settings.threshold());
    }
    return isUnknown() ? List.of() : top(1);
  }

  /** Returns the class with the highest score, also if the image is unknown. */
  public ClassScore best() {
    return top(1).get(0);
  }

  /** Returns the name of the class with the highest score. */
  public String className() {
    return best().className();
  }

  /**
   * Returns whether the best score is so low that the image belongs to none of the classes; never
   * if the model's settings do not have a smallest known score.
   */
  public boolean isUnknown() {
    return !multiLabel && best().score() < settings.unknownBelow();
  }

  /** Returns the {@code k} classes with the highest scores, highest first. */
  public List<ClassScore> top(int k) {
    return predictions.topK(0, k);
  }

  /** Returns the classes whose scores are above a threshold, highest first. */
  public List<ClassScore> above(double threshold) {
    return predictions.above(0, threshold);
  }

  /** Returns a copy of the scores by class index. */
  public float[] scores() {
    return predictions.row(0);
  }

  /** Returns the names of the classes by index. */
  public List<String> classNames() {
    return predictions.classNames();
  }

  /**
   * Returns the answer of one of several outputs, if it is a score per class.
   *
   * @throws dev.espalier.error.EspalierException {@code UNKNOWN_NAME} or {@code SHAPE_MISMATCH}
   */
  public Classification output(String name) {
    return new Classification(predictions.output(name), multiLabel, settings);
  }

  /**
   * Returns the values of all outputs by name, in the model's order, each with a batch of one:
   * float32 {@code [1, ...]}.
   */
  public Map<String, HostArray> outputs() {
    return predictions.outputs();
  }

  @Override
  public String toString() {
    return "Classification " + (outputs().size() == 1 ? top(3) : outputs().keySet());
  }
}
