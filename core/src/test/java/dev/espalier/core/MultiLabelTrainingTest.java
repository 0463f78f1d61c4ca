package dev.espalier.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.activation.Activation;
import dev.espalier.callback.Callback;
import dev.espalier.data.BatchAugmentation;
import dev.espalier.data.Dataset;
import dev.espalier.data.Datasets;
import dev.espalier.data.ImageBatch;
import dev.espalier.data.Sample;
import dev.espalier.engine.Engine;
import dev.espalier.engine.EngineOptions;
import dev.espalier.engine.tensorflow.TensorFlowEngineProvider;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.loss.Loss;
import dev.espalier.loss.Losses;
import dev.espalier.metric.Evaluation;
import dev.espalier.metric.Metric;
import dev.espalier.metric.Metrics;
import dev.espalier.model.Model;
import dev.espalier.model.Weights;
import dev.espalier.optimizer.Sgd;
import dev.espalier.training.EvaluationOptions;
import dev.espalier.training.FitOptions;
import dev.espalier.training.History;
import dev.espalier.training.TrainingConfig;
import dev.espalier.training.Verbosity;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Samples with several classes or none, from the data set to the answer. */
@Tag("native")
class MultiLabelTrainingTest {
  private static final TrainingConfig CONFIG =
      TrainingConfig.of(
          config ->
              config
                  .optimizer(Sgd.of(0.3).momentum(0.9))
                  .loss(Losses.binaryCrossentropy())
                  .metrics(Metrics.binaryAccuracy())
                  .seed(1));
  private static final Dataset LIGHTS = SmallImages.lights(64);
  private static final Dataset COLOURS = SmallImages.colours(24);

  private static Engine engine;

  @BeforeAll
  static void open() {
    engine = new TensorFlowEngineProvider().open(new EngineOptions(2, Map.of()));
  }

  @AfterAll
  static void close() {
    engine.close();
  }

  private static Model network() {
    return SmallImages.network(Activation.SIGMOID);
  }

  private static FitOptions quiet(Consumer<FitOptions.Builder> settings) {
    return FitOptions.of(
        fit -> {
          fit.batchSize(16).verbosity(Verbosity.SILENT);
          settings.accept(fit);
        });
  }

  private static final EvaluationOptions QUIET =
      EvaluationOptions.of(options -> options.batchSize(7).verbosity(Verbosity.SILENT));

  @Test
  void aSmallModelLearnsWhichClassesAreThere() {
    Dataset test = SmallImages.lights(40);
    try (Trainer trainer = Trainer.of(network(), CONFIG, engine)) {
      History history = trainer.fit(LIGHTS, quiet(fit -> fit.epochs(20).validation(test)));
      assertThat(history.last("val_binary_accuracy")).isGreaterThan(0.97);

      Evaluation logs = trainer.evaluate(test, QUIET);
      assertThat(logs.get("loss")).isCloseTo(history.last("val_loss"), Offset.offset(1e-6));
      assertThat(logs.get("binary_accuracy"))
          .isCloseTo(history.last("val_binary_accuracy"), Offset.offset(1e-6));

      Predictions predictions = trainer.predict(test, QUIET);
      double right = 0;
      for (int i = 0; i < test.size(); i++) {
        List<Integer> labels = test.labels(i);
        List<Integer> answer =
            predictions.above(i, 0.5).stream().map(Predictions.ClassScore::label).toList();
        right +=
            IntStream.range(0, 3).filter(k -> labels.contains(k) == answer.contains(k)).count();
      }
      assertThat(right / (3 * test.size()))
          .isCloseTo(logs.get("binary_accuracy"), Offset.offset(1e-6));
    }
  }

  @Test
  void lossAndAccuracyAreThoseOfEveryClassOfEverySample() {
    try (Trainer trainer = Trainer.of(network(), CONFIG, engine)) {
      Predictions predictions = trainer.predict(LIGHTS, QUIET);
      double loss = 0;
      double right = 0;
      for (int i = 0; i < LIGHTS.size(); i++) {
        float[] row = predictions.row(i);
        for (int k = 0; k < 3; k++) {
          boolean there = LIGHTS.labels(i).contains(k);
          loss -= Math.log(there ? row[k] : 1 - row[k]);
          right += there == row[k] > 0.5 ? 1 : 0;
        }
      }
      Evaluation logs = trainer.evaluate(LIGHTS, QUIET);
      assertThat(logs.get("loss")).isCloseTo(loss / (3 * 64), Offset.offset(1e-5));
      assertThat(logs.get("binary_accuracy")).isCloseTo(right / (3 * 64), Offset.offset(1e-6));
    }
  }

  @Test
  void oneSeedGivesTheSameBitsWhateverTheWorkersMixedOrNot() {
    BatchAugmentation mixing =
        (batch, random) -> {
          float[] kept = new float[batch.images().size()];
          Arrays.fill(kept, random.nextFloat());
          int[] partners = random.permutation(kept.length);
          return new ImageBatch(batch.images(), batch.labels().mixed(kept, partners));
        };
    Weights plain = trained(1);
    assertThat(trained(3).differences(plain)).isEmpty();
    assertThat(trained(1, (batch, random) -> batch).differences(plain)).isEmpty();
    Weights mixed = trained(1, mixing);
    assertThat(mixed.differences(plain)).isNotEmpty();
    assertThat(trained(3, mixing).differences(mixed)).isEmpty();
  }

