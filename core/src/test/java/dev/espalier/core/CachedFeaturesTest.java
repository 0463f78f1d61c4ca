package dev.espalier.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.activation.Activation;
import dev.espalier.callback.BatchObservation;
import dev.espalier.callback.Callback;
import dev.espalier.callbacks.BackupAndRestore;
import dev.espalier.data.BatchAugmentation;
import dev.espalier.data.Dataset;
import dev.espalier.data.Datasets;
import dev.espalier.data.Image;
import dev.espalier.data.Sample;
import dev.espalier.engine.EngineProvider;
import dev.espalier.engine.tensorflow.TensorFlowEngineProvider;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.HostArray;
import dev.espalier.layer.Add;
import dev.espalier.layer.BatchNormalization;
import dev.espalier.layer.Dense;
import dev.espalier.layer.Dropout;
import dev.espalier.layer.Input;
import dev.espalier.layer.LayerOutput;
import dev.espalier.layer.convolution.Conv2D;
import dev.espalier.layer.pooling.GlobalAveragePooling2D;
import dev.espalier.layer.preprocessing.Rescaling;
import dev.espalier.model.Model;
import dev.espalier.model.Sequential;
import dev.espalier.model.Weights;
import dev.espalier.optimizer.AdamW;
import dev.espalier.training.CacheFeatures;
import dev.espalier.training.ClassWeights;
import dev.espalier.training.FitOptions;
import dev.espalier.training.History;
import dev.espalier.training.TrainingConfig;
import dev.espalier.training.Verbosity;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Training on cached features gives bit for bit what training through all layers gives. */
@Tag("native")
class CachedFeaturesTest extends InterruptedTraining {
  private static final EngineProvider ENGINE = new TensorFlowEngineProvider();

  /** The last batch of an epoch is smaller than the others. */
  private static final Dataset DATA = weighted(SmallImages.colours(22));

  private static final Dataset VALIDATION = SmallImages.colours(9);

  /** Gives samples weights of their own. */
  private static Dataset weighted(Dataset dataset) {
    return Datasets.map(
        dataset, dataset.target(), sample -> sample.withWeight(1 + sample.labels().get(0)));
  }

  private static Stream<Arguments> models() {
    Model network = SmallImages.network();
    return Stream.of(
        Arguments.of("pool (GlobalAveragePooling2D)", frozenBase()),
        Arguments.of("stem_bn (BatchNormalization)", network.freeze("stem*")),
        Arguments.of("joined (Add), left (Conv2D)", branches()),
        Arguments.of("base/base_conv (Conv2D)", nested()));
  }

  private static Model frozenBase() {
    return SmallImages.network().freeze("stem*").freeze("block1*");
  }

  /** Two frozen branches, one of which is used twice. */
  private static Model branches() {
    LayerOutput input = Input.image(SmallImages.SIDE, SmallImages.SIDE, 3);
    LayerOutput left = Conv2D.of(4, 3).named("left").on(input);
    LayerOutput right = Conv2D.of(4, 3).named("right").on(input);
    LayerOutput joined = Add.create().named("joined").on(left, right);
    LayerOutput top = Conv2D.of(4, 1).named("top_conv").on(joined);
    LayerOutput sum = Add.create().named("sum").on(top, left);
    LayerOutput pool = GlobalAveragePooling2D.create().named("pool").on(sum);
    LayerOutput head = Dense.of(3).activation(Activation.SOFTMAX).named("head").on(pool);
    return Model.of(input, head).freeze("left").freeze("right");
  }

  /** A model in a model, whose last layer is trainable. */
  private static Model nested() {
    Model base =
        Sequential.of(
                Input.image(SmallImages.SIDE, SmallImages.SIDE, 3),
                Rescaling.of(1 / 255.0),
                Conv2D.of(4, 3).named("base_conv"),
                Conv2D.of(4, 3).named("base_top"))
            .withName("base");
    return Sequential.of(
            Input.image(SmallImages.SIDE, SmallImages.SIDE, 3),
            base,
            GlobalAveragePooling2D.create(),
            BatchNormalization.create(),
            Dropout.of(0.3),
            Dense.of(3).activation(Activation.SOFTMAX))
        .freeze("base/base_conv");
  }

