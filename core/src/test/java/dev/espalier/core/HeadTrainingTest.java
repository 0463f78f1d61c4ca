package dev.espalier.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.espalier.activation.Activation;
import dev.espalier.callback.BatchObservation;
import dev.espalier.callback.Callback;
import dev.espalier.data.Dataset;
import dev.espalier.data.Datasets;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Size2d;
import dev.espalier.layer.Add;
import dev.espalier.layer.Dense;
import dev.espalier.layer.Flatten;
import dev.espalier.layer.Input;
import dev.espalier.layer.LayerOutput;
import dev.espalier.layer.convolution.Conv2D;
import dev.espalier.layer.pooling.GlobalAveragePooling2D;
import dev.espalier.model.Graft;
import dev.espalier.model.InferenceSettings;
import dev.espalier.model.Model;
import dev.espalier.model.Weights;
import dev.espalier.optimizer.AdamW;
import dev.espalier.training.ClassWeights;
import dev.espalier.training.EvaluationOptions;
import dev.espalier.training.FitOptions;
import dev.espalier.training.History;
import dev.espalier.training.TrainingConfig;
import dev.espalier.training.Verbosity;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A head that is trained on features becomes bit for bit that of a training through the base. */
@Tag("native")
class HeadTrainingTest extends InterruptedTraining {
  private static final TrainingConfig ADAM =
      CONFIG.with(config -> config.optimizer(AdamW.of(0.01)));

  /** The last batch of an epoch is smaller than the others, and samples have weights. */
  private static final Dataset DATA =
      Datasets.map(
          SmallImages.colours(22),
          SmallImages.colours(22).target(),
          sample -> sample.withWeight(1 + sample.labels().get(0)));

  private static final Dataset VALIDATION = SmallImages.colours(9);

  private record Trained(Model model, Weights slots, History history) {}

  private static FitOptions options(Consumer<FitOptions.Builder> more) {
    return FitOptions.of(
        fit -> {
          fit.epochs(3)
              .batchSize(4)
              .validationBatchSize(5)
              .classWeights(ClassWeights.of(Map.of("red", 1.0, "green", 2.0, "blue", 0.5)))
              .verbosity(Verbosity.SILENT);
          more.accept(fit);
        });
  }

  private static Model base() {
    try (Trainer trainer = Trainer.of(SmallImages.network(), ADAM, Engines.reference())) {
      return trainer.model();
    }
  }

  private static Model grafted(Model base, String layer) {
    Graft graft = Graft.onto(base.cutAt(layer)).frozen();
    if (!layer.equals("pool")) {
      graft = graft.layer(Flatten.create());
    }
    return graft.dropout(0.2).dense(SmallImages.CLASSES, Activation.SOFTMAX).build();
  }

  /** Computes features as a cluster does, with any model that has the layer. */
  private static Features features(Model base, String layer, Dataset data, List<String> names) {
    try (Trainer trainer = Trainer.of(base, ADAM, Engines.reference())) {
      HostArray all =
          trainer.featurize(
              data,
              layer,
              EvaluationOptions.of(each -> each.batchSize(4).verbosity(Verbosity.SILENT)));
      return Features.of(
          layer,
          samples -> {
            samples.name(data.name()).classNames(names);
            for (int i = 0; i < data.size(); i++) {
              int label = names.indexOf(data.classNames().get(data.label(i)));
              samples.add(label, data.get(i).weight(), all.rows(i, i + 1).toFloats());
            }
          });
    }
  }

  private static Features features(Model base, String layer, Dataset data) {
    return features(base, layer, data, data.classNames());
  }

  private static Trained through(Model model) {
    try (Trainer trainer = Trainer.of(model, ADAM, Engines.reference())) {
      History history = trainer.fit(DATA, options(fit -> fit.validation(VALIDATION)));
      return new Trained(trainer.model(), trainer.optimizerSlots(), history);
    }
  }

  private static void assertSame(Trainer trainer, History history, Trained expected) {
    assertThat(trainer.weights().differences(expected.model().weights())).isEmpty();
    assertThat(trainer.optimizerSlots().differences(expected.slots())).isEmpty();
    assertThat(history).isEqualTo(expected.history());
  }

