package dev.espalier.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.callbacks.TerminateOnNaN;
import dev.espalier.data.Augmentation;
import dev.espalier.data.BatchAugmentation;
import dev.espalier.data.Dataset;
import dev.espalier.data.Datasets;
import dev.espalier.data.Image;
import dev.espalier.data.ImageBatch;
import dev.espalier.data.Sample;
import dev.espalier.data.SoftLabels;
import dev.espalier.data.Target;
import dev.espalier.engine.Engine;
import dev.espalier.engine.EngineOptions;
import dev.espalier.engine.tensorflow.TensorFlowEngineProvider;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Shape;
import dev.espalier.initializer.Initializers;
import dev.espalier.layer.Dense;
import dev.espalier.layer.Flatten;
import dev.espalier.layer.Input;
import dev.espalier.layer.pooling.GlobalAveragePooling2D;
import dev.espalier.loss.Losses;
import dev.espalier.metric.Evaluation;
import dev.espalier.metric.Metrics;
import dev.espalier.model.InferenceSettings;
import dev.espalier.model.Model;
import dev.espalier.model.Sequential;
import dev.espalier.model.Weights;
import dev.espalier.optimizer.Adam;
import dev.espalier.optimizer.Sgd;
import dev.espalier.random.RandomStream;
import dev.espalier.schedule.ExponentialDecay;
import dev.espalier.schedule.Span;
import dev.espalier.training.FitOptions;
import dev.espalier.training.History;
import dev.espalier.training.TrainingConfig;
import dev.espalier.training.Verbosity;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What training does to weights, on the reference engine. */
@Tag("native")
class TrainerFitTest {
  private static final TrainingConfig CONFIG =
      TrainingConfig.of(
          config ->
              config
                  .optimizer(Sgd.of(0.1).momentum(0.9))
                  .loss(Losses.categoricalCrossentropy())
                  .metrics(Metrics.accuracy())
                  .seed(1));
  private static final Dataset TRAIN = SmallImages.colours(48);

  private static Engine engine;

  @BeforeAll
  static void open() {
    engine = new TensorFlowEngineProvider().open(new EngineOptions(2, Map.of()));
  }

  @AfterAll
  static void close() {
    engine.close();
  }

  private static Trainer trainer(Model model) {
    return trainer(model, CONFIG);
  }

  private static Trainer trainer(Model model, TrainingConfig config) {
    return Trainer.of(model, config, engine);
  }

  private static FitOptions quiet(Consumer<FitOptions.Builder> settings) {
    return FitOptions.of(
        fit -> {
          fit.batchSize(16).verbosity(Verbosity.SILENT);
          settings.accept(fit);
        });
  }

  private static Evaluation evaluate(Trainer trainer, Dataset dataset) {
    return trainer.evaluate(dataset, options -> options.verbosity(Verbosity.SILENT));
  }

  private static Predictions predict(Trainer trainer, Dataset dataset) {
    return trainer.predict(dataset, options -> options.verbosity(Verbosity.SILENT));
  }

  @Test
  void aSmallModelLearnsAnEasyTask() {
    Dataset test = SmallImages.colours(30);
    try (Trainer trainer = trainer(SmallImages.network())) {
      History history =
          trainer.fit(TRAIN, quiet(fit -> fit.epochs(8).validation(test).validationBatchSize(7)));
      assertThat(history.last("accuracy")).isGreaterThan(0.9);
      assertThat(history.last("val_accuracy")).isEqualTo(1.0);

      Evaluation logs = evaluate(trainer, test);
      assertThat(logs.get("loss")).isCloseTo(history.last("val_loss"), Offset.offset(1e-6));
      Predictions predictions = predict(trainer, test);
      assertThat(predictions.size()).isEqualTo(30);
      assertThat(predictions.label(4)).isEqualTo(1);
      assertThat(predictions.topK(2, 2).get(0).className()).isEqualTo("blue");
    }
  }

