package dev.espalier.tutorial;

import dev.espalier.cli.bundled.BundledWeights;
import dev.espalier.core.ModelFile;
import dev.espalier.core.PluginRegistry;
import dev.espalier.core.Predictions;
import dev.espalier.core.Predictions.ClassScore;
import dev.espalier.core.Trainer;
import dev.espalier.core.finetuning.FineTuned;
import dev.espalier.core.finetuning.FineTuning;
import dev.espalier.data.Dataset;
import dev.espalier.data.Split;
import dev.espalier.datasets.shapes.Shapes;
import dev.espalier.model.Model;
import dev.espalier.models.EfficientNet;
import dev.espalier.training.History;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/**
 * Fine-tunes a pretrained EfficientNet on ten generated shapes: a new head on the frozen base
 * first, then both together.
 */
public final class ShapesTutorial {
  private ShapesTutorial() {}

  /** Runs the tutorial and writes the model to a new folder for temporary files. */
  public static void main(String[] arguments) throws IOException {
    Path file = Files.createTempDirectory("espalier-tutorial-").resolve("shapes.safetensors");
    fineTune(2_000, 3, file);
    classify(file);
    System.out.println("The model is in " + file);
  }

  /**
   * Trains on the fastest engine there is.
   *
   * @param images number of images to train on, 1 or more
   * @param epochs of the head, and of the whole model after that
   * @param file where the trained model is written
   */
  static History fineTune(int images, int epochs, Path file) {
    // Images that are drawn when they are read: nothing to download.
    Dataset train = Shapes.of(Split.TRAIN, 1).withSize(images);
    Dataset validation = Shapes.of(Split.VALIDATION, 1).withSize(Math.min(images, 500));

    // The pretrained base: weights trained on other images. With a file that Keras publishes
    // this is EfficientNetV2.b0() and KerasLegacyHdf5.load(path).
    Model base =
        EfficientNet.custom(0.25, 1)
            .includeTop(false)
            .imageSize(64)
            .dropConnectRate(0)
            .weights(Objects.requireNonNull(BundledWeights.of("efficientnet-narrow")))
            .build();

    // A new head for the ten shapes, trained alone first and then with the base.
    FineTuned tuned =
        FineTuning.of(base, train)
            .recipe("quick")
            .epochs(epochs, epochs)
            .validation(validation)
            .config(config -> config.engine("auto"))
            .run();
    tuned.save(file);
    return tuned.history();
  }

  /** Reads the model and prints its predictions for images that it has never seen. */
  static void classify(Path file) {
    ModelFile saved = ModelFile.read(file, PluginRegistry.discover());
    Dataset test = Shapes.of(Split.TEST, 1).withSize(5);
    try (Trainer trainer = Trainer.of(saved.model(), config -> config.engine("auto"))) {
      Predictions predictions = trainer.predict(test).withClassNames(saved.classNames());
      for (int i = 0; i < test.size(); i++) {
        String drawn = test.classNames().get(test.label(i));
        ClassScore best = predictions.topK(i, 1).get(0);
        System.out.printf(
            "%s: taken for %s (%.0f %%)%n", drawn, best.className(), 100 * best.score());
      }
    }
  }
}
