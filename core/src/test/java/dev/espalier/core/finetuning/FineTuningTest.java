package dev.espalier.core.finetuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.activation.Activation;
import dev.espalier.callbacks.CallbacksPlugin;
import dev.espalier.callbacks.ReduceLROnPlateau;
import dev.espalier.core.ModelFile;
import dev.espalier.core.PluginRegistry;
import dev.espalier.core.Trainer;
import dev.espalier.core.configuration.Configuration;
import dev.espalier.data.Dataset;
import dev.espalier.data.Datasets;
import dev.espalier.data.Image;
import dev.espalier.data.Sample;
import dev.espalier.data.Target;
import dev.espalier.engine.EngineProvider;
import dev.espalier.engine.tensorflow.TensorFlowEngineProvider;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.layer.BatchNormalization;
import dev.espalier.layer.Dense;
import dev.espalier.layer.Flatten;
import dev.espalier.layer.Input;
import dev.espalier.layer.convolution.Conv2D;
import dev.espalier.layer.pooling.GlobalAveragePooling2D;
import dev.espalier.layer.preprocessing.Rescaling;
import dev.espalier.loss.Losses;
import dev.espalier.metric.Metrics;
import dev.espalier.model.Graft;
import dev.espalier.model.Model;
import dev.espalier.model.Sequential;
import dev.espalier.model.Weights;
import dev.espalier.optimizer.Sgd;
import dev.espalier.option.Origin;
import dev.espalier.option.Setting;
import dev.espalier.plugin.Plugin;
import dev.espalier.random.RandomKey;
import dev.espalier.random.RandomStream;
import dev.espalier.schedule.CosineDecay;
import dev.espalier.schedule.Span;
import dev.espalier.training.TrainingConfig;
import dev.espalier.training.Verbosity;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("native")
class FineTuningTest {
  private static final int SIDE = 8;

  @TempDir private Path folder;

  private record EnginePlugin() implements Plugin {
    @Override
    public String id() {
      return "engine";
    }

    @Override
    public List<EngineProvider> engines() {
      return List.of(new TensorFlowEngineProvider());
    }
  }

  private static PluginRegistry registry() {
    return PluginRegistry.builder().add(new EnginePlugin()).add(new CallbacksPlugin()).build();
  }

  private static Configuration configuration(String... settings) {
    List<Setting> given = new ArrayList<>();
    given.add(new Setting("training.batch-size", "5", Origin.program()));
    given.add(new Setting("output.quiet", "true", Origin.program()));
    for (int i = 0; i < settings.length; i += 2) {
      given.add(new Setting(settings[i], settings[i + 1], Origin.program()));
    }
    return Configuration.of(registry(), sources -> sources.settings(given));
  }

