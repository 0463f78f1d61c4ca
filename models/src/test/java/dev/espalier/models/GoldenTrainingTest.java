package dev.espalier.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.activation.Activation;
import dev.espalier.core.Trainer;
import dev.espalier.data.Dataset;
import dev.espalier.data.Datasets;
import dev.espalier.data.Image;
import dev.espalier.data.Sample;
import dev.espalier.engine.Engine;
import dev.espalier.graph.HostArray;
import dev.espalier.loss.Losses;
import dev.espalier.metric.Metrics;
import dev.espalier.model.Graft;
import dev.espalier.model.Model;
import dev.espalier.model.Weights;
import dev.espalier.optimizer.Adam;
import dev.espalier.optimizer.AdamW;
import dev.espalier.optimizer.GradientClipping;
import dev.espalier.optimizer.RmsProp;
import dev.espalier.optimizer.Sgd;
import dev.espalier.testkit.golden.GoldenNumbers;
import dev.espalier.testkit.golden.GoldenTraining;
import dev.espalier.training.History;
import dev.espalier.training.TrainingConfig;
import dev.espalier.training.Verbosity;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Compares single training steps with Keras: losses, predictions and every variable. Differences
 * found are near 1e-6, for the slowest variables 5e-6; the golden numbers' own tolerance is wider.
 */
@Tag("native")
@ParameterizedClass
@EnumSource(TestedEngine.class)
record GoldenTrainingTest(TestedEngine tested) {
  private static final Sgd NESTEROV = Sgd.of(0.02).momentum(0.1).nesterov();

  private static Engine engine;

  @BeforeParameterizedClassInvocation
  static void open(TestedEngine tested) {
    engine = tested.open();
  }

  @AfterParameterizedClassInvocation
  static void close() {
    engine.close();
  }

  private static Dataset batch(int step) {
    HostArray images = GoldenTraining.images(step);
    HostArray labels = GoldenTraining.labels(step);
    List<String> names = new ArrayList<>();
    List<Sample> samples = new ArrayList<>();
    for (int i = 0; i < GoldenTraining.CLASSES; i++) {
      names.add("class " + i);
    }
    for (int i = 0; i < GoldenTraining.BATCH; i++) {
      HostArray row = images.rows(i, i + 1);
      byte[] pixels = new byte[row.elementCount()];
      row.bytes().get(pixels);
      Image image = Image.wrap(GoldenTraining.SIZE, GoldenTraining.SIZE, 3, pixels);
      samples.add(new Sample(image, (int) labels.at(i)));
    }
    return Datasets.of("golden", names, samples);
  }

  private static EfficientNetBuilder b0() {
    return EfficientNet.b0()
        .imageSize(GoldenTraining.SIZE)
        .classes(GoldenTraining.CLASSES)
        .dropoutRate(0)
        .dropConnectRate(0);
  }

  private static Trainer trainer(Model model) {
    return Trainer.of(
        model,
        TrainingConfig.of(
            config ->
                config
                    .device("cpu")
                    .optimizer(NESTEROV)
                    .loss(Losses.categoricalCrossentropy())
                    .metrics(Metrics.accuracy())),
        engine);
  }

  private static History step(Trainer trainer, int step) {
    return trainer.fit(
        batch(step),
        fit ->
            fit.epochs(1)
                .batchSize(GoldenTraining.BATCH)
                .shuffle(false)
                .verbosity(Verbosity.SILENT));
  }

  private static void assertSteps(Trainer trainer, GoldenTraining golden) {
    for (int k = 0; k < golden.steps().size(); k++) {
      History history = step(trainer, k);
      GoldenTraining.Step expected = golden.steps().get(k);
      assertThat(history.last("loss"))
          .as("loss of step %s", k)
          .isEqualTo(expected.loss(), within(1e-4));
      assertThat(history.last("accuracy"))
          .as("accuracy of step %s", k)
          .isEqualTo(expected.accuracy(), within(1e-6));
    }
  }

  private static void assertPredictions(Trainer trainer, List<Double> expected) {
    HostArray scores =
        trainer.predict(batch(0), options -> options.verbosity(Verbosity.SILENT)).scores();
    double largest = 0;
    for (int i = 0; i < expected.size(); i++) {
      largest = Math.max(largest, Math.abs(scores.at(i) - expected.get(i)));
    }
    assertThat(largest).as("difference of predictions").isLessThanOrEqualTo(1e-4);
  }

