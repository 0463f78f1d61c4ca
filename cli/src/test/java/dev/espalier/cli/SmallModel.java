package dev.espalier.cli;

import dev.espalier.activation.Activation;
import dev.espalier.core.ModelFile;
import dev.espalier.core.Trainer;
import dev.espalier.layer.BatchNormalization;
import dev.espalier.layer.Dense;
import dev.espalier.layer.Input;
import dev.espalier.layer.convolution.Conv2D;
import dev.espalier.layer.pooling.GlobalAveragePooling2D;
import dev.espalier.layer.preprocessing.Rescaling;
import dev.espalier.model.Model;
import dev.espalier.model.Sequential;
import java.nio.file.Path;

/** A model so small that runs cost little, for tests that do not look at what it learns. */
public final class SmallModel {
  /** Height and width of its images. */
  public static final int IMAGE_SIZE = 32;

  private SmallModel() {}

  /** Writes the model with initial weights, and returns the file. */
  public static Path write(Path file, int classes) {
    Model model =
        Sequential.of(
            Input.image(IMAGE_SIZE, IMAGE_SIZE, 3),
            Rescaling.of(1 / 255.0),
            Conv2D.of(4, 3).strides(2),
            BatchNormalization.create(),
            GlobalAveragePooling2D.create(),
            Dense.of(classes).activation(Activation.SOFTMAX));
    try (Trainer trainer = Trainer.of(model, config -> config.engine("tensorflow").seed(1))) {
      ModelFile.save(file, trainer.model());
    }
    return file;
  }
}
