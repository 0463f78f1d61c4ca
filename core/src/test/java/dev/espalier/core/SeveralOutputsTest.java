package dev.espalier.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.espalier.activation.Activation;
import dev.espalier.callback.Callback;
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
import dev.espalier.layer.ChannelSplit;
import dev.espalier.layer.Dense;
import dev.espalier.layer.Input;
import dev.espalier.layer.Layer;
import dev.espalier.layer.LayerOutput;
import dev.espalier.layer.convolution.Conv2D;
import dev.espalier.layer.pooling.GlobalAveragePooling2D;
import dev.espalier.layer.preprocessing.Rescaling;
import dev.espalier.loss.Losses;
import dev.espalier.model.Model;
import dev.espalier.optimizer.Sgd;
import dev.espalier.training.EvaluationOptions;
import dev.espalier.training.History;
import dev.espalier.training.OutputObjective;
import dev.espalier.training.TrainingConfig;
import dev.espalier.training.Verbosity;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models with several outputs, and layers with several, from training to predictions. */
@Tag("native")
class SeveralOutputsTest {
  private static final Dataset COLOURS = SmallImages.colours(12);
  private static final EvaluationOptions QUIET =
      EvaluationOptions.of(options -> options.batchSize(5).verbosity(Verbosity.SILENT));

  private static Engine engine;

  @BeforeAll
  static void open() {
    engine = new TensorFlowEngineProvider().open(new EngineOptions(2, Map.of()));
  }

  @AfterAll
  static void close() {
    engine.close();
  }

  private static LayerOutput pooled(LayerOutput x) {
    return GlobalAveragePooling2D.create().on(x);
  }

  /** A model whose two outputs are those of one layer. */
  private static Model halves() {
    LayerOutput image = Input.image(8, 8, 3);
    LayerOutput x = Dense.of(4).named("both").on(pooled(Rescaling.of(1 / 255.0).on(image)));
    return Model.of(List.of(image), ChannelSplit.of(2).named("split").outputsOn(x));
  }

  /** A model with classes and a map of them. */
  private static Model classesAndMap() {
    LayerOutput image = Input.image(8, 8, 3);
    LayerOutput map = Conv2D.of(3, 4).strides(4).named("map").on(Rescaling.of(1 / 255.0).on(image));
    LayerOutput classes =
        Dense.of(3).activation(Activation.SOFTMAX).named("colour").on(pooled(map));
    return Model.of(List.of(image), List.of(classes, map));
  }

  private static Trainer trainer(Model model) {
    OutputObjective objective = OutputObjective.of(Losses.meanSquaredError());
    return Trainer.of(
        model,
        TrainingConfig.of(
            config ->
                config
                    .optimizer(Sgd.of(0.1))
                    .output("split:0", objective)
                    .output("split:1", objective)
                    .seed(3)),
        engine);
  }

  private static Trainer predicting(Model model) {
    return Trainer.of(model, TrainingConfig.of(config -> config.seed(3)), engine);
  }

  private static Dataset twoTargets() {
    Map<String, Target> targets = new LinkedHashMap<>();
    targets.put("split:0", Target.numbers(2));
    targets.put("split:1", Target.numbers(2));
    return Datasets.map(
        COLOURS,
        Target.several(targets),
        sample ->
            sample
                .withValue("split:0", HostArray.wrap(Shape.of(2), sample.label(), 1))
                .withValue("split:1", HostArray.wrap(Shape.of(2), -1, -sample.label())));
  }

  private static void assertRefused(Runnable call, ErrorCode code, String message) {
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(call::run)
        .satisfies(e -> assertThat(e.code()).isEqualTo(code))
        .withMessageStartingWith(message);
  }

  @Test
  void outputsOfOneLayerAreTrainedSavedAndReadByTheirNames(@TempDir Path folder) {
    Path file = folder.resolve("halves.safetensors");
    Predictions before;
    try (Trainer trainer = trainer(halves())) {
      History history =
          trainer.fit(twoTargets(), fit -> fit.epochs(20).batchSize(4).verbosity(Verbosity.SILENT));
      assertThat(history.keys()).contains("split:0_loss", "split:1_loss");
      assertThat(history.last("split:0_loss")).isLessThan(history.values("split:0_loss").get(0));
      before = trainer.predict(COLOURS, QUIET);
      ModelFile.save(file, trainer.model());
    }
    Model read = ModelFile.read(file, PluginRegistry.builder().build()).model();

    assertThat(read.summary()).contains("[(None, 2), (None,");
    try (Trainer trainer = predicting(read)) {
      assertThat(trainer.predict(COLOURS, QUIET)).isEqualTo(before);
      assertThat(before.outputs().keySet()).containsExactly("split:0", "split:1");
      assertThat(trainer.featurize(COLOURS, "split:1", QUIET))
          .isEqualTo(before.outputs().get("split:1"));
      HostArray both = trainer.featurize(COLOURS, "both", QUIET);
      HostArray second = before.outputs().get("split:1");
      for (int row = 0; row < 12; row++) {
        assertThat(second.at(2 * row)).isEqualTo(both.at(4 * row + 2));
        assertThat(second.at(2 * row + 1)).isEqualTo(both.at(4 * row + 3));
      }
    }
  }

