package dev.espalier.core;

import dev.espalier.callback.Callback;
import dev.espalier.data.Dataset;
import dev.espalier.layer.Dense;
import dev.espalier.layer.Flatten;
import dev.espalier.layer.Input;
import dev.espalier.loss.Losses;
import dev.espalier.metric.Metrics;
import dev.espalier.model.Model;
import dev.espalier.model.Sequential;
import dev.espalier.optimizer.Sgd;
import dev.espalier.training.FitOptions;
import dev.espalier.training.TrainingConfig;
import dev.espalier.training.Verbosity;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** A trainer on an engine that returns what a test wrote down. */
abstract class ScriptedTraining {
  static final Dataset THREE = SmallImages.constant(100, 0, 1, 2);
  final ScriptedEngine engine = new ScriptedEngine();

  final TrainingConfig config =
      TrainingConfig.of(
          settings ->
              settings
                  .optimizer(Sgd.of(0.1))
                  .loss(Losses.categoricalCrossentropy())
                  .metrics(Metrics.accuracy()));

  static Model model() {
    return Sequential.of(
        Input.image(SmallImages.SIDE, SmallImages.SIDE, 3),
        Flatten.create(),
        Dense.of(SmallImages.CLASSES).named("head"));
  }

  Trainer trainer(TrainingConfig settings) {
    return Trainer.of(model(), settings, Engines.with(engine));
  }

  Trainer trainer() {
    return trainer(config);
  }

  static FitOptions quiet(Consumer<FitOptions.Builder> settings) {
    return FitOptions.of(
        fit -> {
          fit.verbosity(Verbosity.SILENT);
          settings.accept(fit);
        });
  }

  /** Returns what is logged meanwhile. */
  static String logged(Runnable action) {
    PrintStream usual = System.err;
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (PrintStream captured = new PrintStream(bytes, true, StandardCharsets.UTF_8)) {
      System.setErr(captured);
      action.run();
    } finally {
      System.setErr(usual);
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  /** Notes each hook with what it is given. */
  static final class Recorder implements Callback {
    final List<String> hooks = new ArrayList<>();

    @Override
    public void onTrainBegin(TrainBegin event) {
      hooks.add(
          "train begin, epochs "
              + event.initialEpoch()
              + " to "
              + event.epochs()
              + ", steps "
              + event.steps());
    }

    @Override
    public void onEpochBegin(EpochBegin event) {
      hooks.add("epoch begin " + event.epoch());
    }

    @Override
    public void onTrainBatchBegin(BatchBegin event) {
      hooks.add("train batch begin " + event.batch());
    }

    @Override
    public void onTrainBatchEnd(BatchEnd event) {
      hooks.add("train batch end " + event.batch() + " of " + event.size() + " " + event.logs());
    }

    @Override
    public void onEpochEnd(EpochEnd event) {
      hooks.add("epoch end " + event.epoch() + " " + event.logs());
    }

    @Override
    public void onTrainEnd(TrainEnd event) {
      hooks.add("train end " + event.logs());
    }

    @Override
    public void onTestBegin(TestBegin event) {
      hooks.add("test begin, steps " + event.steps());
    }

    @Override
    public void onTestBatchBegin(BatchBegin event) {
      hooks.add("test batch begin " + event.batch());
    }

    @Override
    public void onTestBatchEnd(BatchEnd event) {
      hooks.add("test batch end " + event.batch() + " of " + event.size() + " " + event.logs());
    }

    @Override
    public void onTestEnd(TestEnd event) {
      hooks.add("test end " + event.logs());
    }
  }
}
