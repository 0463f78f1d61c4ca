package dev.espalier.tutorial;

import dev.espalier.activation.Activation;
import dev.espalier.augment.color.RandomContrast;
import dev.espalier.augment.geometry.RandomFlip;
import dev.espalier.callback.Callback;
import dev.espalier.callbacks.ReduceLROnPlateau;
import dev.espalier.core.Trainer;
import dev.espalier.data.Dataset;
import dev.espalier.data.Split;
import dev.espalier.datasets.cifar.Cifar100;
import dev.espalier.loss.Losses;
import dev.espalier.metric.Metrics;
import dev.espalier.model.Graft;
import dev.espalier.model.Model;
import dev.espalier.models.EfficientNet;
import dev.espalier.optimizer.Optimizer;
import dev.espalier.optimizer.Sgd;
import dev.espalier.training.History;
import dev.espalier.training.TrainingConfig;
import dev.espalier.weights.keras.KerasLegacyHdf5;
import java.nio.file.Path;

/**
 * The three stages of the first edition of Keras' tutorial, with its own settings: EfficientNet-B0
 * at 224 pixels on CIFAR-100, from random weights, with a new head on a frozen base, and with all
 * of it but the batch normalizations of the base. Samples are not shuffled, and an incomplete last
 * batch is dropped, as there.
 */
public final class EfficientNetStages {
  private static final int CLASSES = 100;
  private static final int BATCH = 64;

  private EfficientNetStages() {}

  /**
   * A model after a stage.
   *
   * @param history of the stage
   */
  record Trained(Model model, History history) {}

  /** Takes the weight file {@code efficientnetb0_notop.h5} and the folder of CIFAR-100. */
  public static void main(String[] arguments) {
    Path data = Path.of(arguments[1]);
    Dataset train = Cifar100.open(data, Split.TRAIN);
    Dataset test = Cifar100.open(data, Split.TEST);
    Model base =
        EfficientNet.b0()
            .includeTop(false)
            .imageSize(224)
            .weights(KerasLegacyHdf5.load(Path.of(arguments[0])))
            .build();

    Model untrained = EfficientNet.b0().imageSize(224).classes(CLASSES).build();
    report("scratch", scratch(untrained, train, test, 20));
    Trained frozen = frozen(base, train, test, 25);
    report("frozen", frozen);
    report("unfrozen", unfrozen(frozen.model(), base, train, test, 25));
  }

  private static void report(String stage, Trained trained) {
    System.out.println(stage + ": validation accuracy " + trained.history().last("val_accuracy"));
  }

  /** Trains a model from random weights. */
  static Trained scratch(Model model, Dataset train, Dataset test, int epochs) {
    return train(
        model,
        Sgd.of(0.2).momentum(0.1).nesterov(),
        ReduceLROnPlateau.on("val_loss").factor(0.2).patience(5).minLr(0.005),
        train,
        test,
        epochs);
  }

  /** Puts a new head on a base and trains it alone. */
  static Trained frozen(Model base, Dataset train, Dataset test, int epochs) {
    Model model =
        Graft.onto(base)
            .frozen()
            .globalAveragePooling()
            .batchNormalization()
            .dropout(0.2)
            .dense(train.classNames().size(), Activation.SOFTMAX)
            .build();
    return train(
        model,
        Sgd.of(0.2).momentum(0.1).nesterov(),
        ReduceLROnPlateau.on("val_loss").factor(0.2).patience(5).minLr(0.0001),
        train,
        test,
        epochs);
  }

  /** Trains the whole model of the stage before, except the batch normalizations of its base. */
  static Trained unfrozen(Model model, Model base, Dataset train, Dataset test, int epochs) {
    return train(
        Graft.unfreezeAllButBatchNorms(model, base),
        Sgd.of(0.005),
        ReduceLROnPlateau.on("val_loss").factor(0.2).patience(5).minLr(0.00001),
        train,
        test,
        epochs);
  }

  private static Trained train(
      Model model, Optimizer optimizer, Callback plateau, Dataset train, Dataset test, int epochs) {
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
