package dev.espalier.server;

import dev.espalier.activation.Activation;
import dev.espalier.core.ModelFile;
import dev.espalier.core.Trainer;
import dev.espalier.data.Image;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Shape;
import dev.espalier.layer.Dense;
import dev.espalier.layer.Input;
import dev.espalier.layer.convolution.Conv2D;
import dev.espalier.layer.pooling.GlobalAveragePooling2D;
import dev.espalier.layer.preprocessing.Rescaling;
import dev.espalier.model.Model;
import dev.espalier.model.Sequential;
import dev.espalier.model.Weights;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Model files and images for tests of the server. */
final class TestModels {
  static final int SIDE = 16;

  private TestModels() {}

  /** Writes a model whose classes are the channels: the brightest one has the highest score. */
  static Path write(Path file, List<String> classNames) {
    Model model =
        Sequential.of(
                Input.image(SIDE, SIDE, 3),
                Rescaling.of(1 / 255.0),
                Conv2D.of(3, 1).named("channels"),
                GlobalAveragePooling2D.create().named("pool"),
                Dense.of(3).activation(Activation.SOFTMAX).named("scores"))
            .withMatchingWeights(
                Weights.of(
                    Map.of(
                        "channels/kernel", identity(1, Shape.of(1, 1, 3, 3)),
                        "channels/bias", HostArray.wrap(Shape.of(3), 0, 0, 0),
                        "scores/kernel", identity(4, Shape.of(3, 3)),
                        "scores/bias", HostArray.wrap(Shape.of(3), 0, 0, 0))));
    try (Trainer trainer = Trainer.of(model, config -> config.engine("tensorflow"))) {
      ModelFile.save(file, trainer.model(), classNames, Map.of());
    }
    return file;
  }

  private static HostArray identity(float value, Shape shape) {
    return HostArray.wrap(shape, value, 0, 0, 0, value, 0, 0, 0, value);
  }

  /** Returns an image in which one channel is bright. */
  static Image image(int channel, int height, int width) {
    byte[] pixels = new byte[height * width * 3];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) (i % 3 == channel ? 220 : 30);
    }
    return Image.wrap(height, width, 3, pixels);
  }
}