  private record Trained(Weights weights, Weights slots, History history, String output) {
    void assertSameAs(Trained other) {
      assertThat(weights.differences(other.weights)).isEmpty();
      assertThat(slots.differences(other.slots)).isEmpty();
      assertThat(history).isEqualTo(other.history);
    }
  }

  private static Trained train(
      Model model, CacheFeatures cache, Consumer<FitOptions.Builder> settings) {
    return train(model, DATA, CONFIG.with(c -> c.optimizer(AdamW.of(0.01))), cache, settings);
  }

  private static Trained train(
      Model model,
      Dataset data,
      TrainingConfig config,
      CacheFeatures cache,
      Consumer<FitOptions.Builder> settings) {
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    try (Trainer trainer = Trainer.of(model, config, Engines.with(ENGINE))) {
      History history =
          trainer.fit(
              data,
              fit -> {
                fit.epochs(3)
                    .batchSize(4)
                    .validation(VALIDATION)
                    .validationBatchSize(5)
                    .classWeights(ClassWeights.of(Map.of("red", 1.0, "green", 2.0, "blue", 0.5)))
                    .cacheFeatures(cache)
                    .verbosity(Verbosity.LINE)
                    .output(new PrintStream(output, true, StandardCharsets.UTF_8));
                settings.accept(fit);
              });
      return new Trained(
          trainer.weights(),
          trainer.optimizerSlots(),
          history,
          output.toString(StandardCharsets.UTF_8));
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void weightsSlotsAndHistoryAreThoseOfTrainingThroughAllLayersBitForBit(
      String boundary, Model model) {
    Trained through = train(model, CacheFeatures.OFF, fit -> {});
    Trained cached = train(model, CacheFeatures.ON, fit -> {});

    cached.assertSameAs(through);
    assertThat(through.history().values("val_loss")).doesNotHaveDuplicates();
    assertThat(cached.output())
        .containsOnlyOnce("Features are cached after " + boundary + ";")
        .containsOnlyOnce("Computing features of 22 samples of colours\n")
        .containsOnlyOnce("Computing features of 9 samples of colours\n");
  }

  @Test
  void eachImageIsReadOnceInsteadOfInEveryEpoch() {
    AtomicInteger reads = new AtomicInteger();
    Dataset counted = Datasets.map(DATA, DATA.target(), sample -> count(sample, reads));
    train(frozenBase(), counted, CONFIG, CacheFeatures.AUTO, fit -> fit.validation(null));

    assertThat(reads).as("22, and some whose size is looked at").hasValueLessThan(22 + 10);
  }

  private static Sample count(Sample sample, AtomicInteger reads) {
    reads.incrementAndGet();
    return sample;
  }

  @ParameterizedTest
  @CsvSource({"1,3", "2,0"})
  void aTrainingThatWasInterruptedResumesToTheSameResult(int epoch, int step) {
    Trained whole = train(frozenBase(), CacheFeatures.OFF, fit -> {});
    Supplier<BackupAndRestore> backup = () -> backup(1);
    assertThatThrownBy(
            () ->
                train(
                    frozenBase(),
                    CacheFeatures.ON,
                    fit -> fit.callbacks(backup.get(), PowerFailure.at(epoch, step))))
        .hasMessageContaining("lights go out");
    Trained resumed = train(frozenBase(), CacheFeatures.ON, fit -> fit.callbacks(backup.get()));

    resumed.assertSameAs(whole);
  }

  /** Changes what frozen layers compute, or which layers are frozen, in the middle of an epoch. */
  private static final class Change implements Callback {
    private final int epoch;
    private final int step;
    private final Consumer<BatchBegin> change;
    private int now;

    Change(int epoch, int step, Consumer<BatchBegin> change) {
      this.epoch = epoch;
      this.step = step;
      this.change = change;
    }

    @Override
    public void onEpochBegin(EpochBegin event) {
      now = event.epoch();
    }

    @Override
    public void onTrainBatchBegin(BatchBegin event) {
      if (now == epoch && event.batch() == step) {
        change.accept(event);
      }
    }
  }

  private static Weights doubled(Weights weights, String name) {
    Map<String, HostArray> changed = new LinkedHashMap<>(weights.asMap());
    float[] values = weights.get(name).toFloats();
    for (int i = 0; i < values.length; i++) {
      values[i] *= 2;
    }
    changed.put(name, HostArray.wrap(weights.get(name).shape(), values));
    return Weights.of(changed);
  }

  @Test
  void featuresAreComputedAnewWhenACallbackChangesFrozenWeights() {
    Supplier<Callback> change =
        () ->
            new Change(
                1,
                2,
                event ->
                    event
                        .control()
                        .setWeights(doubled(event.control().weights(), "stem_conv/kernel")));
    Trained through = train(frozenBase(), CacheFeatures.OFF, fit -> fit.callbacks(change.get()));
    Trained cached = train(frozenBase(), CacheFeatures.ON, fit -> fit.callbacks(change.get()));

    cached.assertSameAs(through);
    assertThat(cached.output().split("Computing features of 22", -1)).hasSize(3);
  }

  @Test
  void featuresStayWhenACallbackChangesOnlyTrainableWeights() {
    Supplier<Callback> change =
        () ->
            new Change(
                1,
                2,
                event ->
                    event.control().setWeights(doubled(event.control().weights(), "head/kernel")));
    Trained through = train(frozenBase(), CacheFeatures.OFF, fit -> fit.callbacks(change.get()));
    Trained cached = train(frozenBase(), CacheFeatures.ON, fit -> fit.callbacks(change.get()));

    cached.assertSameAs(through);
    assertThat(cached.output()).containsOnlyOnce("Computing features of 22");
  }

  @Test
  void aTrainingLeavesNoProgramsOfItsFeatures() {
    ScriptedEngine engine = new ScriptedEngine();
    try (Trainer trainer = Trainer.of(frozenBase(), CONFIG, Engines.with(engine))) {
      List<Integer> open = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        trainer.fit(
            DATA,
            fit ->
                fit.epochs(2)
                    .batchSize(4)
                    .validation(VALIDATION)
                    .cacheFeatures(CacheFeatures.ON)
                    .verbosity(Verbosity.SILENT));
        open.add(engine.openExecutables);
      }
      assertThat(engine.compiled).hasSizeGreaterThan(open.get(0));
      assertThat(open).containsOnly(open.get(0));
    }
  }

  @Test
  void layersThatACallbackUnfreezesAreTrainedFromThereOn() {
    List<Weights> results = new ArrayList<>();
    for (CacheFeatures cache : List.of(CacheFeatures.OFF, CacheFeatures.ON)) {
      try (Trainer trainer = Trainer.of(frozenBase(), CONFIG, Engines.with(ENGINE))) {
        Callback change =
            new Change(1, 3, event -> trainer.changeModel(model -> model.unfreeze("block1*")));
        trainer.fit(
            DATA,
            fit ->
                fit.epochs(4)
                    .batchSize(4)
                    .cacheFeatures(cache)
                    .callbacks(change)
                    .verbosity(Verbosity.SILENT));
        results.add(trainer.weights());
      }
    }
    assertThat(results.get(1).differences(results.get(0))).isEmpty();
    assertThat(results.get(1).get("block1_conv/kernel"))
        .isNotEqualTo(
            train(frozenBase(), CacheFeatures.OFF, fit -> {}).weights().get("block1_conv/kernel"));
  }

  @Test
  void theFirstEpochsSeeTheAugmentationsOfATrainingWithoutCacheAndLaterOnesRepeatThem() {
    Trained through =
        train(frozenBase(), CacheFeatures.OFF, fit -> fit.augmentations(NOISE).epochs(4));
    Trained cached =
        train(
            frozenBase(),
            CacheFeatures.ON,
            fit -> fit.augmentations(NOISE).cachedViews(2).epochs(4));

    List<Double> exact = through.history().values("loss");
    List<Double> views = cached.history().values("loss");
    assertThat(views.subList(0, 2)).isEqualTo(exact.subList(0, 2));
    assertThat(views.get(2)).isNotEqualTo(exact.get(2));
    assertThat(cached.output())
        .containsOnlyOnce("Computing features of 22 samples of colours, view 1 of 2\n")
        .containsOnlyOnce("Computing features of 22 samples of colours, view 2 of 2\n");
  }

  @Test
  void automaticCachingLeavesTrainingsAloneWhereItWouldChangeOrCostSomething() {
    List<Consumer<FitOptions.Builder>> cases =
        List.of(fit -> fit.augmentations(NOISE), fit -> fit.epochs(1));
    for (Consumer<FitOptions.Builder> settings : cases) {
      assertThat(train(frozenBase(), CacheFeatures.AUTO, settings).output())
          .doesNotContain("features");
    }
    assertThat(train(SmallImages.network(), CacheFeatures.AUTO, fit -> {}).output())
        .doesNotContain("features");
  }

  @Test
  void automaticCachingKeepsNoFeaturesThatAreLargerThanTheImages() {
    Model wide =
        Sequential.of(
                Input.image(SmallImages.SIDE, SmallImages.SIDE, 3),
                Conv2D.of(4, 1).named("wide"),
                BatchNormalization.create(),
                GlobalAveragePooling2D.create(),
                Dense.of(3).activation(Activation.SOFTMAX))
            .freeze("wide");
    assertThat(train(wide, CacheFeatures.AUTO, fit -> {}).output()).doesNotContain("features");
    assertThat(train(wide, CacheFeatures.ON, fit -> {}).output())
        .contains("Features are cached after wide (Conv2D);");
  }

  private static void assertRefused(
      String reason, Model model, Consumer<FitOptions.Builder> settings) {
    assertThatThrownBy(() -> train(model, CacheFeatures.ON, settings))
        .isInstanceOfSatisfying(
            EspalierException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_TRAINING_SETTING))
        .hasMessage("Features cannot be cached: " + reason + " [ESP-401]");
  }

