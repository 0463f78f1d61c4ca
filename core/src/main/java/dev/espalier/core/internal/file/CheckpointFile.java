package dev.espalier.core.internal.file;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.HostArray;
import dev.espalier.model.Weights;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A checkpoint file: a model file with additional arrays, whose names start with {@code espalier.},
 * and an additional metadata entry. Readers of model files ignore both.
 */
public final class CheckpointFile {
  /** The metadata key of the checkpoint's text. */
  public static final String KEY = "espalier.checkpoint";

  private static final String OWN = "espalier.";
  private static final String SLOTS = OWN + "slots/";
  private static final String CALLBACKS = OWN + "callbacks/";

  private CheckpointFile() {}

  /**
   * Writes a checkpoint atomically.
   *
   * @param previous where to keep the checkpoint that is replaced, or null
   * @param metadata of the model file
   * @throws EspalierException {@link ErrorCode#FILE_NOT_WRITABLE}; an existing file is unchanged
   */
  public static void write(
      Path file, @Nullable Path previous, Map<String, String> metadata, Checkpoint checkpoint) {
    Map<String, HostArray> arrays = new LinkedHashMap<>(checkpoint.weights().asMap());
    checkpoint.slots().asMap().forEach((name, array) -> arrays.put(SLOTS + name, array));
    for (int i = 0; i < checkpoint.callbacks().size(); i++) {
      String prefix = CALLBACKS + i + "/";
      checkpoint
          .callbacks()
          .get(i)
          .state()
          .weights()
          .asMap()
          .forEach((name, array) -> arrays.put(prefix + name, array));
    }
    Map<String, String> all = new TreeMap<>(metadata);
    all.put(KEY, CheckpointCodec.toJson(checkpoint));
    SafetensorsWriter.write(file, previous, Weights.of(arrays).withMetadata(all));
  }

  /**
   * Reads a checkpoint.
   *
   * @throws EspalierException {@link ErrorCode#FILE_NOT_READABLE}; {@link
   *     ErrorCode#INVALID_WEIGHT_FILE} naming the damaged place, or if it is not a checkpoint
   */
  public static Checkpoint read(Path file) {
    FileProblems problems = new FileProblems(file, "Delete it to start over.");
    Weights content = SafetensorsReader.read(problems);
    String text = content.metadata().get(KEY);
    if (text == null) {
      throw new EspalierException(
          ErrorCode.INVALID_WEIGHT_FILE,
          "The file " + file + " is not a checkpoint: it has no training state.",
          "To continue from its weights, load it as a model; to start over, delete it or"
              + " choose another file.");
    }
    return CheckpointCodec.ofJson(
        problems,
        text,
        ofModel(content),
        withoutPrefix(content, SLOTS),
        index -> withoutPrefix(content, CALLBACKS + index + "/"));
  }

  /** Returns the arrays of a checkpoint that belong to its model. */
  public static Weights ofModel(Weights content) {
    Map<String, HostArray> arrays = new LinkedHashMap<>(content.asMap());
    arrays.keySet().removeIf(name -> name.startsWith(OWN));
    return Weights.of(arrays);
  }

  /** Returns the arrays whose names start with a prefix, which is removed. */
  private static Weights withoutPrefix(Weights content, String prefix) {
    Map<String, HostArray> arrays = new LinkedHashMap<>();
    content
        .asMap()
        .forEach(
            (name, array) -> {
              if (name.startsWith(prefix)) {
                arrays.put(name.substring(prefix.length()), array);
              }
            });
    return Weights.of(arrays);
  }
}
