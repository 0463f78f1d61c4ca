package dev.espalier.benchmarks;

import dev.espalier.core.ModelFile;
import dev.espalier.core.Trainer;
import dev.espalier.model.Model;
import dev.espalier.models.EfficientNet;
import java.nio.file.Path;

/**
 * Writes EfficientNet-B0 with random weights and 100 classes as a model file, to be exported for
 * peers. Arguments: the image size and the file.
 */
public final class RandomModel {
  private RandomModel() {}

  /** Writes the file. */
  public static void main(String[] arguments) {
    write(Integer.parseInt(arguments[0]), Path.of(arguments[1]), "tensorflow");
  }

  static void write(int side, Path file, String engine) {
    Model model = EfficientNet.b0().classes(100).imageSize(side).build();
    try (Trainer trainer = Trainer.of(model, config -> config.engine(engine))) {
      ModelFile.save(file, trainer.model());
    }
  }
}