  @ParameterizedTest
  @ValueSource(strings = {"pool", "block1_bn"})
  void aHeadIsThatOfATrainingThroughTheFrozenBase(String layer) {
    Model base = base();
    Model model = grafted(base, layer);
    Trained expected = through(model);
    try (Features features = features(base, layer, DATA);
        Features validation = features(base, layer, VALIDATION);
        Trainer trainer = Trainer.of(model, ADAM, Engines.reference())) {
      History history = trainer.fitHead(features, validation, options(fit -> {}));

      assertSame(trainer, history, expected);
      assertThat(history.values("val_loss")).doesNotHaveDuplicates();
      assertThat(trainer.model().classNames()).containsExactly("red", "green", "blue");
      assertThat(trainer.predict(VALIDATION).outputs()).isNotEmpty();
    }
  }

  @Test
  void aTrainedHeadIsTrainedFurtherWithItsBaseAndValidatedOnImages() {
    Model base = base();
    Model model = grafted(base, "pool");
    Trained expected = through(model);
    try (Features features = features(base, "pool", DATA);
        Trainer trainer = Trainer.of(model, ADAM, Engines.reference())) {
      History history = trainer.fitHead(features, options(fit -> fit.validation(VALIDATION)));
      assertSame(trainer, history, expected);
      trainer.changeModel(Model::unfreeze);
      trainer.fit(DATA, options(fit -> fit.epochs(1)));
      assertThat(trainer.weights().get("stem_conv/kernel"))
          .isNotEqualTo(base.weights().get("stem_conv/kernel"));
    }
  }

  /** Of other images than those that the base was trained on, nothing is known. */
  @Test
  void theModelIsFedImagesAsItsBaseWas() {
    Model base =
        base().withInferenceSettings(InferenceSettings.defaults().withImageSize(new Size2d(5, 6)));
    try (Features features = features(base, "pool", DATA);
        Trainer trainer = Trainer.of(grafted(base, "pool"), ADAM, Engines.reference())) {
      trainer.fitHead(features, options(fit -> {}));
      assertThat(trainer.model().inferenceSettings().imageSize()).isEqualTo(new Size2d(5, 6));
    }
  }

  @Test
  void classesAreMatchedByName() {
    Model base = base();
    Model model = grafted(base, "pool").withClassNames(List.of("red", "green", "blue"));
    Trained expected = through(model);
    List<String> others = List.of("blue", "red", "green");
    try (Features features = features(base, "pool", DATA, others);
        Features validation = features(base, "pool", VALIDATION, others);
        Trainer trainer = Trainer.of(model, ADAM, Engines.reference())) {
      assertSame(trainer, trainer.fitHead(features, validation, options(fit -> {})), expected);
    }
  }

  @Test
  void aTrainingThatWasInterruptedResumesToTheSameResult() {
    Model base = base();
    Model model = grafted(base, "pool");
    Trained expected = through(model);
    try (Features features = features(base, "pool", DATA);
        Features validation = features(base, "pool", VALIDATION)) {
      try (Trainer trainer = Trainer.of(model, ADAM, Engines.reference())) {
        assertThatExceptionOfType(EspalierException.class)
            .isThrownBy(
                () ->
                    trainer.fitHead(
                        features,
                        validation,
                        options(fit -> fit.callbacks(backup(1), PowerFailure.at(1, 3)))))
            .withMessageContaining("the lights go out");
      }
      assertThat(file()).exists();
      try (Trainer trainer = Trainer.of(model, ADAM, Engines.reference())) {
        AtomicInteger steps = new AtomicInteger();
        Callback counting =
            new Callback() {
              @Override
              public void onTrainBatchEnd(BatchEnd event) {
                steps.incrementAndGet();
              }
            };
        FitOptions resuming = options(fit -> fit.callbacks(backup(1), counting));
        assertSame(trainer, trainer.fitHead(features, validation, resuming), expected);
        assertThat(steps).hasValue(STEPS - 3 + STEPS);
      }
    }
  }

