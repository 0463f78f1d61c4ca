package dev.espalier.plugin;

import dev.espalier.model.Model;
import java.nio.file.Path;

/**
 * Reads files of whole models that another program wrote. Called by the registry's users on any
 * thread; keeps no state.
 */
public interface ModelFormat {
  /** Returns the name, lower case with hyphens, such as {@code keras}. */
  String name();

  /**
   * Returns whether the file is of this format, judged by its first bytes and its name.
   *
   * @param head the first bytes of the file, up to 4,096
   */
  boolean recognizes(Path file, byte[] head);

  /**
   * Reads the model with the values of its variables. Code in the file is never run.
   *
   * @throws dev.espalier.error.EspalierException {@code INVALID_WEIGHT_FILE} if the file is
   *     damaged, naming the place; {@code INVALID_MODEL} listing all that has no counterpart
   */
  Model read(Path file);
}