  @Test
  void featuresOfALayerWithSeveralOutputsNeedTheNameOfOne() {
    try (Trainer trainer = predicting(halves())) {
      assertRefused(
          () -> trainer.featurize(COLOURS, "split", QUIET),
          ErrorCode.INVALID_MODEL,
          "The layer \"split\" has several outputs: [split:0 float32(None, 2), split:1"
              + " float32(None, 2)]. Name one of them, such as \"split:0\".");
      assertRefused(
          () -> trainer.featurize(COLOURS, "split:2", QUIET),
          ErrorCode.UNKNOWN_LAYER,
          "There is no layer named \"split:2\". Known names, nearest first: split:0, split:1,");
      assertRefused(
          () -> trainer.featurize(COLOURS, QUIET),
          ErrorCode.INVALID_MODEL,
          "The model \"functional\" has 2 outputs.");
    }
  }

  @Test
  void predictionsHaveEachOutputByItsName() {
    try (Trainer trainer = predicting(classesAndMap())) {
      Predictions predictions = trainer.predict(COLOURS, QUIET);

      assertThat(predictions.size()).isEqualTo(12);
      assertThat(predictions.outputs().keySet()).containsExactly("colour", "map");
      assertThat(predictions.outputs().get("map").shape()).isEqualTo(Shape.of(12, 2, 2, 3));
      assertThat(predictions.outputs().get("map"))
          .isEqualTo(trainer.featurize(COLOURS, "map", QUIET));
      Predictions colours = predictions.output("colour");
      assertThat(colours.scores()).isEqualTo(predictions.outputs().get("colour"));
      assertThat(colours.classNames()).isEqualTo(COLOURS.classNames());
      assertThat(colours.topK(3, 3)).hasSize(3);
      assertThat(predictions.withClassNames(List.of("x", "y", "z")).output("colour").classNames())
          .containsExactly("x", "y", "z");
      assertRefused(
          () -> predictions.topK(0, 1),
          ErrorCode.INVALID_MODEL,
          "The model has the outputs colour, map. Choose one by its name:"
              + " predictions.output(\"name\").");
      assertRefused(
          () -> predictions.output("color"),
          ErrorCode.UNKNOWN_NAME,
          "There is no output named \"color\". Known names, nearest first: colour, map.");
      assertRefused(
          () -> predictions.output("map"),
          ErrorCode.SHAPE_MISMATCH,
          "The output \"map\" gives (2, 2, 3) for a sample, not a score for each class. Take its"
              + " values from outputs().");
    }
  }

  @Test
  void aCallbackPredictsEachOutputByItsName() {
    List<Map<String, HostArray>> predicted = new ArrayList<>();
    Callback asking =
        new Callback() {
          @Override
          public void onEpochEnd(EpochEnd event) {
            predicted.add(event.control().predictOutputs(COLOURS));
            assertRefused(
                () -> event.control().predict(COLOURS),
                ErrorCode.INVALID_MODEL,
                "The model \"functional\" has 2 outputs.");
          }
        };
    try (Trainer asked = trainer(halves());
        Trainer alone = trainer(halves())) {
      Map<String, HostArray> untrained = asked.predict(COLOURS, QUIET).outputs();
      for (Trainer trainer : List.of(asked, alone)) {
        Callback[] callbacks = trainer == asked ? new Callback[] {asking} : new Callback[0];
        trainer.fit(
            twoTargets(),
            fit -> fit.epochs(2).batchSize(4).callbacks(callbacks).verbosity(Verbosity.SILENT));
      }
      assertThat(predicted).hasSize(2).doesNotHaveDuplicates().doesNotContain(untrained);
      assertThat(predicted.get(1)).isEqualTo(asked.predict(COLOURS, QUIET).outputs());
      assertThat(predicted.get(1).keySet()).containsExactly("split:0", "split:1");
      assertThat(asked.weights()).isEqualTo(alone.weights());
    }
  }

  @Test
  void anOnlyOutputHasItsNameToo() {
    try (Trainer trainer = predicting(SmallImages.network())) {
      Predictions predictions = trainer.predict(List.of(COLOURS.get(0).image()), QUIET);
      String name = trainer.model().output().outputName();
      assertThat(predictions.outputs()).containsExactly(Map.entry(name, predictions.scores()));
      assertThat(predictions.output(name)).isEqualTo(predictions);
    }
  }

  @Test
  void twoOutputsOfOneNameAreRefused() {
    LayerOutput image = Input.image(8, 8, 3);
    Layer head = Dense.of(3).named("head");
    LayerOutput first = head.on(pooled(image));
    Model model = Model.of(List.of(image), List.of(first, head.on(first)));
    try (Trainer trainer = predicting(model)) {
      assertRefused(
          () -> trainer.predict(COLOURS, QUIET),
          ErrorCode.INVALID_MODEL,
          "Two outputs of the model \"functional\" have the name \"head\".");
    }
  }

  @Test
  void aSampleOfTheDataNeedsNoTarget() {
    Dataset plain = Datasets.of("plain", List.of(), List.of(new Sample(COLOURS.get(0).image(), 0)));
    try (Trainer trainer = predicting(halves())) {
      assertThat(trainer.predict(plain, QUIET).size()).isEqualTo(1);
    }
  }
}
