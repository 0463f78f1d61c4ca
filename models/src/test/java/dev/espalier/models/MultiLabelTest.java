package dev.espalier.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.activation.Activation;
import dev.espalier.core.ModelFile;
import dev.espalier.core.PluginRegistry;
import dev.espalier.core.Predictions;
import dev.espalier.core.Predictions.ClassScore;
import dev.espalier.core.Trainer;
import dev.espalier.data.Dataset;
import dev.espalier.data.Datasets;
import dev.espalier.data.Image;
import dev.espalier.data.Sample;
import dev.espalier.engine.Engine;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Shape;
import dev.espalier.layer.BatchNormalization;
import dev.espalier.layer.Dense;
import dev.espalier.layer.Input;
import dev.espalier.layer.convolution.Conv2D;
import dev.espalier.layer.pooling.GlobalAveragePooling2D;
import dev.espalier.layer.preprocessing.Rescaling;
import dev.espalier.loss.Losses;
import dev.espalier.metric.Evaluation;
import dev.espalier.metric.Metrics;
import dev.espalier.model.Graft;
import dev.espalier.model.Model;
import dev.espalier.model.Sequential;
import dev.espalier.model.Weights;
import dev.espalier.optimizer.Sgd;
import dev.espalier.random.RandomKey;
import dev.espalier.random.RandomStream;
import dev.espalier.training.EvaluationOptions;
import dev.espalier.training.History;
import dev.espalier.training.TrainingConfig;
import dev.espalier.training.Verbosity;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Pictures with several classes or none, on every engine: a new head on a frozen base is trained,
 * measured, saved, read and asked. Only the head learns, so that rounding stays rounding.
 */
@Tag("native")
class MultiLabelTest {
  private static final int SIDE = 16;
  private static final List<String> CLASSES = List.of("red", "green", "blue");
  private static final EvaluationOptions QUIET =
      EvaluationOptions.of(options -> options.batchSize(10).verbosity(Verbosity.SILENT));

  @TempDir Path folder;