  @Test
  void rejectsAModelWithoutFrozenLayersAtItsStart() {
    assertRefused(
        "no frozen layer with weights comes before stem_conv (Conv2D). Freeze the first layers of"
            + " the model, or train without cached features.",
        SmallImages.network().freeze("block1*"),
        fit -> {});
  }

  @Test
  void rejectsDropoutBetweenFrozenLayersAndNamesIt() {
    Model model = SmallImages.network().insertAfter("stem_bn", Dropout.of(0.1).named("stem_drop"));
    assertRefused(
        "the layer stem_drop (Dropout) draws random numbers in every step, before other frozen"
            + " layers. Remove its randomness (for stochastic depth, with a drop-connect rate of"
            + " 0), or train without cached features.",
        model.freeze("stem*").freeze("block1*"),
        fit -> {});
    assertThat(
            train(model.freeze("stem*").freeze("block1*"), CacheFeatures.AUTO, fit -> {}).output())
        .containsOnlyOnce(
            "Features of the frozen layers are not cached, because the layer stem_drop (Dropout)"
                + " draws random numbers in every step.\n")
        .doesNotContain("Computing");
  }

  @Test
  void rejectsBatchAugmentations() {
    BatchAugmentation mixing = (batch, random) -> batch;
    assertRefused(
        "batch augmentations mix images anew in every epoch. Remove the batch augmentations, or"
            + " train without cached features.",
        frozenBase(),
        fit -> fit.batchAugmentations(mixing));
  }

