package dev.espalier.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.espalier.activation.Activation;
import dev.espalier.data.BatchAugmentation;
import dev.espalier.data.Dataset;
import dev.espalier.data.Datasets;
import dev.espalier.data.Sample;
import dev.espalier.data.Target;
import dev.espalier.engine.Engine;
import dev.espalier.engine.EngineOptions;
import dev.espalier.engine.tensorflow.TensorFlowEngineProvider;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Shape;
import dev.espalier.layer.Concatenate;
import dev.espalier.layer.Dense;
import dev.espalier.layer.Input;
import dev.espalier.layer.LayerOutput;
import dev.espalier.layer.pooling.GlobalAveragePooling2D;
import dev.espalier.layer.preprocessing.Rescaling;
import dev.espalier.loss.Losses;
import dev.espalier.metric.Metrics;
import dev.espalier.model.Model;
import dev.espalier.optimizer.Sgd;
import dev.espalier.training.ClassWeights;
import dev.espalier.training.FitOptions;
import dev.espalier.training.History;
import dev.espalier.training.OutputObjective;
import dev.espalier.training.TrainingConfig;
import dev.espalier.training.Verbosity;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What samples say a model should give, and how much each of them counts. */
@Tag("native")
class TargetsTest {
  private static final Dataset COLOURS = SmallImages.colours(30);
  private static final HostArray ONE = HostArray.wrap(Shape.of(1), 1);

  private static Engine engine;

  @BeforeAll
  static void open() {
    engine = new TensorFlowEngineProvider().open(new EngineOptions(2, Map.of()));
  }

  @AfterAll
  static void close() {
    engine.close();
  }

  private static LayerOutput features(LayerOutput image) {
    return GlobalAveragePooling2D.create().on(Rescaling.of(1 / 255.0).on(image));
  }

  private static Model classifier() {
    LayerOutput image = Input.image(8, 8, 3);
    return Model.of(
        image, Dense.of(3).activation(Activation.SOFTMAX).named("head").on(features(image)));
  }

  private static Model regression() {
    LayerOutput image = Input.image(8, 8, 3);
    return Model.of(image, Dense.of(1).named("brightness").on(features(image)));
  }

  /** A model with a place beside the image and with two outputs. */
  private static Model twoHeads() {
    LayerOutput image = Input.image(8, 8, 3);
    LayerOutput place = Input.named("place", 2);
    LayerOutput joined = Concatenate.create().on(features(image), place);
    return Model.of(
        List.of(image, place),
        List.of(
            Dense.of(3).activation(Activation.SOFTMAX).named("colour").on(joined),
            Dense.of(4).activation(Activation.SOFTMAX).named("camera").on(joined)));
  }

  private static Sample twice(Sample sample, int camera) {
    return sample
        .withValue("place", HostArray.wrap(Shape.of(2), camera, -camera))
        .withValue("camera", HostArray.scalar(camera));
  }

  private static Target twoTargets() {
    Map<String, Target> targets = new LinkedHashMap<>();
    targets.put("colour", Target.classIndex());
    targets.put("camera", Target.otherClassIndex());
    return Target.several(targets);
  }

  private static History fit(
      Model model,
      Dataset data,
      Consumer<TrainingConfig.Builder> settings,
      Consumer<FitOptions.Builder> options) {
    TrainingConfig config = TrainingConfig.of(c -> c.optimizer(Sgd.of(0.5).momentum(0.9)).seed(3));
    try (Trainer trainer = Trainer.of(model, config.with(settings), engine)) {
      return trainer.fit(
          data,
          fit -> {
            fit.batchSize(10).verbosity(Verbosity.SILENT);
            options.accept(fit);
          });
    }
  }

  private static void assertRefused(Runnable call, ErrorCode code, String... parts) {
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(call::run)
        .satisfies(e -> assertThat(e.code()).isEqualTo(code))
        .satisfies(e -> assertThat(e.getMessage()).contains(parts));
  }

  private static void heads(TrainingConfig.Builder config) {
    OutputObjective objective = OutputObjective.of(Losses.sparseCategoricalCrossentropy());
    config
        .output("colour", objective.metrics(Metrics.accuracy()))
        .output("camera", objective.metrics(Metrics.accuracy()).weight(0.5));
  }

