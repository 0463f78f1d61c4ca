package dev.espalier.core.internal.training;

import dev.espalier.model.Model;
import java.util.Map;

/** Says what makes a file of weights a model file. */
@FunctionalInterface
public interface ModelDescription {
  /** Returns the metadata that describes a model with the names of its classes. */
  Map<String, String> metadata(Model model);
}
