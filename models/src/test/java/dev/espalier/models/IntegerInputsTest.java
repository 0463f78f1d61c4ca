package dev.espalier.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.activation.Activation;
import dev.espalier.core.ModelFile;
import dev.espalier.core.PluginRegistry;
import dev.espalier.core.Trainer;
import dev.espalier.data.Dataset;
import dev.espalier.data.Datasets;
import dev.espalier.data.Image;
import dev.espalier.data.Sample;
import dev.espalier.engine.Engine;
import dev.espalier.graph.DataType;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Op;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Shape;
import dev.espalier.graph.Tensor;
import dev.espalier.layer.CallContext;
import dev.espalier.layer.Concatenate;
import dev.espalier.layer.Dense;
import dev.espalier.layer.Embedding;
import dev.espalier.layer.Input;
import dev.espalier.layer.Layer;
import dev.espalier.layer.LayerOutput;
import dev.espalier.layer.pooling.GlobalAveragePooling1D;
import dev.espalier.layer.pooling.GlobalAveragePooling2D;
import dev.espalier.loss.Losses;
import dev.espalier.model.Model;
import dev.espalier.optimizer.Sgd;
import dev.espalier.training.EvaluationOptions;
import dev.espalier.training.History;
import dev.espalier.training.TrainingConfig;
import dev.espalier.training.Verbosity;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Inputs of indices beside the images, on each engine. */
@Tag("native")
@ParameterizedClass
@EnumSource(TestedEngine.class)
record IntegerInputsTest(TestedEngine tested) {
  private static final int LARGE = (1 << 24) + 1; // the first that float32 does not have
  private static final EvaluationOptions QUIET =
      EvaluationOptions.of(options -> options.verbosity(Verbosity.SILENT));

  private static Engine engine;

  @BeforeParameterizedClassInvocation
  static void open(TestedEngine tested) {
    engine = tested.open();
  }

  @AfterParameterizedClassInvocation
  static void close() {
    engine.close();
  }

  /** 1 where an index is the given one, else 0. */
  private record IsIndex(int index) implements Layer {
    @Override
    public Tensor call(CallContext context, Tensor... inputs) {
      Ops ops = context.ops();
      Tensor known = ops.constant(HostArray.scalar(index));
      return ops.cast(ops.compare(Op.Comparison.EQUAL, inputs[0], known), DataType.FLOAT32);
    }
  }

  private static Dataset dataset(int[]... tokens) {
    Image image = Image.wrap(2, 2, 3, new byte[12]);
    List<Sample> samples =
        IntStream.range(0, tokens.length)
            .mapToObj(
                i ->
                    new Sample(image, i % 2)
                        .withValue(
                            "tokens", HostArray.wrapInts(Shape.of(tokens[i].length), tokens[i])))
            .toList();
    return Datasets.of("tokens", List.of("even", "odd"), samples);
  }

  @Test
  void largeIndicesArriveAsTheyAre() {
    LayerOutput image = Input.image(2, 2, 3);
    LayerOutput tokens = Input.named("tokens", DataType.INT32, 3);
    LayerOutput found = new IsIndex(LARGE).on(tokens);
    Model model =
        Model.of(
            List.of(image, tokens),
            List.of(Concatenate.create().on(GlobalAveragePooling2D.create().on(image), found)));
    try (Trainer trainer = Trainer.of(model, TrainingConfig.of(config -> config.seed(1)), engine)) {
      Dataset data =
          dataset(
              new int[] {LARGE - 1, LARGE, LARGE + 1},
              new int[] {LARGE, -LARGE, Integer.MAX_VALUE});
      assertThat(trainer.predict(data, QUIET).scores().toFloats())
          .containsExactly(0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0);
    }
  }

  @Test
  void anEmbeddingIsTrainedOnIndicesSavedAndRead(@TempDir Path folder) {
    LayerOutput image = Input.image(2, 2, 3);
    LayerOutput tokens = Input.named("tokens", DataType.INT32, 2);
    LayerOutput meaning =
        GlobalAveragePooling1D.create().on(Embedding.of(5, 3).named("words").on(tokens));
    LayerOutput joined =
        Concatenate.create().on(GlobalAveragePooling2D.create().on(image), meaning);
    Model model =
        Model.of(
            List.of(image, tokens), List.of(Dense.of(2).activation(Activation.SOFTMAX).on(joined)));
    Dataset data = dataset(new int[] {0, 2}, new int[] {1, 3}, new int[] {2, 4}, new int[] {3, 1});
    TrainingConfig config =
        TrainingConfig.of(
            c -> c.optimizer(Sgd.of(1)).loss(Losses.categoricalCrossentropy()).seed(5));
    Path file = folder.resolve("tokens.safetensors");
    HostArray scores;
    try (Trainer trainer = Trainer.of(model, config, engine)) {
      History history =
          trainer.fit(data, fit -> fit.epochs(30).batchSize(2).verbosity(Verbosity.SILENT));
      assertThat(history.last("loss")).isLessThan(0.2);
      scores = trainer.predict(data, QUIET).scores();
      ModelFile.save(file, trainer.model());
    }
    Model read = ModelFile.read(file, PluginRegistry.builder().build()).model();
    assertThat(read.inputs().get(1).type().dataType()).isEqualTo(DataType.INT32);
    try (Trainer trainer = Trainer.of(read, config, engine)) {
      assertThat(trainer.predict(data, QUIET).scores()).isEqualTo(scores);
      Dataset floats =
          Datasets.map(
              data,
              data.target(),
              sample -> sample.withValue("tokens", HostArray.wrap(Shape.of(2), 1, 2)));
      assertThatThrownBy(() -> trainer.predict(floats, QUIET))
          .hasMessageContaining("has float32(2,) as \"tokens\"")
          .hasMessageContaining("The input of the model takes int32(2,) for each sample.");
    }
  }
}
