package dev.espalier.weights.keras;

import dev.espalier.model.Model;
import dev.espalier.plugin.ModelFormat;
import java.nio.file.Path;

/** Files of whole models that Keras saved; see {@link KerasModel}. Immutable and thread-safe. */
public final class KerasModelFormat implements ModelFormat {
  /** Creates the reader. */
  public KerasModelFormat() {}

  @Override
  public String name() {
    return "keras";
  }

  @Override
  public boolean recognizes(Path file, byte[] head) {
    return KerasModel.mayHoldModel(file, head);
  }

  @Override
  public Model read(Path file) {
    return KerasModel.load(file);
  }
}