  /** Images whose bright channels are their classes. */
  private static Dataset lights(int count) {
    List<Sample> samples = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int set = i % 8;
      RandomStream random = RandomKey.ofSeed(9).with(i).stream();
      byte[] pixels = new byte[SIDE * SIDE * 3];
      for (int p = 0; p < pixels.length; p++) {
        pixels[p] = (byte) (random.nextInt(100) + (set >> p % 3 & 1) * 150);
      }
      List<Integer> labels =
          IntStream.range(0, 3).filter(k -> (set >> k & 1) == 1).boxed().toList();
      samples.add(new Sample(Image.wrap(SIDE, SIDE, 3, pixels), labels));
    }
    return Datasets.of("lights", CLASSES, samples);
  }

  private static Model model() {
    Model base =
        Sequential.of(
            Input.image(SIDE, SIDE, 3),
            Rescaling.of(1 / 255.0).named("scale"),
            Conv2D.of(12, 3).activation(Activation.SWISH).named("conv"),
            BatchNormalization.create().named("bn"));
    return Graft.onto(base).frozen().globalAveragePooling().dense(3, Activation.SIGMOID).build();
  }

  private static TrainingConfig config() {
    return TrainingConfig.of(
        config ->
            config
                .device("cpu")
                .seed(5)
                .optimizer(Sgd.of(2).momentum(0.9))
                .loss(Losses.binaryCrossentropy())
                .metrics(Metrics.binaryAccuracy()));
  }

  @ParameterizedTest
  @EnumSource(TestedEngine.class)
  void aHeadForSeveralClassesIsTrainedSavedAndAsked(TestedEngine tested) {
    Dataset test = lights(40);
    Path file = folder.resolve("lights.safetensors");
    HostArray scores;
    Evaluation logs;
    try (Engine engine = tested.open()) {
      try (Trainer trainer = Trainer.of(model(), config(), engine)) {
        History history =
            trainer.fit(
                lights(80),
                fit -> fit.batchSize(16).epochs(20).validation(test).verbosity(Verbosity.SILENT));
        assertThat(history.last("val_binary_accuracy")).isEqualTo(1.0);
        logs = trainer.evaluate(test, QUIET);
        assertThat(logs.get("loss")).isEqualTo(history.last("val_loss"), within(1e-6));
        scores = trainer.predict(test, QUIET).scores();
        ModelFile.save(file, trainer.model(), CLASSES, Map.of());
      }
      ModelFile read = ModelFile.read(file, PluginRegistry.discover());
      try (Trainer trainer = Trainer.of(read.model(), config(), engine)) {
        Predictions predictions = trainer.predict(test, QUIET).withClassNames(read.classNames());
        assertThat(predictions.scores()).isEqualTo(scores);
        assertThat(trainer.evaluate(test, QUIET).values()).isEqualTo(logs.values());
        assertThat(predictions.above(0, 0.5)).isEmpty();
        assertThat(predictions.above(6, 0.5))
            .extracting(ClassScore::className)
            .containsExactlyInAnyOrder("green", "blue");
      }
    }
  }

  /** Expected numbers were computed by Keras 3.15.1 on TensorFlow, batches of 4 and 2 in order. */
  @ParameterizedTest
  @EnumSource(TestedEngine.class)
  void trainingGivesTheNumbersOfKeras(TestedEngine tested) {
    int[][] colours = {
      {255, 0, 0}, {200, 180, 10}, {0, 90, 255}, {30, 30, 30}, {90, 240, 200}, {10, 250, 0}
    };
    List<List<Integer>> labels =
        List.of(List.of(0), List.of(0, 1), List.of(2), List.of(), List.of(1, 2), List.of(1));
    List<Sample> samples = new ArrayList<>();
    for (int i = 0; i < colours.length; i++) {
      byte[] pixel = {(byte) colours[i][0], (byte) colours[i][1], (byte) colours[i][2]};
      samples.add(new Sample(Image.wrap(1, 1, 3, pixel), labels.get(i)));
    }
    Dataset data = Datasets.of("colours", CLASSES, samples);
    Model model =
        Sequential.of(
                Input.image(1, 1, 3),
                Rescaling.of(1 / 255.0),
                GlobalAveragePooling2D.create(),
                Dense.of(3).activation(Activation.SIGMOID).named("head"))
            .withWeights(
                Weights.of(
                    Map.of(
                        "head/kernel",
                        HostArray.wrap(
                            Shape.of(3, 3), .5f, -.25f, .125f, 0, .75f, -.5f, -.125f, .25f, 1),
                        "head/bias",
                        HostArray.wrap(Shape.of(3), .1f, -.2f, .3f))));
    TrainingConfig settings =
        config()
            .with(
                config ->
                    config
                        .optimizer(Sgd.of(0.5).momentum(0.9))
                        .loss(Losses.binaryCrossentropy().labelSmoothing(0.1))
                        .metrics(Metrics.binaryAccuracy().threshold(0.6)));
    try (Engine engine = tested.open();
        Trainer trainer = Trainer.of(model, settings, engine)) {
      History history =
          trainer.fit(
              data, fit -> fit.batchSize(4).epochs(4).shuffle(false).verbosity(Verbosity.SILENT));
      assertClose(history.values("loss"), .63666677, .59725344, .54982823, .51753694);
      assertClose(history.values("binary_accuracy"), 8 / 9.0, 5 / 6.0, 7 / 9.0, 5 / 6.0);
      Evaluation logs = trainer.evaluate(data, QUIET);
      assertThat(logs.get("loss")).isEqualTo(.50314045, within(2e-6));
      assertThat(logs.get("binary_accuracy")).isEqualTo(7 / 9.0, within(1e-6));
      float[] first = trainer.predict(data, QUIET).row(0);
      assertClose(List.of((double) first[0], (double) first[1]), .48718047, .41622475);
      HostArray bias = Objects.requireNonNull(trainer.weights().get("head/bias"));
      assertClose(List.of(bias.at(0), bias.at(1), bias.at(2)), -.778885, -.156398, -.44119537);
    }
  }

  private static void assertClose(List<Double> values, double... expected) {
    assertThat(values).hasSize(expected.length);
    for (int i = 0; i < expected.length; i++) {
      assertThat(values.get(i)).as("value %d", i).isEqualTo(expected[i], within(2e-6));
    }
  }

  @ParameterizedTest
  @EnumSource(TestedEngine.class)
  void everyEngineGivesTheSameScores(TestedEngine tested) {
    HostArray expected = trained(TestedEngine.TENSORFLOW);
    HostArray scores = trained(tested);
    for (int i = 0; i < expected.elementCount(); i++) {
      assertThat(scores.at(i)).as("score %d", i).isEqualTo(expected.at(i), within(1e-5));
    }
  }

  private static HostArray trained(TestedEngine tested) {
    try (Engine engine = tested.open();
        Trainer trainer = Trainer.of(model(), config(), engine)) {
      trainer.fit(lights(80), fit -> fit.batchSize(16).epochs(3).verbosity(Verbosity.SILENT));
      return trainer.predict(lights(40), QUIET).scores();
    }
  }
}