  /** A test of Keras: the numbers from 0 to 31, two for each sample, which the model is to give. */
  @Test
  void lossesWithAnExponentialDecayAreThoseOfKeras() {
    List<Sample> samples = new ArrayList<>();
    for (int i = 0; i < 32; i += 2) {
      Image image = Image.wrap(1, 2, 1, new byte[] {(byte) i, (byte) (i + 1)});
      samples.add(
          new Sample(image, 0).withValue(Sample.TARGET, HostArray.wrap(Shape.of(2), i, i + 1)));
    }
    Dataset data =
        Datasets.map(
            Datasets.of("numbers", List.of("number"), samples),
            Target.numbers(2),
            UnaryOperator.identity());
    Model model =
        Sequential.of(
            Input.image(1, 2, 1),
            Flatten.create(),
            Dense.of(2)
                .kernelInitializer(Initializers.ones())
                .biasInitializer(Initializers.ones()));
    TrainingConfig config =
        TrainingConfig.of(
            settings ->
                settings
                    .optimizer(Adam.of(ExponentialDecay.of(0.05, Span.steps(1), 0.9)))
                    .loss(Losses.meanSquaredError()));
    try (Trainer trainer = Trainer.of(model, config, engine)) {
      History history =
          trainer.fit(
              data, fit -> fit.epochs(3).batchSize(4).shuffle(false).verbosity(Verbosity.SILENT));
      List<Double> losses = history.values("loss");
      assertThat(losses.get(0)).isCloseTo(230.79457, within(1e-3));
      assertThat(losses.get(1)).isCloseTo(128.30319, within(1e-3));
      assertThat(losses.get(2)).isCloseTo(79.33649, within(1e-3));
    }
  }

  @Test
  void oneSeedGivesTheSameBitsTwiceWhateverTheWorkers() {
    Weights first = trained(1, 1);
    assertThat(trained(1, 3).differences(first)).isEmpty();
    assertThat(trained(2, 1)).isNotEqualTo(first);
  }

  private static Weights trained(long seed, int workers) {
    Augmentation shift =
        (image, random) -> {
          byte[] pixels = new byte[image.height() * image.width() * image.channels()];
          image.copyTo(pixels, 0);
          pixels[0] = (byte) random.nextInt(256);
          return Image.wrap(image.height(), image.width(), image.channels(), pixels);
        };
    try (Trainer trainer = trainer(SmallImages.network(), CONFIG.with(c -> c.seed(seed)))) {
      trainer.fit(TRAIN, quiet(fit -> fit.epochs(3).augmentations(shift).workers(workers)));
      return trainer.weights();
    }
  }

  @Test
  void mixedLabelsGiveTheSameBitsTwiceWhateverTheWorkers() {
    Weights first = mixed(1);

    assertThat(mixed(3)).isEqualTo(first);
    assertThat(mixed((batch, random) -> batch, 1).differences(first)).isNotEmpty();
  }

  @Test
  void labelsThatNobodyMixesTrainAsClassIndicesDo() {
    Weights hard;
    try (Trainer trainer = trainer(SmallImages.network())) {
      trainer.fit(TRAIN, quiet(fit -> fit.epochs(2)));
      hard = trainer.weights();
    }

    assertThat(mixed((batch, random) -> batch, 1).differences(hard)).isEmpty();
  }

  private static Weights mixed(int workers) {
    return mixed(
        (batch, random) -> {
          float[] kept = new float[batch.images().size()];
          Arrays.fill(kept, random.nextFloat());
          int[] partners = random.permutation(kept.length);
          return new ImageBatch(batch.images(), batch.labels().mixed(kept, partners));
        },
        workers);
  }

  private static Weights mixed(BatchAugmentation mixing, int workers) {
    try (Trainer trainer = trainer(SmallImages.network())) {
      trainer.fit(TRAIN, quiet(fit -> fit.epochs(2).batchAugmentations(mixing).workers(workers)));
      return trainer.weights();
    }
  }

  @Test
  void aBatchAugmentationThatLosesImagesIsNamed() {
    BatchAugmentation losing =
        new BatchAugmentation() {
          @Override
          public ImageBatch apply(ImageBatch batch, RandomStream random) {
            return new ImageBatch(batch.images().subList(0, 1), SoftLabels.of(new int[] {0}, 3));
          }

          @Override
          public String toString() {
            return "Losing";
          }
        };

    assertThatThrownBy(() -> mixed(losing, 1))
        .isInstanceOf(EspalierException.class)
        .hasMessageStartingWith("Losing made 1 images like Image")
        .hasMessageContaining("must keep the number of images");
  }

  @Test
  void aSecondFitGoesOnWhereTheFirstEnded() {
    Weights twice;
    try (Trainer trainer = trainer(SmallImages.network())) {
      trainer.fit(TRAIN, quiet(fit -> fit.epochs(2)));
      trainer.fit(TRAIN, quiet(fit -> fit.initialEpoch(2).epochs(3)));
      twice = trainer.weights();
    }
    try (Trainer trainer = trainer(SmallImages.network())) {
      trainer.fit(TRAIN, quiet(fit -> fit.epochs(3)));
      assertThat(trainer.weights().differences(twice)).isEmpty();
    }
  }

