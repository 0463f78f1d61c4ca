package dev.espalier.plugin;

import dev.espalier.model.Model;
import dev.espalier.model.Weights;
import java.nio.file.Path;
import java.util.Optional;

/** Reads files of weights. Called by the registry's users on any thread; keeps no state. */
public interface WeightFormat {
  /** Returns the name, lower case with hyphens, such as {@code keras-legacy-hdf5}. */
  String name();

  /**
   * Returns whether the file is of this format, judged by its first bytes and its name.
   *
   * @param head the first bytes of the file, up to 4,096
   */
  boolean recognizes(Path file, byte[] head);

  /**
   * Reads all arrays, in Keras' layout, in the order of the file.
   *
   * @throws dev.espalier.error.EspalierException {@code INVALID_WEIGHT_FILE} if the file is
   *     damaged, naming the place
   */
  Weights read(Path file);

  /**
   * Reads the whole model in the file with the values of its variables, if files of this format can
   * hold one. Code in the file is never run.
   *
   * @return the model, or empty if the format is one of weights only
   * @throws dev.espalier.error.EspalierException {@code INVALID_WEIGHT_FILE} if the file is damaged
   *     or holds no model; {@code INVALID_MODEL} listing all that has no counterpart
   */
  default Optional<Model> readModel(Path file) {
    return Optional.empty();
  }

  /** Returns whether {@link #write} writes such a file, judged by the ending of its name. */
  default boolean writes(Path file) {
    return false;
  }

  /**
   * Writes the weights of a model for the program that the format is from; called only if {@link
   * #writes} says so.
   *
   * @throws dev.espalier.error.EspalierException {@code MISSING_WEIGHTS} if a variable has no
   *     value; {@code INVALID_ARGUMENT} if the format has no place for a layer; {@code
   *     FILE_NOT_WRITABLE}
   */
  default void write(Path file, Model model) {
    throw new UnsupportedOperationException(name() + " is not written");
  }
}