  @Test
  void aNumberOfEachImageIsLearned() {
    Dataset bright =
        Datasets.map(
            COLOURS,
            Target.numbers(1),
            sample ->
                sample.withValue(
                    Sample.TARGET, HostArray.wrap(Shape.of(1), sample.label() == 0 ? 2 : -1)));
    History history =
        fit(
            regression(),
            bright,
            config -> config.loss(Losses.meanSquaredError()),
            fit -> fit.epochs(30).validation(bright));
    assertThat(history.last("loss")).isLessThan(0.1);
    assertThat(history.last("val_loss")).isLessThan(0.1);
  }

  @Test
  void aClassIndexOfAnotherKindIsLearnedBesideTheClass() {
    Dataset data =
        Datasets.map(COLOURS, twoTargets(), sample -> twice(sample, (sample.label() + 1) % 4));
    History history = fit(twoHeads(), data, TargetsTest::heads, fit -> fit.epochs(20));
    assertThat(history.last("camera_accuracy")).isEqualTo(1);
    assertThat(history.keys())
        .contains("loss", "colour_loss", "camera_loss", "colour_accuracy", "camera_accuracy");
  }

  @Test
  void softLabelsAreProbabilitiesOfTheClasses() {
    Dataset soft =
        Datasets.map(
            COLOURS,
            Target.softLabel(),
            sample ->
                sample.withValue(Sample.TARGET, HostArray.wrap(Shape.of(3), .5f, .25f, .25f)));
    History history =
        fit(
            classifier(),
            soft,
            config -> config.loss(Losses.categoricalCrossentropy()),
            fit -> fit.epochs(30));
    double entropy = 0.5 * Math.log(2) + 0.5 * Math.log(4);
    assertThat(history.last("loss")).isBetween(entropy - 1e-5, entropy + 0.02);
  }

  @Test
  void classesOfWeightZeroAreNotLearned() {
    History history =
        fit(
            classifier(),
            COLOURS,
            config ->
                config
                    .loss(Losses.categoricalCrossentropy())
                    .metrics(Metrics.accuracy(), Metrics.weighted(Metrics.accuracy())),
            fit ->
                fit.epochs(25)
                    .classWeights(ClassWeights.of(Map.of("red", 0.0, "green", 3.0)))
                    .validation(COLOURS));
    assertThat(history.last("weighted_accuracy")).isEqualTo(1);
    assertThat(history.last("accuracy")).isLessThan(0.8);
    assertThat(history.last("val_weighted_accuracy"))
        .as("class weights are those of training")
        .isLessThan(0.8);
  }

  @Test
  void balancedWeightsMakeARareClassCountAsMuchAsOthers() {
    Dataset rare = Datasets.filter(SmallImages.colours(60), i -> i % 3 != 0 || i < 6);
    double[] weights = ClassWeights.balanced().of(rare);
    assertThat(weights).containsExactly(42 / 6.0, 42 / 60.0, 42 / 60.0);
    Dataset none = Datasets.filter(COLOURS, i -> i % 3 != 0);
    assertRefused(() -> ClassWeights.balanced().of(none), ErrorCode.EMPTY_DATASET, "The class red");
  }

  @Test
  void weightsOfClassesThatAreNotThereAreRefused() {
    assertRefused(
        () -> ClassWeights.of(Map.of("gren", 2.0)).of(COLOURS),
        ErrorCode.INVALID_TRAINING_SETTING,
        "\"gren\"",
        "green");
    assertRefused(
        () -> ClassWeights.of(Map.of("red", -1.0)), ErrorCode.INVALID_TRAINING_SETTING, "-1.0");
    assertRefused(
        () -> ClassWeights.balanced().of(Datasets.multiLabel(COLOURS)),
        ErrorCode.INVALID_TRAINING_SETTING,
        "any number of classes");
  }

