package dev.espalier.cli.run;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the file of a trained model states about its data.
 *
 * @param data name of the training split, such as {@code pets/train}
 * @param seed seed of the training, or null if the file does not state it
 */
public record TrainedOn(String data, @Nullable String seed) {
  private static final String DATA = "data";
  private static final String SEED = "seed";

  /** Returns the metadata for a model file. */
  static Map<String, String> metadata(String data, long seed) {
    return Map.of(DATA, data, SEED, Long.toString(seed));
  }

  /** Returns what a model file states, or null if nothing. */
  public static @Nullable TrainedOn of(Map<String, String> metadata) {
    String data = metadata.get(DATA);
    return data == null ? null : new TrainedOn(data, metadata.get(SEED));
  }

  /** Returns whether it was a split of a data set with a name. */
  boolean isOf(String name) {
    return data.equals(name) || data.startsWith(name + "/");
  }
}