  @Test
  void frozenLayersKeepTheirBitsAndTheirStatistics() {
    Model frozen = SmallImages.network().freeze("stem_*").freeze("block1*");
    try (Trainer trainer = trainer(frozen)) {
      Weights before = trainer.weights();
      trainer.fit(TRAIN, quiet(fit -> fit.epochs(4))); // 12 steps
      Weights after = trainer.weights();

      assertThat(after.differences(before)).allMatch(line -> line.startsWith("head/")).hasSize(2);
      assertThat(trainer.optimizerSlots().names())
          .containsExactlyInAnyOrder("head/kernel/momentum", "head/bias/momentum");
    }
  }

  /** dl4j PR#4260. */
  @Test
  void weightDecayDoesNotMoveFrozenLayers() {
    TrainingConfig decaying = CONFIG.with(config -> config.optimizer(Sgd.of(0.1).weightDecay(0.5)));
    Model frozen = SmallImages.network().freeze("stem_*").freeze("block1*");
    try (Trainer trainer = trainer(frozen, decaying)) {
      Weights before = trainer.weights();
      trainer.fit(TRAIN, quiet(fit -> fit.epochs(1)));

      assertThat(trainer.weights().differences(before))
          .allMatch(line -> line.startsWith("head/"))
          .hasSize(2);
    }
  }

  @Test
  void theOrderOfFreezingAndMakingTheTrainerDoesNotMatter() {
    Weights frozenBefore;
    try (Trainer trainer = trainer(SmallImages.network().freeze("stem_*"))) {
      trainer.fit(TRAIN, quiet(fit -> fit.epochs(2)));
      frozenBefore = trainer.weights();
    }
    try (Trainer trainer = trainer(SmallImages.network())) {
      trainer.changeModel(model -> model.freeze("stem_*"));
      trainer.fit(TRAIN, quiet(fit -> fit.epochs(2)));
      assertThat(trainer.weights().differences(frozenBefore)).isEmpty();
    }
  }

  @Test
  void aChangedModelKeepsItsInferenceSettingsUnlessTheChangeSetsThem() {
    try (Trainer trainer = trainer(SmallImages.network())) {
      InferenceSettings soft = InferenceSettings.defaults().withTemperature(2);
      trainer.changeModel(model -> model.withInferenceSettings(soft));
      assertThat(trainer.model().inferenceSettings()).isEqualTo(soft);
      trainer.changeModel(model -> Model.of(model.inputs(), model.outputs()).freeze("stem_*"));
      assertThat(trainer.model().inferenceSettings()).isEqualTo(soft);
    }
  }

  @Test
  void unfreezingKeepsTheSlotsOfWhatLearnedAndStartsOthersAfresh() {
    try (Trainer trainer = trainer(SmallImages.network().freeze().unfreeze("head"))) {
      trainer.fit(TRAIN, quiet(fit -> fit.epochs(2)));
      Weights weights = trainer.weights();
      Weights slots = trainer.optimizerSlots();
      assertThat(slots.names()).hasSize(2);

      trainer.changeModel(model -> model.unfreezeFrom("block1"));
      assertThat(trainer.weights().differences(weights)).isEmpty();
      assertThat(trainer.optimizerSlots().differences(slots)).isEmpty();
      trainer.fit(TRAIN, quiet(fit -> fit.epochs(1)));
      assertThat(trainer.weights().differences(weights))
          .extracting(line -> line.replaceAll("[/:].*", ""))
          .containsOnly("block1_conv", "block1_bn", "head");
      assertThat(trainer.optimizerSlots().names())
          .containsExactlyInAnyOrder(
              "head/kernel/momentum",
              "head/bias/momentum",
              "block1_conv/kernel/momentum",
              "block1_bn/gamma/momentum",
              "block1_bn/beta/momentum");
    }
  }