  @Test
  void oneLossForSeveralOutputsIsRefused() {
    assertRefused(
        () ->
            fit(
                twoHeads(),
                COLOURS,
                config -> config.loss(Losses.categoricalCrossentropy()),
                fit -> {}),
        ErrorCode.INVALID_TRAINING_SETTING,
        "colour, camera",
        "config.output");
  }

  @Test
  void anOutputThatTheModelDoesNotHaveIsNamedWithTheNearest() {
    OutputObjective objective = OutputObjective.of(Losses.sparseCategoricalCrossentropy());
    assertRefused(
        () -> fit(twoHeads(), COLOURS, config -> config.output("color", objective), fit -> {}),
        ErrorCode.INVALID_TRAINING_SETTING,
        "\"color\"",
        "colour");
  }

  @Test
  void aTargetThatTheDataDoesNotHaveIsNamed() {
    Dataset one =
        Datasets.map(
            COLOURS, Target.several(Map.of("colour", Target.classIndex())), sample -> sample);
    assertRefused(
        () -> fit(twoHeads(), one, TargetsTest::heads, fit -> {}),
        ErrorCode.INVALID_TRAINING_SETTING,
        "\"camera\"");
  }

  @Test
  void aValueThatASampleLacksIsNamedWithTheSample() {
    Dataset without = Datasets.map(COLOURS, twoTargets(), sample -> sample);
    assertRefused(
        () -> fit(twoHeads(), without, TargetsTest::heads, fit -> fit.shuffle(false)),
        ErrorCode.INVALID_ARGUMENT,
        "Sample 0 of \"colours\" has no value \"camera\"");
    Dataset noPlace =
        Datasets.map(
            COLOURS, twoTargets(), sample -> sample.withValue("camera", HostArray.scalar(1)));
    assertRefused(
        () -> fit(twoHeads(), noPlace, TargetsTest::heads, fit -> fit.shuffle(false)),
        ErrorCode.INVALID_ARGUMENT,
        "no value \"place\", which the model takes in addition to the image");
  }

  @Test
  void aValueOfAnotherShapeOrOutOfRangeIsRefused() {
    Dataset tooMany = Datasets.map(COLOURS, twoTargets(), sample -> twice(sample, 4));
    assertRefused(
        () -> fit(twoHeads(), tooMany, TargetsTest::heads, fit -> {}),
        ErrorCode.LABEL_OUT_OF_RANGE,
        "the class index 4 as \"camera\"");
    Dataset wide =
        Datasets.map(COLOURS, twoTargets(), sample -> twice(sample, 1).withValue("place", ONE));
    assertRefused(
        () -> fit(twoHeads(), wide, TargetsTest::heads, fit -> {}),
        ErrorCode.SHAPE_MISMATCH,
        "\"place\"",
        "(2,)");
    Dataset wrong =
        Datasets.map(
            COLOURS,
            Target.numbers(1),
            sample -> sample.withValue(Sample.TARGET, HostArray.wrap(Shape.of(2), 1, 2)));
    assertRefused(
        () -> fit(regression(), wrong, config -> config.loss(Losses.meanSquaredError()), fit -> {}),
        ErrorCode.SHAPE_MISMATCH,
        "float32(2,)",
        "float32(1,)");
  }

  @Test
  void targetsOtherThanClassesCannotBeMixed() {
    BatchAugmentation mixing = (batch, random) -> batch;
    Dataset data = Datasets.map(COLOURS, twoTargets(), sample -> twice(sample, 1));
    assertRefused(
        () -> fit(twoHeads(), data, TargetsTest::heads, fit -> fit.batchAugmentations(mixing)),
        ErrorCode.INVALID_TRAINING_SETTING,
        "Batch augmentations mix images and their classes");
  }

  @Test
  void trainingAndValidationHaveOneKindOfTarget() {
    Dataset numbers =
        Datasets.map(COLOURS, Target.numbers(1), sample -> sample.withValue(Sample.TARGET, ONE));
    assertRefused(
        () ->
            fit(
                regression(),
                numbers,
                config -> config.loss(Losses.meanSquaredError()),
                fit -> fit.validation(COLOURS)),
        ErrorCode.INVALID_TRAINING_SETTING,
        "the validation data has one class");
  }
}
