package dev.espalier.tutorial;

import dev.espalier.augment.color.RandomContrast;
import dev.espalier.augment.geometry.RandomFlip;
import dev.espalier.callbacks.ReduceLROnPlateau;
import dev.espalier.core.ModelFile;
import dev.espalier.core.Trainer;
import dev.espalier.data.Dataset;
import dev.espalier.loss.Losses;
import dev.espalier.metric.Metrics;
import dev.espalier.model.Model;
import dev.espalier.models.EfficientNet;
import dev.espalier.optimizer.Optimizer;
import dev.espalier.training.History;
import dev.espalier.training.TrainingConfig;
import dev.espalier.weights.keras.KerasLegacyHdf5;
import java.nio.file.Path;

/**
 * What the three stages of the first edition of Keras' tutorial have in common: EfficientNet-B0 at
 * 224 pixels on CIFAR-100, batches of 64, and both augmentations. Samples are not shuffled, and an
 * incomplete last batch is dropped, as there.
 */
final class StageTraining {
  static final int IMAGE_SIZE = 224;
  private static final int BATCH = 64;

  private StageTraining() {}

  /**
   * A model after a stage.
   *
   * @param history of the stage
   */
  record Trained(Model model, History history) {}

  /** Returns the base with the weights of {@code efficientnetb0_notop.h5}. */
  static Model base(Path weights) {
    return EfficientNet.b0()
        .includeTop(false)
        .imageSize(IMAGE_SIZE)
        .weights(KerasLegacyHdf5.load(weights))
        .build();
  }

  /** Writes the model of a stage and prints its accuracy. */
  static void save(Path file, Trained trained) {
    ModelFile.save(file, trained.model());
    System.out.println("Validation accuracy " + trained.history().last("val_accuracy"));
  }

  static Trained train(
      Model model,
      Optimizer optimizer,
      ReduceLROnPlateau plateau,
      Dataset train,
      Dataset test,
      int epochs) {
    TrainingConfig config =
        TrainingConfig.of(
            settings ->
                settings
                    .optimizer(optimizer)
                    .loss(Losses.categoricalCrossentropy())
                    .metrics(Metrics.accuracy())
                    .seed(1));
    try (Trainer trainer = Trainer.of(model, config)) {
      History history =
          trainer.fit(
              train,
              fit ->
                  fit.epochs(epochs)
                      .batchSize(BATCH)
                      .shuffle(false)
                      .dropRemainder(true)
                      .validation(test)
                      .validationDropRemainder(true)
                      .augmentations(RandomFlip.horizontalAndVertical(), RandomContrast.of(0.1))
                      .callbacks(plateau));
      return new Trained(trainer.model(), history);
    }
  }
}
