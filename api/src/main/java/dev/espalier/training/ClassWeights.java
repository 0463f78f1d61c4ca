package dev.espalier.training;

import dev.espalier.data.Dataset;
import dev.espalier.data.Datasets;
import dev.espalier.data.Target;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.error.NearestNames;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Weights of the classes in the training loss, which multiply the weights of the samples. As in
 * Keras, validation and evaluation ignore them. Immutable and thread-safe.
 */
public sealed interface ClassWeights {
  /**
   * Returns weights that make all classes count the same in total: {@link Datasets#classWeights}.
   */
  static ClassWeights balanced() {
    return new Balanced();
  }

  /**
   * Returns weights by the names of classes; a class that is not named has the weight 1.
   *
   * @throws EspalierException {@code INVALID_TRAINING_SETTING} for a weight below 0 or not finite
   */
  static ClassWeights of(Map<String, Double> byName) {
    return new ByName(byName);
  }

  /**
   * Returns the weight of each class of a data set, by label.
   *
   * @throws EspalierException {@code INVALID_TRAINING_SETTING} if its samples do not have one class
   *     each, or if a class is named that it does not have; {@code EMPTY_DATASET} if weights are to
   *     be balanced and a class has no samples
   */
  double[] of(Dataset dataset);

  /** All classes count the same in total. */
  record Balanced() implements ClassWeights {
    @Override
    public double[] of(Dataset dataset) {
      requireOneClass(dataset);
      return Datasets.classWeights(dataset);
    }
  }

  /**
   * Weights by class name; classes without one have the weight 1.
   *
   * @param byName weights by the names of classes, each 0 or more
   */
  record ByName(Map<String, Double> byName) implements ClassWeights {
    /** Copies the map and checks the ranges. */
    public ByName {
      byName = Collections.unmodifiableMap(new TreeMap<>(byName));
      byName.forEach(
          (name, weight) -> {
            if (!(weight >= 0) || Float.isInfinite(weight.floatValue())) {
              throw new EspalierException(
                  ErrorCode.INVALID_TRAINING_SETTING,
                  "The class \"" + name + "\" cannot have the weight " + weight + ".",
                  "Give a number of 0 or more; the default is 1.");
            }
          });
    }

    @Override
    public double[] of(Dataset dataset) {
      requireOneClass(dataset);
      List<String> names = dataset.classNames();
      for (String name : byName.keySet()) {
        if (!names.contains(name)) {
          throw NearestNames.unknown(
              ErrorCode.INVALID_TRAINING_SETTING, "class with a weight", name, names);
        }
      }
      return names.stream().mapToDouble(name -> byName.getOrDefault(name, 1.0)).toArray();
    }
  }

  private static void requireOneClass(Dataset dataset) {
    if (!(dataset.target() instanceof Target.ClassIndex)) {
      throw new EspalierException(
          ErrorCode.INVALID_TRAINING_SETTING,
          "Class weights are set, but a sample of \""
              + dataset.name()
              + "\" has "
              + dataset.target()
              + ".",
          "Remove the class weights, or give samples weights of their own:"
              + " Sample.withWeight.");
    }
  }
}
