package dev.espalier.core.finetuning;

import dev.espalier.core.ModelFile;
import dev.espalier.model.Model;
import dev.espalier.training.History;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Result of a fine-tuning. Immutable.
 *
 * @param model the trained model, with the names of its classes
 * @param history the epochs of all phases
 */
public record FineTuned(Model model, History history) {
  /** Returns the names of the classes in the order of the model's outputs. */
  public List<String> classNames() {
    return model.classNames();
  }

  /**
   * Writes the model with its class names to a file; see {@link ModelFile#save}.
   *
   * @throws dev.espalier.error.EspalierException {@code FILE_NOT_WRITABLE} if that fails
   */
  public void save(Path file) {
    ModelFile.save(file, model, classNames(), Map.of());
  }
}
