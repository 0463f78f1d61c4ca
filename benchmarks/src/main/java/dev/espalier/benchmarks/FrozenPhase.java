package dev.espalier.benchmarks;

import dev.espalier.core.PluginRegistry;
import dev.espalier.core.Trainer;
import dev.espalier.core.finetuning.FineTuning;
import dev.espalier.core.finetuning.PhaseListener;
import dev.espalier.core.finetuning.PhasedTraining;
import dev.espalier.data.Dataset;
import dev.espalier.data.Datasets;
import dev.espalier.data.Split;
import dev.espalier.datasets.cifar.Cifar100;
import dev.espalier.engine.Engine;
import dev.espalier.model.Model;
import dev.espalier.model.Weights;
import dev.espalier.models.EfficientNetV2;
import dev.espalier.training.CacheFeatures;
import dev.espalier.training.FitOptions;
import dev.espalier.training.History;
import dev.espalier.training.TrainingConfig;
import dev.espalier.training.Verbosity;
import dev.espalier.weights.keras.KerasLegacyHdf5;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Measures the phase of fine-tuning in which the head is trained on the frozen base, through the
 * base and on cached features in turn: EfficientNetV2-B0 with the settings of the tutorial, without
 * stochastic depth, on CIFAR-100 at 128 pixels. Arguments: the weight file, the folder of
 * CIFAR-100, the number of epochs, the engine, and the number of training images, a fifth of which
 * are validation images.
 */
public final class FrozenPhase {
  private FrozenPhase() {}

  /** What is left of a training. */
  private record Result(double seconds, History history, Weights weights) {
    double last(String name) {
      List<Double> values = history.values(name);
      return values.get(values.size() - 1);
    }
  }

  /** Runs the measurement. */
  public static void main(String[] arguments) {
    Model base =
        EfficientNetV2.b0()
            .includeTop(false)
            .imageSize(128)
            .dropConnectRate(0)
            .weights(KerasLegacyHdf5.load(Path.of(arguments[0])))
            .build();
    Path data = Path.of(arguments[1]);
    int epochs = Integer.parseInt(arguments[2]);
    String engine = arguments[3];
    int images = Integer.parseInt(arguments[4]);
    List<Result> results = new ArrayList<>();
    for (CacheFeatures cache : List.of(CacheFeatures.OFF, CacheFeatures.AUTO)) {
      results.add(train(base, data, epochs, engine, images, cache));
    }
    Result through = results.get(0);
    Result cached = results.get(1);
    System.out.printf(
        Locale.ROOT,
        "| | seconds | validation accuracy | validation loss |%n| --- | --- | --- | --- |%n"
            + "| through the base | %.1f | %.4f | %.6f |%n| on cached features | %.1f | %.4f | %.6f |%n"
            + "%ntime: 1/%.1f, weights that differ: %d%n",
        through.seconds,
        through.last("val_accuracy"),
        through.last("val_loss"),
        cached.seconds,
        cached.last("val_accuracy"),
        cached.last("val_loss"),
        through.seconds / cached.seconds,
        cached.weights.differences(through.weights).size());
  }

  private static Result train(
      Model base, Path data, int epochs, String engineName, int images, CacheFeatures cache) {
    Dataset training = Datasets.take(Cifar100.open(data, Split.TRAIN), images);
    FineTuning tuning =
        FineTuning.of(base, training)
            .recipe("tutorial")
            .epochs(epochs, 0)
            .config(settings -> settings.engine(engineName))
            .validation(Datasets.take(Cifar100.open(data, Split.TEST), images / 5));
    FitOptions fit =
        tuning.fitOptions().toBuilder()
            .cacheFeatures(cache)
            .verbosity(Verbosity.LINE)
            .output(System.err)
            .build();
    TrainingConfig config = tuning.trainingConfig();
    PhasedTraining phased = new PhasedTraining(tuning.phases(), training, fit);
    try (Engine engine = PluginRegistry.discover().openEngine(config.engineSettings());
        Trainer trainer = phased.trainer(tuning.model(), config, engine)) {
      long start = System.nanoTime();
      History history = phased.run(trainer, new PhaseListener() {});
      return new Result((System.nanoTime() - start) / 1e9, history, trainer.weights());
    }
  }
}