  private static void assertSums(Weights weights, GoldenTraining golden) {
    assertThat(weights.names()).containsExactlyInAnyOrderElementsOf(golden.sumsAfter().keySet());
    for (String name : weights.names()) {
      HostArray array = weights.get(name);
      GoldenTraining.Sums expected = golden.sumsAfter().get(name);
      double sum = 0;
      double squares = 0;
      for (int i = 0; i < array.elementCount(); i++) {
        sum += array.at(i);
        squares += array.at(i) * array.at(i);
      }
      // A sum of n numbers with both signs is as uncertain as the root of n of their squares.
      double scale = Math.sqrt(array.elementCount() * expected.sumOfSquares());
      double difference = Math.abs(sum - expected.sum()) / Math.max(scale, 1e-12);
      double differenceSquares =
          Math.abs(squares - expected.sumOfSquares()) / Math.max(expected.sumOfSquares(), 1e-12);
      assertThat(difference).as("sum of %s", name).isLessThanOrEqualTo(1e-4);
      assertThat(differenceSquares).as("squares of %s", name).isLessThanOrEqualTo(1e-4);
    }
  }

  @Test
  void trainingFromScratchMovesEveryVariableAsKerasDoes() {
    GoldenTraining golden = GoldenTraining.read("scratch");
    Model model = b0().build();
    try (Trainer trainer = trainer(model.withWeights(GoldenNumbers.weights(model)))) {
      assertPredictions(trainer, golden.predictionsBefore());
      assertSteps(trainer, golden);
      assertPredictions(trainer, golden.predictionsAfter());
      assertSums(trainer.weights(), golden);
    }
  }

  @Test
  void theTutorialsTwoPhasesMoveEveryVariableAsKerasDoes() {
    GoldenTraining frozen = GoldenTraining.read("fine_tune/frozen");
    GoldenTraining unfrozen = GoldenTraining.read("fine_tune/unfrozen");
    Model base = b0().includeTop(false).build();
    Model model =
        Graft.onto(base.withWeights(GoldenNumbers.weights(base)))
            .frozen()
            .globalAveragePooling()
            .batchNormalization()
            .named("head_bn")
            .dense(GoldenTraining.CLASSES, Activation.SOFTMAX)
            .named("pred")
            .build();
    try (Trainer trainer = trainer(model.withWeights(GoldenNumbers.weights(model)))) {
      assertSteps(trainer, frozen);
      assertPredictions(trainer, frozen.predictionsAfter());
      assertSums(trainer.weights(), frozen);
      trainer.changeModel(trained -> Graft.unfreezeAllButBatchNorms(trained, base));
      trainer.changeOptimizer(Sgd.of(0.0005));
      assertSteps(trainer, unfrozen);
      assertPredictions(trainer, unfrozen.predictionsAfter());
      assertSums(trainer.weights(), unfrozen);
    }
  }

  /** The settings that the golden losses were made with; others are Keras' defaults. */
  private static Map<String, Consumer<TrainingConfig.Builder>> optimizers() {
    return Map.of(
        "adam", config -> config.optimizer(Adam.of(0.001)),
        "adamw", config -> config.optimizer(AdamW.of(0.001)),
        "rmsprop", config -> config.optimizer(RmsProp.of(0.001).momentum(0.9).epsilon(1e-3)),
        "sgd_clipnorm",
            config ->
                config
                    .optimizer(Sgd.of(0.02).momentum(0.9))
                    .gradientClipping(GradientClipping.byGlobalNorm(1)));
  }

  /** Small differences grow from step to step. */
  @Tag("slow")
  @Test
  void otherOptimizersReachTheLossesOfKeras() {
    Model built = b0().build();
    Model model = built.withWeights(GoldenNumbers.weights(built));
    optimizers()
        .forEach(
            (name, optimizer) -> {
              GoldenTraining golden = GoldenTraining.read(name);
              TrainingConfig config =
                  TrainingConfig.of(
                      settings ->
                          optimizer.accept(
                              settings
                                  .device("cpu")
                                  .loss(Losses.categoricalCrossentropy().labelSmoothing(0.1))
                                  .metrics(Metrics.accuracy())));
              try (Trainer trainer = Trainer.of(model, config, engine)) {
                for (int k = 0; k < golden.steps().size(); k++) {
                  History history = step(trainer, k);
                  GoldenTraining.Step expected = golden.steps().get(k);
                  assertThat(history.last("loss"))
                      .as("loss of step %s of %s", k, name)
                      .isEqualTo(expected.loss(), within(k < 3 ? 1e-4 : 1e-2));
                  assertThat(history.last("accuracy"))
                      .as("accuracy of step %s of %s", k, name)
                      .isEqualTo(expected.accuracy(), within(1e-6));
                }
              }
            });
  }
}
