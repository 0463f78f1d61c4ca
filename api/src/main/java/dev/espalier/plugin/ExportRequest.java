package dev.espalier.plugin;

import dev.espalier.engine.EngineSettings;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Program;
import dev.espalier.graph.Variable;
import dev.espalier.model.Model;
import dev.espalier.option.OptionValues;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What an {@link ExportFormat} writes. Immutable.
 *
 * @param model the model with the values of its variables
 * @param program computes its outputs: it takes uint8 images {@code [batch, height, width,
 *     channels]} in the size of the model's input as {@code image}, and gives {@code output}, or
 *     {@code output/NAME} for each output of a model with several
 * @param metadata what a reader has to know besides, by name, such as {@code image_size}
 * @param engines settings of an engine, for a format that needs one to write
 * @param options options of the format, checked against {@link ExportFormat#options()}
 */
public record ExportRequest(
    Model model,
    Program program,
    Map<String, String> metadata,
    EngineSettings engines,
    OptionValues options) {
  /** Copies the map, with its order. */
  public ExportRequest {
    metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
  }

  /**
   * Returns the value of a variable of the program.
   *
   * @throws EspalierException {@link ErrorCode#MISSING_WEIGHTS} if it has none
   */
  public HostArray value(Variable variable) {
    if (!model.weights().contains(variable.name())) {
      throw new EspalierException(
          ErrorCode.MISSING_WEIGHTS,
          "The variable "
              + variable.name()
              + " of the model \""
              + model.name()
              + "\" has no value.",
          "Export the model that the trainer returns, or give it weights first.");
    }
    return model.weights().get(variable.name());
  }
}
