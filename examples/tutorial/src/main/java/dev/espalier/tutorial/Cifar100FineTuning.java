package dev.espalier.tutorial;

import dev.espalier.activation.Activation;
import dev.espalier.augment.color.RandomContrast;
import dev.espalier.augment.geometry.RandomFlip;
import dev.espalier.callbacks.ReduceLROnPlateau;
import dev.espalier.core.ModelFile;
import dev.espalier.core.Trainer;
import dev.espalier.core.finetuning.FineTuned;
import dev.espalier.core.finetuning.FineTuning;
import dev.espalier.data.Dataset;
import dev.espalier.data.Split;
import dev.espalier.datasets.cifar.Cifar100;
import dev.espalier.loss.Losses;
import dev.espalier.metric.Evaluation;
import dev.espalier.metric.Metrics;
import dev.espalier.model.Graft;
import dev.espalier.model.Model;
import dev.espalier.models.EfficientNetV2;
import dev.espalier.optimizer.Sgd;
import dev.espalier.weights.keras.KerasLegacyHdf5;
import java.nio.file.Path;
import java.util.Map;

/**
 * Keras' tutorial "Image classification via fine-tuning with EfficientNet" on CIFAR-100, step by
 * step. docs/guide/keras.md shows it beside the code in Keras.
 */
public final class Cifar100FineTuning {
  private Cifar100FineTuning() {}

  /** Takes the weight file that Keras publishes, the folder of CIFAR-100, and the file to write. */
  public static void main(String[] arguments) {
    Path data = Path.of(arguments[1]);
    Dataset train = Cifar100.open(data, Split.TRAIN);
    Dataset test = Cifar100.open(data, Split.TEST);

    System.out.println(
        fineTune(Path.of(arguments[0]), train, test, 10, 4, Path.of(arguments[2])).values());
  }

  static Evaluation fineTune(
      Path weights, Dataset train, Dataset test, int headEpochs, int wholeEpochs, Path file) {
    Model base =
        EfficientNetV2.b0()
            .includeTop(false)
            .imageSize(128)
            .weights(KerasLegacyHdf5.load(weights))
            .build();

    Model model =
        Graft.onto(base)
            .frozen()
            .globalAveragePooling()
            .batchNormalization()
            .dropout(0.2)
            .dense(100, Activation.SOFTMAX)
            .build();

    try (Trainer trainer =
        Trainer.of(
            model,
            config ->
                config
                    .optimizer(Sgd.of(0.2).momentum(0.1).nesterov())
                    .loss(Losses.categoricalCrossentropy())
                    .metrics(Metrics.accuracy())
                    .seed(1))) {
      trainer.fit(
          train,
          fit ->
              fit.batchSize(64)
                  .epochs(headEpochs)
                  .validation(test)
                  .augmentations(RandomFlip.horizontal(), RandomContrast.of(0.1))
                  .callbacks(ReduceLROnPlateau.on("val_loss").factor(0.2).patience(5).minLr(1e-4)));

      trainer.changeModel(grafted -> Graft.unfreezeAllButBatchNorms(grafted, base));
      trainer.changeOptimizer(Sgd.of(0.005));
      trainer.fit(
          train,
          fit ->
              fit.batchSize(64)
                  .epochs(wholeEpochs)
                  .validation(test)
                  .augmentations(RandomFlip.horizontal(), RandomContrast.of(0.1))
                  .callbacks(ReduceLROnPlateau.on("val_loss").factor(0.2).patience(5).minLr(1e-5)));

      Evaluation evaluation = trainer.evaluate(test, options -> options.batchSize(64));

      ModelFile.save(file, trainer.model(), train.classNames(), Map.of());
      return evaluation;
    }
  }

  /** Does the same with the recipe of that name. */
  static FineTuned fineTuneByRecipe(
      Path weights, Dataset train, Dataset test, int headEpochs, int wholeEpochs, Path file) {
    Model base =
        EfficientNetV2.b0()
            .includeTop(false)
            .imageSize(128)
            .weights(KerasLegacyHdf5.load(weights))
            .build();
    FineTuned tuned =
        FineTuning.of(base, train)
            .recipe("tutorial")
            .epochs(headEpochs, wholeEpochs)
            .validation(test)
            .fit(fit -> fit.augmentations(RandomFlip.horizontal(), RandomContrast.of(0.1)))
            .run();
    tuned.save(file);
    return tuned;
  }
}