  /** Returns images in which the channel of the class is brighter than the others. */
  private static Dataset images(int count) {
    List<Sample> samples = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      RandomStream random = RandomKey.ofSeed(7).with(i).stream();
      byte[] pixels = new byte[SIDE * SIDE * 3];
      for (int p = 0; p < pixels.length; p++) {
        pixels[p] = (byte) (random.nextInt(128) + (p % 3 == i % 3 ? 100 : 0));
      }
      samples.add(new Sample(Image.wrap(SIDE, SIDE, 3, pixels), i % 3));
    }
    return Datasets.of("channels", List.of("red", "green", "blue"), samples);
  }

  private static Model base() {
    return Sequential.of(
        Input.image(SIDE, SIDE, 3),
        Rescaling.of(1 / 255.0).named("scale"),
        Conv2D.of(4, 3).useBias(false).named("stem_conv"),
        BatchNormalization.create().momentum(0.9).named("stem_bn"));
  }

  private static FineTuning fineTuning(String... settings) {
    return FineTuning.of(base(), images(20), configuration(settings)).validation(images(6));
  }

  /** In both phases, the head normalizes its vectors over the whole batch. */
  @Test
  void twoReplicasTuneTheModelOfOneDevice() {
    Weights one = fineTuning().recipe("tutorial").epochs(2, 2).run().model().weights();
    Weights two =
        fineTuning("devices", "cpu, cpu").recipe("tutorial").epochs(2, 2).run().model().weights();
    for (String name : one.names()) {
      for (int i = 0; i < one.get(name).elementCount(); i++) {
        assertThat(two.get(name).at(i)).as(name).isEqualTo(one.get(name).at(i), within(2e-5));
      }
    }
    assertThat(two.differences(one)).as("they round differently").isNotEmpty();
  }

  /** The tutorial's two phases, with what stands in {@link Recipe#TUTORIAL} written out. */
  @Test
  void theTutorialsRecipeTrainsExactlyAsItsStepsWrittenOutDo() {
    Dataset train = images(20);
    Dataset validation = images(6);
    Model base = base();
    FineTuned tuned =
        FineTuning.of(base, train, configuration())
            .recipe("tutorial")
            .validation(validation)
            .epochs(3, 2)
            .run();

    Model grafted =
        Graft.onto(base)
            .frozen()
            .globalAveragePooling()
            .batchNormalization()
            .dropout(0.2)
            .dense(3, Activation.SOFTMAX)
            .build();
    TrainingConfig config =
        TrainingConfig.of(
            builder ->
                builder
                    .optimizer(Sgd.of(0.2).momentum(0.1).nesterov())
                    .loss(Losses.categoricalCrossentropy())
                    .metrics(Metrics.accuracy())
                    .seed(1));
    try (Trainer trainer = Trainer.of(grafted, config, registry())) {
      trainer.fit(
          train,
          fit ->
              fit.epochs(3)
                  .batchSize(5)
                  .validation(validation)
                  .verbosity(Verbosity.SILENT)
                  .callbacks(ReduceLROnPlateau.on("val_loss").factor(.2).patience(5).minLr(1e-4)));
      trainer.changeModel(model -> Graft.unfreezeAllButBatchNorms(model, base));
      trainer.changeOptimizer(Sgd.of(0.005));
      trainer.fit(
          train,
          fit ->
              fit.initialEpoch(3)
                  .epochs(5)
                  .batchSize(5)
                  .validation(validation)
                  .verbosity(Verbosity.SILENT)
                  .callbacks(ReduceLROnPlateau.on("val_loss").factor(.2).patience(5).minLr(1e-5)));
      assertThat(tuned.model().weights().differences(trainer.weights())).isEmpty();
    }
    assertThat(tuned.history().epochs())
        .extracting(epoch -> epoch.index())
        .containsExactly(0, 1, 2, 3, 4);
    assertThat(tuned.history().keys()).contains("loss", "accuracy", "val_loss", "val_accuracy");
  }

  @Test
  void theHeadIsTrainedAloneAndThenAllButTheBatchNormalizationsOfTheBase() {
    Model base = base();
    FineTuning fineTuning = FineTuning.of(base, images(20), configuration()).validation(images(6));
    Weights start = fineTuning.model().weights();
    Weights head = fineTuning.epochs(1, 0).run().model().weights();
    Weights whole = fineTuning.epochs(0, 1).run().model().weights();
    assertThat(head.names()).containsAll(start.names());
    assertThat(head.get("pred/kernel")).isNotEqualTo(whole.get("pred/kernel"));
    // Both start from the same random weights, which the head's phase leaves alone.
    assertThat(head.get("stem_conv/kernel")).isNotEqualTo(whole.get("stem_conv/kernel"));
    for (String name : List.of("gamma", "beta", "moving_mean", "moving_variance")) {
      assertThat(head.get("stem_bn/" + name)).isEqualTo(whole.get("stem_bn/" + name));
    }
  }

  @Test
  void aClassifierIsReplacedAndTheClassesAreThoseOfTheData() {
    Model pretrained =
        Sequential.of(
            Input.image(SIDE, SIDE, 3),
            Conv2D.of(4, 3).named("stem_conv"),
            GlobalAveragePooling2D.create().named("pool"),
            Dense.of(1000).activation(Activation.SOFTMAX).named("predictions"));
    FineTuned tuned =
        FineTuning.of(pretrained, images(6), configuration("training.epochs", "1"))
            .wholeModel(phase -> phase.withEpochs(0))
            .head(phase -> phase.withCallbacks(List.of()))
            .run();
    assertThat(tuned.model().output().shape().size(-1)).isEqualTo(3);
    assertThat(tuned.classNames()).containsExactly("red", "green", "blue");
    assertThat(tuned.model().weights().names()).noneMatch(name -> name.startsWith("predictions"));
    Path file = folder.resolve("model.safetensors");
    tuned.save(file);
    ModelFile read = ModelFile.read(file, registry());
    assertThat(read.classNames()).containsExactly("red", "green", "blue");
    assertThat(read.model().weights()).isEqualTo(tuned.model().weights());
  }

  @Test
  void aConfigurationChoosesTheRecipeAndChangesSingleSettingsOfIt() {
    FineTuning fineTuning =
        fineTuning(
            "fine-tuning.recipe", "quick",
            "fine-tuning.epochs", "7",
            "fine-tuning.dropout", "0.4",
            "training.metrics", "top-k-categorical-accuracy");
    assertThat(fineTuning.phases()).extracting(TrainingPhase::epochs).containsExactly(4, 7);
    assertThat(fineTuning.phases())
        .extracting(phase -> phase.optimizer().learningRate())
        .containsExactly(
            CosineDecay.of(0.05, Span.epochs(4)), CosineDecay.of(0.05, Span.epochs(7)));
    assertThat(fineTuning.model().layer("head_dropout").layer().toString()).contains("0.4");
    assertThat(fineTuning.trainingConfig().metrics())
        .extracting(metric -> metric.name())
        .containsExactly("top_k_categorical_accuracy");
    assertThat(fineTuning.recipe(Recipe.TUTORIAL).phases())
        .extracting(TrainingPhase::epochs)
        .containsExactly(10, 7);
  }

  @Test
  void theSchedulesOfARecipeSpanTheEpochsThatAreSetInCode() {
    assertThat(fineTuning("training.epochs", "9").recipe("quick").epochs(2, 0).phases())
        .extracting(phase -> phase.optimizer().learningRate())
        .first()
        .isEqualTo(CosineDecay.of(0.05, Span.epochs(2)));
  }

  @Test
  void codeIsStrongerThanTheConfigurationAndBothThanTheRecipe() {
    FineTuning fineTuning =
        fineTuning("training.epochs", "2")
            .head(phase -> phase.withOptimizer(Sgd.of(0.3)).withCallbacks(List.of()))
            .dropout(0)
            .fit(fit -> fit.batchSize(3))
            .config(config -> config.seed(9));
    assertThat(fineTuning.phases().get(0).optimizer()).isEqualTo(Sgd.of(0.3));
    assertThat(fineTuning.phases().get(0).epochs()).isEqualTo(2);
    assertThat(fineTuning.phases().get(1).epochs()).isEqualTo(Recipe.TUTORIAL.wholeModelEpochs());
    assertThat(fineTuning.fitOptions().batchSize()).isEqualTo(3);
    assertThat(fineTuning.trainingConfig().seed()).isEqualTo(9);
    assertThat(fineTuning("training.epochs", "2").fitOptions().batchSize()).isEqualTo(5);
  }

  @Test
  void imagesWithSeveralLabelsAreDecidedClassByClass() {
    Dataset several =
        Datasets.of(
            "lights",
            List.of("red", "green"),
            List.of(
                new Sample(Image.wrap(SIDE, SIDE, 3, new byte[SIDE * SIDE * 3]), List.of(0, 1)),
                new Sample(Image.wrap(SIDE, SIDE, 3, new byte[SIDE * SIDE * 3]), List.of())));
    FineTuning fineTuning = FineTuning.of(base(), several, configuration());
    assertThat(fineTuning.trainingConfig().loss()).isEqualTo(Losses.binaryCrossentropy());
    assertThat(fineTuning.model().layer("pred").layer().toString()).containsIgnoringCase("sigmoid");
  }

  // ---- errors

  @Test
  void dataWithoutClassesAreRefused() {
    Dataset ages = Datasets.map(images(4), Target.numbers(), sample -> sample);
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> FineTuning.of(base(), ages, configuration()))
        .withMessageContaining("the targets of channels are not classes")
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_TRAINING_SETTING));
  }

  @Test
  void aModelWithoutGlobalPoolingBeforeItsClassifierIsRefused() {
    Model flat =
        Sequential.of(Input.image(SIDE, SIDE, 3), Flatten.create(), Dense.of(3).named("head"))
            .withName("flat");
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> FineTuning.of(flat, images(3), configuration()))
        .withMessageContaining("The model \"flat\" has no global pooling before its classifier")
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_MODEL));
  }

  @Test
  void anUnknownRecipeIsRefusedWithSimilarNames() {
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> fineTuning().recipe("tutorail"))
        .withMessageContaining("tutorial");
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> fineTuning("fine-tuning.recipe", "quik").phases())
        .withMessageContaining("quick");
  }

  @Test
  void noEpochsAtAllAreRefused() {
    FineTuning nothing = fineTuning("training.epochs", "0", "fine-tuning.epochs", "0");
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(nothing::run)
        .withMessageContaining("There is nothing to train")
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_TRAINING_SETTING));
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> fineTuning().phases().get(0).withEpochs(-1))
        .withMessageContaining("The phase \"head\" has -1 epochs.");
  }

  @Test
  void aCallbackThatSetsTheLearningRateOfAScheduleIsRefusedBeforeTheFirstPhase() {
    FineTuning plateau =
        fineTuning("fine-tuning.recipe", "quick", "fine-tuning.callbacks", "reduce-lr-on-plateau");
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(plateau::run)
        .withMessageContaining(
            "ReduceLROnPlateau in fine-tuning.callbacks cannot set the learning rate of the phase"
                + " \"fine-tune\", which follows a schedule (fine-tuning.optimizer.learning-rate is"
                + " cosine-decay).")
        .withMessageContaining("Set fine-tuning.optimizer.learning-rate to a number")
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_OPTION));
    TrainingPhase scheduled = fineTuning("fine-tuning.recipe", "quick").phases().get(0);
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> scheduled.withCallbacks(List.of(ReduceLROnPlateau.on("val_loss"))))
        .withMessageContaining("A callback cannot set the learning rate of the phase \"head\"");
  }
}
