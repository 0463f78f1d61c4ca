package dev.espalier.callback;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.model.Weights;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * State of a callback as a checkpoint stores it: strings, and arrays if needed. Immutable.
 *
 * @param values by name; numbers as {@link Double#toString} or {@link Integer#toString} writes
 *     them, without loss
 * @param weights arrays by name; may be empty
 */
public record CallbackState(Map<String, String> values, Weights weights) {
  private static final CallbackState NONE = new CallbackState(Map.of(), Weights.empty());

  /** Copies the map. */
  public CallbackState {
    values = Collections.unmodifiableMap(new TreeMap<>(values));
  }

  /** Returns the state of a callback that carries nothing. */
  public static CallbackState none() {
    return NONE;
  }

  /** Returns a state without arrays. */
  public static CallbackState of(Map<String, String> values) {
    return new CallbackState(values, Weights.empty());
  }

  /** Returns this state with arrays. */
  public CallbackState withWeights(Weights arrays) {
    return new CallbackState(values, arrays);
  }

  /** Returns whether there is nothing to keep. */
  public boolean isEmpty() {
    return values.isEmpty() && weights.isEmpty();
  }

  /** Returns a text, or null if there is none of that name. */
  public @Nullable String text(String name) {
    return values.get(name);
  }

  /**
   * Returns a number, or null if there is none of that name.
   *
   * @throws EspalierException {@link ErrorCode#INVALID_WEIGHT_FILE} if it is not a number
   */
  public @Nullable Double number(String name) {
    String text = values.get(name);
    try {
      return text == null ? null : Double.valueOf(text);
    } catch (NumberFormatException e) {
      throw notA("number", name, text, e);
    }
  }

  /**
   * Returns a whole number, or 0 if there is none of that name.
   *
   * @throws EspalierException {@link ErrorCode#INVALID_WEIGHT_FILE} if it is not a whole number
   */
  public int wholeNumber(String name) {
    String text = values.get(name);
    try {
      return text == null ? 0 : Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw notA("whole number", name, text, e);
    }
  }

  private static EspalierException notA(
      String kind, String name, @Nullable String text, NumberFormatException cause) {
    return new EspalierException(
        ErrorCode.INVALID_WEIGHT_FILE,
        "The checkpoint holds \"" + text + "\" as " + name + " of a callback, not a " + kind + ".",
        "Delete the checkpoint to start over.",
        cause);
  }
}