  private static void assertRefused(
      Model model, Features features, Consumer<FitOptions.Builder> more, String message) {
    try (Trainer trainer = Trainer.of(model, ADAM, Engines.reference())) {
      assertThatExceptionOfType(EspalierException.class)
          .isThrownBy(
              () ->
                  trainer.fitHead(
                      features, fit -> fit.batchSize(4).verbosity(Verbosity.SILENT), more))
          .withMessageContaining(message);
    }
  }

  @Test
  void whatDoesNotFitIsRefused() {
    Model base = base();
    Model model = grafted(base, "pool");
    try (Features features = features(base, "pool", DATA)) {
      assertRefused(
          SmallImages.network(),
          features,
          fit -> {},
          "The features of \"pool\" were computed with stem_conv/kernel, which is trainable."
              + " Freeze the layers up to that one, such as with Graft.onto(base).frozen().");
      assertRefused(
          model,
          features,
          fit -> fit.augmentations(NOISE),
          "Augmentations change images, but the training has only features. Remove the"
              + " augmentations, or train on images.");
      Callback observer =
          new Callback() {
            @Override
            public BatchObservation observedBatch() {
              return BatchObservation.ofInputs();
            }
          };
      assertRefused(
          model,
          features,
          fit -> fit.callbacks(observer),
          "A callback observes the images of each batch, but the training has only features.");
    }
    assertRefused(
        model,
        Features.of("pol", samples -> samples.add(0, 1f)),
        fit -> {},
        "There is no layer named \"pol\".");
    assertRefused(
        model,
        Features.of("pool", samples -> samples.add(0, 1f, 2f)),
        fit -> {},
        "The layer \"pool\" gives (6,) for an image, but the samples have 2 features. Name the"
            + " layer that computed the features, and the model that it belongs to.");
    assertRefused(
        model,
        Features.of("pool", samples -> samples.add(0, new float[6]).add(3, new float[6])),
        fit -> {},
        "Sample 1 of \"features\" has the label 3, but the model has 3 classes.");
    Features closed = Features.of("pool", samples -> samples.add(0, new float[6]));
    closed.close();
    assertRefused(model, closed, fit -> {}, "The features of \"pool\" are closed.");
  }

  @Test
  void aHeadThatTakesMoreThanTheFeaturesIsRefused() {
    LayerOutput input = Input.image(SmallImages.SIDE, SmallImages.SIDE, 3);
    LayerOutput first = Conv2D.of(6, 3).named("first").on(input);
    LayerOutput second = Conv2D.of(6, 1).named("second").on(first);
    LayerOutput sum = Add.create().named("sum").on(first, second);
    LayerOutput pool = GlobalAveragePooling2D.create().on(sum);
    Model model =
        Model.of(input, Dense.of(3).activation(Activation.SOFTMAX).on(pool))
            .freeze("first")
            .freeze("second");
    int width = 6 * 6 * 6;
    try (Features features = Features.of("second", samples -> samples.add(0, new float[width]))) {
      assertRefused(
          model,
          features,
          fit -> {},
          "The layers after \"second\" take more of the base than its output. Name the last layer"
              + " of the frozen base, the one that its head was put on.");
    }
  }

  @Test
  void whatIsNotASampleIsRefused() {
    List<Consumer<Features.Builder>> wrong = new ArrayList<>();
    wrong.add(samples -> {});
    wrong.add(samples -> samples.add(-1, 1f));
    wrong.add(samples -> samples.add(0, Double.NaN, 1f));
    wrong.add(samples -> samples.add(0));
    wrong.add(samples -> samples.add(0, 1f).add(1, 1f, 2f));
    List<ErrorCode> codes =
        wrong.stream()
            .map(
                content ->
                    assertThatExceptionOfType(EspalierException.class)
                        .isThrownBy(() -> Features.of("pool", content))
                        .actual()
                        .code())
            .toList();
    assertThat(codes)
        .containsExactly(
            ErrorCode.EMPTY_DATASET,
            ErrorCode.INVALID_ARGUMENT,
            ErrorCode.INVALID_ARGUMENT,
            ErrorCode.SHAPE_MISMATCH,
            ErrorCode.SHAPE_MISMATCH);
  }
}
