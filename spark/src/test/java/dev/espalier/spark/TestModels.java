package dev.espalier.spark;

import dev.espalier.activation.Activation;
import dev.espalier.core.ModelFile;
import dev.espalier.data.Image;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Shape;
import dev.espalier.layer.Dense;
import dev.espalier.layer.Input;
import dev.espalier.layer.Layer;
import dev.espalier.layer.convolution.Conv2D;
import dev.espalier.layer.pooling.GlobalAveragePooling2D;
import dev.espalier.layer.preprocessing.Rescaling;
import dev.espalier.model.Model;
import dev.espalier.model.Sequential;
import dev.espalier.model.Weights;
import dev.espalier.random.RandomKey;
import dev.espalier.random.RandomStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Small models and images. */
final class TestModels {
  static final int SIDE = 16;
  static final List<String> CLASSES = List.of("red", "green", "blue");

  private TestModels() {}

  /** Returns a model whose classes are the channels: the brightest one has the highest score. */
  static Model colours(Layer... before) {
    Model model =
        Sequential.of(
                Input.image(SIDE, SIDE, 3),
                Rescaling.of(1 / 255.0),
                before.length == 0 ? Rescaling.of(1).named("same") : before[0],
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
    return model.withClassNames(CLASSES);
  }

  static Path write(Path file, Model model) {
    ModelFile.save(file, model, List.of(), Map.of());
    return file;
  }

  private static HostArray identity(float value, Shape shape) {
    return HostArray.wrap(shape, value, 0, 0, 0, value, 0, 0, 0, value);
  }

  /** Returns a noisy image in which one channel is brighter. */
  static Image image(int number, int height, int width) {
    RandomStream random = RandomKey.ofSeed(5).with(number).stream();
    byte[] pixels = new byte[height * width * 3];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) (random.nextInt(100) + (i % 3 == number % 3 ? 100 : 0));
    }
    return Image.wrap(height, width, 3, pixels);
  }
}