  @Test
  void rejectsACallbackThatObservesImages() {
    Callback observer =
        new Callback() {
          @Override
          public BatchObservation observedBatch() {
            return BatchObservation.ofInputs();
          }
        };
    assertRefused(
        "a callback observes the images of each batch. Remove the callback, or train without"
            + " cached features.",
        frozenBase(),
        fit -> fit.callbacks(observer));
  }

  @Test
  void anImageThatCannotBeReadIsNamed() {
    Image torn = DATA.get(17).image();
    Dataset broken =
        Datasets.map(
            DATA,
            DATA.target(),
            sample -> {
              if (sample.image().equals(torn)) {
                throw new IllegalStateException("it is torn");
              }
              return sample;
            });
    assertThatThrownBy(() -> train(frozenBase(), broken, CONFIG, CacheFeatures.ON, fit -> {}))
        .hasMessageContaining("Sample 17 of \"colours\"")
        .hasMessageContaining("torn");
  }

  @Test
  void anInterruptEndsTheComputationOfFeatures() {
    Thread.currentThread().interrupt();
    try {
      assertThatThrownBy(() -> train(frozenBase(), CacheFeatures.ON, fit -> {}))
          .isInstanceOfSatisfying(
              EspalierException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INTERRUPTED));
      assertThat(Thread.currentThread().isInterrupted()).isTrue();
    } finally {
      Thread.interrupted();
    }
  }
}
