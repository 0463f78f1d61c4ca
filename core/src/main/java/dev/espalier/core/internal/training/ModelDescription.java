package dev.espalier.core.internal.training;

import dev.espalier.model.Model;
import java.util.List;
import java.util.Map;

/** Says what makes a file of weights a model file. */
@FunctionalInterface
public interface ModelDescription {
  /**
   * Returns the metadata that describes a model.
   *
   * @param classNames by output, or empty
   */
  Map<String, String> metadata(Model model, List<String> classNames);
}
