package dev.espalier.callback;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Values of a batch or epoch by name, such as {@code accuracy}, {@code loss}, {@code val_loss}:
 * first in alphabetical order, then those that callbacks added, as in Keras 3. All callbacks of one
 * hook get the same object, so later callbacks see what earlier ones added. Not thread-safe.
 */
public final class Logs {
  private final Map<String, Double> values;

  /** Creates logs of the given values, in alphabetical order. */
  public Logs(Map<String, Double> values) {
    this.values = new LinkedHashMap<>(new TreeMap<>(values));
  }

  /** Creates empty logs. */
  public static Logs empty() {
    return new Logs(Map.of());
  }

  /** Returns a value, or null if there is none of that name. */
  public @Nullable Double get(String name) {
    return values.get(name);
  }

  /** Adds a value at the end, or replaces it in its position. */
  public void put(String name, double value) {
    values.put(name, value);
  }

  /** Returns a view of all values in order. */
  public Map<String, Double> asMap() {
    return Collections.unmodifiableMap(values);
  }

  @Override
  public String toString() {
    return values.toString();
  }
}