  @Test
  void aChangedModelMustHaveTheSameVariables() {
    try (Trainer trainer = trainer(SmallImages.network())) {
      Model other =
          Sequential.of(
              Input.image(SmallImages.SIDE, SmallImages.SIDE, 3),
              GlobalAveragePooling2D.create(),
              Dense.of(3).named("head"));
      assertThatThrownBy(() -> trainer.changeModel(model -> other))
          .isInstanceOfSatisfying(
              EspalierException.class,
              e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_TRAINING_SETTING))
          .hasMessageContaining("head/kernel is float32(3, 3) instead of float32(6, 3)")
          .hasMessageContaining("it lacks stem_conv/kernel");
    }
  }

  @Test
  void weightsThatAChangedModelBringsAreTakenOver() {
    try (Trainer trainer = trainer(SmallImages.network())) {
      HostArray bias = HostArray.wrap(dev.espalier.graph.Shape.of(3), 1, 2, 3);
      trainer.changeModel(
          model -> model.withMatchingWeights(Weights.of(Map.of("head/bias", bias))));
      assertThat(trainer.weights().get("head/bias")).isEqualTo(bias);
    }
  }

  @Test
  void anotherOptimizerStartsAfresh() {
    try (Trainer trainer = trainer(SmallImages.network())) {
      trainer.fit(TRAIN, quiet(fit -> {}));
      trainer.changeOptimizer(Sgd.of(0.005));
      assertThat(trainer.optimizerSlots().isEmpty()).isTrue();
      History history = trainer.fit(TRAIN, quiet(fit -> {}));
      assertThat(history.last("learning_rate")).isEqualTo((double) 0.005f);
      assertThat(trainer.optimizerSlots().isEmpty()).isTrue();
    }
  }

  @Test
  void weightsCanBePutBack() {
    try (Trainer trainer = trainer(SmallImages.network())) {
      Weights start = trainer.weights();
      Evaluation before = evaluate(trainer, TRAIN);
      trainer.fit(TRAIN, quiet(fit -> fit.epochs(2)));
      trainer.setWeights(start);
      assertThat(trainer.weights()).isEqualTo(start);
      assertThat(evaluate(trainer, TRAIN).values()).isEqualTo(before.values());
      assertThatThrownBy(() -> trainer.setWeights(Weights.empty()))
          .isInstanceOfSatisfying(
              EspalierException.class,
              e -> assertThat(e.code()).isEqualTo(ErrorCode.MISSING_WEIGHTS));
    }
  }

  @Test
  void theTrainedModelPredictsTheSameInAnotherTrainer() {
    Dataset test = SmallImages.colours(6);
    Model model;
    Predictions predictions;
    try (Trainer trainer = trainer(SmallImages.network())) {
      trainer.fit(TRAIN, quiet(fit -> {}));
      model = trainer.model();
      predictions = predict(trainer, test);
    }
    try (Trainer trainer = trainer(model, TrainingConfig.defaults())) {
      assertThat(predict(trainer, test).scores()).isEqualTo(predictions.scores());
    }
  }

  @Test
  void featuresAreWhatTheHeadIsGiven() {
    Dataset test = SmallImages.colours(5);
    try (Trainer trainer = trainer(SmallImages.network())) {
      var options =
          dev.espalier.training.EvaluationOptions.of(
              o -> o.batchSize(2).verbosity(Verbosity.SILENT));
      HostArray features = trainer.featurize(test, "pool", options);
      HostArray whole = trainer.featurize(test, options);
      assertThat(features.shape()).hasToString("(5, 6)");
      assertThat(whole).isEqualTo(predict(trainer, test).scores());

      HostArray kernel = trainer.weights().get("head/kernel");
      double[] logits = new double[3];
      double sum = 0;
      for (int c = 0; c < 3; c++) {
        for (int f = 0; f < 6; f++) {
          logits[c] += features.at(4 * 6 + f) * kernel.at(f * 3 + c);
        }
        sum += Math.exp(logits[c]);
      }
      assertThat(whole.at(4 * 3)).isCloseTo(Math.exp(logits[0]) / sum, Offset.offset(1e-5));
    }
  }

  @Test
  void imagesOfAnotherSizeAreResizedBeforeTheModel() {
    try (Trainer trainer = trainer(SmallImages.network())) {
      History history =
          trainer.fit(
              SmallImages.colours(24, 12),
              quiet(fit -> fit.epochs(8).validation(SmallImages.colours(9, 5))));
      assertThat(history.last("val_accuracy")).isEqualTo(1.0);
    }
  }

  @Test
  void nothingToTrainIsSaidBeforeTheFirstStep() {
    try (Trainer trainer = trainer(SmallImages.network().freeze())) {
      assertThatThrownBy(() -> trainer.fit(TRAIN, quiet(fit -> {})))
          .hasMessageContaining("has nothing to train");
      assertThat(evaluate(trainer, TRAIN).get("loss")).isPositive();
    }
  }

  @Test
  void aLossThatExplodesGoesOnWithAWarningUnlessACallbackEndsIt() {
    TrainingConfig reckless = CONFIG.with(config -> config.optimizer(Sgd.of(1e38)));
    Model linear =
        Sequential.of(
            Input.image(SmallImages.SIDE, SmallImages.SIDE, 3),
            GlobalAveragePooling2D.create(),
            Dense.of(3));
    try (Trainer trainer =
        trainer(
            linear,
            reckless.with(c -> c.loss(Losses.categoricalCrossentropy().fromLogits(true))))) {
      History history = trainer.fit(TRAIN, quiet(fit -> fit.epochs(2)));
      assertThat(history.epochs()).hasSize(2);
      assertThat(history.last("loss")).isNaN();
      History ended =
          trainer.fit(TRAIN, quiet(fit -> fit.epochs(2).callbacks(TerminateOnNaN.create())));
      assertThat(ended.epochs()).hasSize(1);
      assertThat(ended.last("loss")).isNaN();
    }
  }
}
