package dev.espalier.plugin;

import dev.espalier.option.OptionDescription;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Writes models for other programs, which compute their predictions without Espalier. Called by the
 * registry's users on any thread; keeps no state and loads nothing until {@link #write}.
 */
public interface ExportFormat {
  /** Returns the name users write, lower case with hyphens, such as {@code onnx}. */
  String name();

  /** Returns one sentence that says what is written and what reads it. */
  String description();

  /** Returns the options of an export; none by default. */
  default List<OptionDescription<?>> options() {
    return List.of();
  }

  /**
   * Writes one file or one folder.
   *
   * @param target where to write: nothing is there, but its folder is. The caller moves it to its
   *     place when it is complete, and deletes it if this method fails
   * @throws IOException if it cannot be written, which the caller reports
   * @throws dev.espalier.error.EspalierException {@code MISSING_WEIGHTS} if a variable has no
   *     value; {@code NOT_EXPORTABLE} if the format cannot express an operation or the model is too
   *     large for it; {@code ENGINE_UNAVAILABLE} if it needs an engine that cannot be loaded
   */
  void write(ExportRequest request, Path target) throws IOException;
}