  private static Weights trained(int workers, BatchAugmentation... mixing) {
    try (Trainer trainer = Trainer.of(network(), CONFIG, engine)) {
      trainer.fit(LIGHTS, quiet(fit -> fit.epochs(2).workers(workers).batchAugmentations(mixing)));
      return trainer.weights();
    }
  }

  @Test
  void singleLabelDataCanBeTrainedAsMultiLabel() {
    try (Trainer trainer = Trainer.of(network(), CONFIG, engine)) {
      History history =
          trainer.fit(
              Datasets.multiLabel(COLOURS),
              quiet(fit -> fit.epochs(20).validation(Datasets.multiLabel(COLOURS))));
      assertThat(history.last("val_binary_accuracy")).isGreaterThan(0.95);
    }
  }

  @Test
  void softmaxLossesAreRefusedWithTheOneToUse() {
    for (Loss loss :
        List.of(Losses.categoricalCrossentropy(), Losses.sparseCategoricalCrossentropy())) {
      assertRefused(
          network(),
          CONFIG.with(config -> config.loss(loss)),
          LIGHTS,
          "The loss "
              + loss.name()
              + " expects exactly one class per sample, but \"lights\" is multi-label: a"
              + " sample may have several, or none. Use binary-crossentropy,"
              + " Losses.binaryCrossentropy(), and a sigmoid at the end of the model. [ESP-401]");
    }
  }

  @Test
  void metricsOfOneClassAreRefusedWithTheOneToUse() {
    for (Metric metric : List.of(Metrics.accuracy(), Metrics.topKAccuracy(2), Metrics.f1Score())) {
      assertRefused(
          network(),
          CONFIG.with(config -> config.metrics(Metrics.binaryAccuracy(), metric)),
          LIGHTS,
          "The metric "
              + metric.name()
              + " expects exactly one class per sample, but \"lights\" is multi-label: a"
              + " sample may have several, or none. Use one that decides on each class"
              + " separately: binary-accuracy, Metrics.binaryAccuracy(), or precision, recall or"
              + " an F-score with a threshold. [ESP-401]");
    }
  }

  @Test
  void aModelThatEndsInASoftmaxIsRefused() {
    for (Activation activation : List.of(Activation.SOFTMAX, Activation.LOG_SOFTMAX)) {
      assertRefused(
          SmallImages.network(activation),
          CONFIG,
          LIGHTS,
          "The model \"sequential\" ends in a softmax, whose outputs add up to 1, but"
              + " \"lights\" is multi-label: a sample may have several, or none. End it with a"
              + " sigmoid, which decides on each class separately. [ESP-401]");
    }
    Model logits = SmallImages.network(Activation.LINEAR);
    Loss ofLogits = Losses.binaryCrossentropy().fromLogits(true);
    try (Trainer trainer =
        Trainer.of(logits, CONFIG.with(config -> config.loss(ofLogits)), engine)) {
      assertThat(trainer.evaluate(LIGHTS, QUIET).get("loss")).isPositive();
    }
  }

  @Test
  void anOutputForEachClassIsNeeded() {
    Dataset four =
        Datasets.of(
            "four",
            List.of("a", "b", "c", "d"),
            List.of(new Sample(LIGHTS.get(0).image(), List.of(0, 1))));
    assertRefused(
        network(),
        CONFIG,
        four,
        "The model \"sequential\" has 3 outputs for the 4 classes of \"four\", which"
            + " is multi-label. Build the model with one output per class. [ESP-401]");
  }

  @Test
  void binaryCrossentropyOfOneClassOutOfSeveralIsRefused() {
    assertRefused(
        SmallImages.network(),
        CONFIG,
        COLOURS,
        "The loss binary-crossentropy makes a decision for each of the model's 3"
            + " outputs separately, but a sample of \"colours\" has one class. Use"
            + " categorical-crossentropy with a softmax at the end of the model, or say that"
            + " the data is multi-label with Datasets.multiLabel. [ESP-401]");
  }

  @Test
  void validationDataIsOfTheSameKind() {
    try (Trainer trainer = Trainer.of(network(), CONFIG, engine)) {
      assertThatThrownBy(() -> trainer.fit(LIGHTS, quiet(fit -> fit.validation(COLOURS))))
          .hasMessage(
              "Only one of training and validation data is multi-label: \"lights\". Convert"
                  + " the other one: Datasets.multiLabel makes single-label data multi-label."
                  + " [ESP-401]");
    }
  }

  private static void assertRefused(
      Model model, TrainingConfig config, Dataset dataset, String message) {
    try (Trainer trainer = Trainer.of(model, config, engine)) {
      List<String> hooks = new ArrayList<>();
      Callback counting =
          new Callback() {
            @Override
            public void onTrainBegin(TrainBegin event) {
              hooks.add("train begin");
            }
          };
      assertThatThrownBy(() -> trainer.fit(dataset, quiet(fit -> fit.callbacks(counting))))
          .isInstanceOfSatisfying(
              EspalierException.class,
              e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_TRAINING_SETTING))
          .hasMessage(message);
      assertThat(hooks).isEmpty();
      assertThatThrownBy(() -> trainer.evaluate(dataset, QUIET)).hasMessage(message);
      assertThat(trainer.predict(dataset, QUIET).size()).isEqualTo(dataset.size());
    }
  }
}
