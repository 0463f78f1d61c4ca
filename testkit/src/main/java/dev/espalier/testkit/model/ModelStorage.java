package dev.espalier.testkit.model;

import dev.espalier.model.Model;
import java.nio.file.Path;

/**
 * Saves models to files. With Espalier's core in test scope, implement it once for all tests of a
 * plugin:
 *
 * <pre>{@code
 * interface ModelFiles extends ModelStorage {
 *   default Model saveAndRead(Model model, Path file) {
 *     ModelFile.save(file, model);
 *     return ModelFile.read(file, PluginRegistry.discover()).model();
 *   }
 * }
 * }</pre>
 */
@FunctionalInterface
public interface ModelStorage {
  /** Writes a model to a new file and returns the model read from it. */
  Model saveAndRead(Model model, Path file);
}
