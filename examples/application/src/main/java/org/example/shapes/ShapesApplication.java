package org.example.shapes;

import dev.espalier.core.ModelFile;
import dev.espalier.core.PluginRegistry;
import dev.espalier.core.Predictions;
import dev.espalier.core.Trainer;
import dev.espalier.data.Dataset;
import dev.espalier.data.Split;
import dev.espalier.datasets.shapes.Shapes;
import dev.espalier.graph.Padding;
import dev.espalier.activation.Activation;
import dev.espalier.layer.convolution.Conv2D;
import dev.espalier.layer.Dense;
import dev.espalier.layer.Flatten;
import dev.espalier.layer.Input;
import dev.espalier.layer.pooling.MaxPooling2D;
import dev.espalier.layer.preprocessing.Rescaling;
import dev.espalier.model.Model;
import dev.espalier.model.Sequential;
import dev.espalier.optimizer.Adam;
import dev.espalier.training.History;
import dev.espalier.loss.Losses;
import dev.espalier.metric.Metrics;
import java.nio.file.Path;
import java.util.Map;

/** Trains a small convolutional network on generated images, saves it, and classifies with it. */
public final class ShapesApplication {
  private ShapesApplication() {}

  /** Writes the model to the working folder. */
  public static void main(String[] arguments) {
    Path file = Path.of("shapes.safetensors");
    History history = train(file, 5_000, 5);
    System.out.println("validation accuracy: " + history.last("val_accuracy"));
    classify(file);
  }

  static History train(Path file, int images, int epochs) {
    Dataset train = Shapes.of(Split.TRAIN, 1).withSize(images);
    Dataset validation = Shapes.of(Split.VALIDATION, 1).withSize(200);
    Model model =
        Sequential.of(
            Input.image(32, 32, 3),
            Rescaling.of(1 / 127.5).offset(-1),
            Conv2D.of(16, 3).padding(Padding.SAME).activation(Activation.RELU),
            MaxPooling2D.of(2),
            Conv2D.of(32, 3).padding(Padding.SAME).activation(Activation.RELU),
            MaxPooling2D.of(2),
            Conv2D.of(64, 3).padding(Padding.SAME).activation(Activation.RELU),
            MaxPooling2D.of(2),
            Flatten.create(),
            Dense.of(train.classNames().size()).activation(Activation.SOFTMAX));
    try (Trainer trainer =
        Trainer.of(
            model,
            config ->
                config
                    .optimizer(Adam.of(0.001))
                    .loss(Losses.categoricalCrossentropy())
                    .metrics(Metrics.accuracy()))) {
      History history =
          trainer.fit(train, fit -> fit.epochs(epochs).batchSize(32).validation(validation));
      ModelFile.save(file, trainer.model(), train.classNames(), Map.of());
      return history;
    }
  }

  static Predictions classify(Path file) {
    ModelFile saved = ModelFile.read(file, PluginRegistry.discover());
    Dataset test = Shapes.of(Split.TEST, 1).withSize(5);
    try (Trainer trainer = Trainer.of(saved.model(), config -> {})) {
      Predictions predictions = trainer.predict(test).withClassNames(saved.classNames());
      for (int i = 0; i < test.size(); i++) {
        System.out.println(
            test.classNames().get(test.label(i)) + ": " + predictions.topK(i, 1).get(0));
      }
      return predictions;
    }
  }
}
