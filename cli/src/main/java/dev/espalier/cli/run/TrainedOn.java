package dev.espalier.cli.run;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the file of a trained model says about its data.
 *
 * @param data the name of the training split, such as {@code pets/train}
 * @param seed that the training was given, or null if the file does not say
 */
public record TrainedOn(String data, @Nullable String seed) {
  private static final String DATA = "data";
  private static final String SEED = "seed";

  /** Returns what a model file is to say. */
  static Map<String, String> metadata(String data, long seed) {
    return Map.of(DATA, data, SEED, Long.toString(seed));
  }

  /** Returns what a model file says, or null if it says nothing. */
  public static @Nullable TrainedOn of(Map<String, String> metadata) {
    String data = metadata.get(DATA);
    return data == null ? null : new TrainedOn(data, metadata.get(SEED));
  }

  /** Returns whether it was a split of a data set of that name. */
  boolean isOf(String name) {
    return data.equals(name) || data.startsWith(name + "/");
  }
}
