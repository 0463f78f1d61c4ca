package dev.espalier.core.internal.training;

import dev.espalier.model.Model;
import java.util.Map;

/** Provides the metadata that turns a weight file into a model file. */
@FunctionalInterface
public interface ModelDescription {
  /** Returns the metadata that describes a model, including its class names. */
  Map<String, String> metadata(Model model);
}
