package dev.espalier.report;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A model that a run produced, with its results. Immutable.
 *
 * @param title such as {@code best by val_loss} or {@code last}
 * @param file name of its file in the folder of the run, or null
 * @param epoch of its weights, counted from 1
 * @param validation loss and metrics on the validation split by name, without the prefix {@code
 *     val_}
 * @param test loss and metrics on the test split by name; empty if there is none
 */
public record EvaluatedModel(
    String title,
    @Nullable String file,
    int epoch,
    Map<String, Double> validation,
    Map<String, Double> test) {
  /** Copies the maps. */
  public EvaluatedModel {
    validation = Collections.unmodifiableMap(new TreeMap<>(validation));
    test = Collections.unmodifiableMap(new TreeMap<>(test));
  }

  /** Returns a value on the validation split, NaN if it is unknown. */
  double validation(String name) {
    return validation.getOrDefault(name, Double.NaN);
  }

  /** Returns a value on the test split, NaN if it is unknown. */
  double test(String name) {
    return test.getOrDefault(name, Double.NaN);
  }
}
