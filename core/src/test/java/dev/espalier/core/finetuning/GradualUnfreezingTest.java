package dev.espalier.core.finetuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.callback.Callback;
import dev.espalier.callbacks.BackupAndRestore;
import dev.espalier.callbacks.CallbacksPlugin;
import dev.espalier.callbacks.LambdaCallback;
import dev.espalier.core.PluginRegistry;
import dev.espalier.core.Trainer;
import dev.espalier.core.configuration.Configuration;
import dev.espalier.data.Dataset;
import dev.espalier.data.Datasets;
import dev.espalier.engine.Engine;
import dev.espalier.engine.EngineOptions;
import dev.espalier.engine.tensorflow.TensorFlowEngineProvider;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.layer.BatchNormalization;
import dev.espalier.layer.Input;
import dev.espalier.layer.convolution.Conv2D;
import dev.espalier.loss.Losses;
import dev.espalier.model.Graft;
import dev.espalier.model.Model;
import dev.espalier.model.ModelLayer;
import dev.espalier.model.Sequential;
import dev.espalier.model.Weights;
import dev.espalier.optimizer.Optimizer;
import dev.espalier.optimizer.Sgd;
import dev.espalier.option.Origin;
import dev.espalier.option.Setting;
import dev.espalier.schedule.CosineDecay;
import dev.espalier.training.FitOptions;
import dev.espalier.training.History;
import dev.espalier.training.TrainingConfig;
import dev.espalier.training.Verbosity;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GradualUnfreezingTest {
  private static final int SIDE = 6;
  private static final int NEVER = 99;

  /** The first epoch of the second stage, after one of the head and two of the first stage. */
  private static final int SECOND_STAGE = 3;

  private static Dataset images() {
    byte[] pixels = new byte[12 * SIDE * SIDE * 3];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) (i * 37 + i / (SIDE * SIDE * 3) * 20);
    }
    int[] labels = {0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1};
    return Datasets.ofArrays("dots", List.of("a", "b"), SIDE, SIDE, 3, pixels, labels);
  }

  private static Model base() {
    return Sequential.of(
        Input.image(SIDE, SIDE, 3),
        Conv2D.of(2, 3).named("stem_conv"),
        BatchNormalization.create().named("stem_bn"),
        Conv2D.of(2, 3).named("block1_conv"),
        BatchNormalization.create().named("block1_bn"),
        Conv2D.of(2, 1).named("block2_conv"),
        BatchNormalization.create().named("block2_bn"));
  }

  private static FineTuning fineTuning(Model base, String... settings) {
    List<Setting> given = new ArrayList<>();
    given.add(new Setting("training.batch-size", "4", Origin.program()));
    given.add(new Setting("output.quiet", "true", Origin.program()));
    for (int i = 0; i < settings.length; i += 2) {
      given.add(new Setting(settings[i], settings[i + 1], Origin.program()));
    }
    PluginRegistry registry = PluginRegistry.builder().add(new CallbacksPlugin()).build();
    return FineTuning.of(base, images(), Configuration.of(registry, all -> all.settings(given)))
        .recipe("tutorial")
        .head(phase -> phase.withCallbacks(List.of()))
        .wholeModel(phase -> phase.withCallbacks(List.of()));
  }

  /** Returns the trainable convolutions, which the base alone has. */
  private static List<String> trainable(Model model) {
    return model.allLayers().stream()
        .filter(layer -> layer.trainable() && layer.layer() instanceof Conv2D)
        .map(ModelLayer::path)
        .toList();
  }

  @Test
  void blocksAreThoseWithTrainedWeights() {
    assertThat(Graft.blocks(base())).containsExactly("stem", "block1", "block2");
    assertThat(Graft.blocks(Sequential.of(Input.of(2), BatchNormalization.create()))).isEmpty();
  }

  @Test
  void theLastBlocksAreTrainableExceptTheirBatchNormalizations() {
    Model base = base();
    Model grafted = Graft.onto(base).frozen().globalAveragePooling().batchNormalization().build();

    assertThat(trainable(Graft.unfreezeTop(grafted, base, 2)))
        .containsExactly("block1_conv", "block2_conv");
    assertThat(Graft.unfreezeTop(grafted, base, 0).trainableParameterCount())
        .as("the head alone")
        .isEqualTo(grafted.trainableParameterCount());
    assertThat(Graft.unfreezeTop(grafted, base, 3).trainableParameterCount())
        .isEqualTo(Graft.unfreezeAllButBatchNorms(grafted, base).trainableParameterCount());
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> Graft.unfreezeTop(grafted, base, -1))
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT));
  }

  @Test
  void theWholeModelsPhaseIsDividedIntoStages() {
    FineTuning fineTuning = fineTuning(base()).epochs(1, 5).gradually(GradualUnfreezing.of(1, 2));
    List<TrainingPhase> phases = fineTuning.phases();

    assertThat(phases)
        .extracting(TrainingPhase::name)
        .containsExactly("head", "fine-tune-1", "fine-tune-2", "fine-tune");
    assertThat(phases).extracting(TrainingPhase::epochs).containsExactly(1, 2, 2, 1);
    assertThat(phases)
        .extracting(TrainingPhase::continuesOptimizer)
        .containsExactly(false, false, true, true);
    assertThat(phases.get(2).title())
        .isEqualTo("the head and the last 2 blocks of the base, but its batch normalizations");
    Model model = fineTuning.model();
    assertThat(trainable(phases.get(1).change().apply(model))).containsExactly("block2_conv");
    assertThat(trainable(phases.get(3).change().apply(model)))
        .containsExactly("stem_conv", "block1_conv", "block2_conv");
  }

  @Test
  void stagesEndWithTheEpochsOfThePhase() {
    FineTuning fineTuning = fineTuning(base()).gradually(GradualUnfreezing.of(1, 2));
    assertThat(fineTuning.epochs(1, 3).phases())
        .extracting(TrainingPhase::epochs)
        .containsExactly(1, 2, 1);
    assertThat(fineTuning.gradually(GradualUnfreezing.of(3, 2)).epochs(1, 3).phases())
        .extracting(TrainingPhase::name)
        .containsExactly("head", "fine-tune");
  }

  @Test
  void aConfigurationUnfreezesGraduallyToo() {
    FineTuning fineTuning =
        fineTuning(
            base(),
            "fine-tuning.unfreeze-blocks",
            "2",
            "fine-tuning.unfreeze-epochs",
            "3",
            "fine-tuning.unfreeze-rate-factor",
            "0.5");
    assertThat(fineTuning.epochs(1, 5).phases())
        .extracting(TrainingPhase::name, TrainingPhase::epochs)
        .hasToString("[(\"head\", 1), (\"fine-tune-1\", 3), (\"fine-tune\", 2)]");
    assertThat(fineTuning.epochs(1, 5).phases().get(2).callbacks()).hasSize(1);
  }

  @Test
  @Tag("native")
  void trainsExactlyAsItsStepsWrittenOutDo() {
    Model base = base();
    Optimizer optimizer = Sgd.of(0.08).momentum(0.9);
    FineTuning fineTuning =
        fineTuning(base)
            .epochs(0, 4)
            .wholeModel(phase -> phase.withCallbacks(List.of()).withOptimizer(optimizer))
            .gradually(GradualUnfreezing.of(1, 1).withRateFactor(0.5));
    try (Engine engine = new TensorFlowEngineProvider().open(EngineOptions.of(options -> {}))) {
      FineTuned tuned = fineTuning.run(engine);
      TrainingConfig config =
          TrainingConfig.of(
              builder ->
                  builder.optimizer(optimizer).loss(Losses.categoricalCrossentropy()).seed(1));
      try (Trainer trainer = Trainer.of(fineTuning.model(), config, engine)) {
        for (int stage = 0; stage < 3; stage++) {
          int top = stage + 1;
          int epochs = stage == 2 ? 4 : stage + 1;
          double rate = 0.08 / (1 << stage);
          trainer.changeModel(model -> Graft.unfreezeTop(model, base, top));
          trainer.fit(
              images(),
              fit ->
                  fit.initialEpoch(top - 1)
                      .epochs(epochs)
                      .batchSize(4)
                      .verbosity(Verbosity.SILENT)
                      .callbacks(new RateAtStart(rate)));
        }
        assertThat(tuned.model().weights().differences(trainer.weights())).isEmpty();
      }
      assertThat(tuned.history().values("learning_rate"))
          .containsExactly((double) 0.08f, (double) 0.04f, (double) 0.02f, (double) 0.02f);
    }
  }

  /** Keeps a checkpoint of each phase, and ends the training at the second step of an epoch. */
  private static final class PowerFailure implements PhaseListener {
    private final Path folder;
    private final int epoch;

    private PowerFailure(Path folder, int epoch) {
      this.folder = folder;
      this.epoch = epoch;
    }

    @Override
    public List<Callback> onPhaseBegin(TrainingPhase phase, int index, Trainer trainer) {
      Path file = folder.resolve(phase.name() + ".safetensors");
      AtomicInteger now = new AtomicInteger();
      return List.of(
          BackupAndRestore.to(file).everySteps(1).keptAtEnd(true),
          LambdaCallback.of(
              hooks ->
                  hooks
                      .onEpochBegin(event -> now.set(event.epoch()))
                      .onTrainBatchBegin(
                          event -> {
                            if (now.get() == epoch && event.batch() == 1) {
                              throw new IllegalStateException("the lights go out");
                            }
                          })));
    }
  }

  /** Momentum and learning rate are those of the stage before, whose training is not repeated. */
  @Test
  @Tag("native")
  void aRunResumesInTheMiddleOfAStage(@TempDir Path folder) {
    Optimizer optimizer = Sgd.of(0.08).momentum(0.9);
    TrainingConfig config =
        TrainingConfig.of(builder -> builder.loss(Losses.categoricalCrossentropy()).seed(1));
    FitOptions options = FitOptions.of(fit -> fit.batchSize(4).verbosity(Verbosity.SILENT));
    FineTuning fineTuning =
        fineTuning(base())
            .epochs(1, 4)
            .wholeModel(phase -> phase.withCallbacks(List.of()).withOptimizer(optimizer))
            .gradually(GradualUnfreezing.of(1, 2).withRateFactor(0.5));
    PhasedTraining training = new PhasedTraining(fineTuning.phases(), images(), options);
    try (Engine engine = new TensorFlowEngineProvider().open(EngineOptions.of(all -> {}))) {
      History expected;
      Weights weights;
      try (Trainer trainer = training.trainer(fineTuning.model(), config, engine)) {
        expected = training.run(trainer, new PhaseListener() {});
        weights = trainer.weights();
      }
      try (Trainer trainer = training.trainer(fineTuning.model(), config, engine)) {
        assertThatThrownBy(() -> training.run(trainer, new PowerFailure(folder, SECOND_STAGE)))
            .hasMessageContaining("the lights go out");
      }
      try (Trainer trainer = training.trainer(fineTuning.model(), config, engine)) {
        History resumed = training.run(trainer, new PowerFailure(folder, NEVER));

        assertThat(trainer.weights().differences(weights)).isEmpty();
        assertThat(resumed.epochs()).isEqualTo(expected.epochs());
      }
    }
  }

  private record RateAtStart(double rate) implements Callback {
    @Override
    public void onTrainBegin(TrainBegin event) {
      event.control().setLearningRate(rate);
    }
  }

  @Test
  void rejectsNumbersThatMeanNothingAndAFactorOfASchedule() {
    assertRejected(() -> GradualUnfreezing.of(0, 1), "Blocks cannot be unfrozen 0 at a time");
    assertRejected(() -> GradualUnfreezing.of(1, 0), "every 0 epochs");
    assertRejected(() -> GradualUnfreezing.of(1, 1).withRateFactor(0), "cannot be 0.0 times");
    FineTuning scheduled =
        fineTuning(base())
            .epochs(1, 3)
            .wholeModel(
                phase ->
                    phase.withCallbacks(List.of()).withOptimizer(Sgd.of(CosineDecay.of(0.1, 10))))
            .gradually(GradualUnfreezing.of(1, 1).withRateFactor(0.5));
    assertRejected(scheduled::phases, "which follows a schedule");
  }

  private static void assertRejected(Runnable action, String message) {
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(action::run)
        .withMessageContaining(message)
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_TRAINING_SETTING));
  }
}
