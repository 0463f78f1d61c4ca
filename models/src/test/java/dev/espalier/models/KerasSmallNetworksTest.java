package dev.espalier.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.activation.Activation;
import dev.espalier.core.Trainer;
import dev.espalier.data.Dataset;
import dev.espalier.data.Datasets;
import dev.espalier.data.Image;
import dev.espalier.data.Sample;
import dev.espalier.engine.Device;
import dev.espalier.engine.Engine;
import dev.espalier.engine.Precision;
import dev.espalier.engine.PrecisionSupport;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.DataType;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Op;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Padding;
import dev.espalier.graph.Shape;
import dev.espalier.graph.Size2d;
import dev.espalier.graph.Tensor;
import dev.espalier.graph.Variable;
import dev.espalier.layer.ActivationLayer;
import dev.espalier.layer.Add;
import dev.espalier.layer.BatchNormalization;
import dev.espalier.layer.CallContext;
import dev.espalier.layer.ChannelSplit;
import dev.espalier.layer.Concatenate;
import dev.espalier.layer.Dense;
import dev.espalier.layer.Input;
import dev.espalier.layer.Layer;
import dev.espalier.layer.LayerNormalization;
import dev.espalier.layer.LayerOutput;
import dev.espalier.layer.Multiply;
import dev.espalier.layer.Reshape;
import dev.espalier.layer.attention.ClassToken;
import dev.espalier.layer.attention.MultiHeadAttention;
import dev.espalier.layer.attention.PositionEmbedding;
import dev.espalier.layer.attention.SelectPosition;
import dev.espalier.layer.convolution.Conv2D;
import dev.espalier.layer.convolution.Conv2DTranspose;
import dev.espalier.layer.pooling.GlobalAveragePooling1D;
import dev.espalier.layer.pooling.GlobalAveragePooling2D;
import dev.espalier.layer.preprocessing.Rescaling;
import dev.espalier.loss.Losses;
import dev.espalier.model.Model;
import dev.espalier.model.WeightTransfer;
import dev.espalier.model.Weights;
import dev.espalier.optimizer.Sgd;
import dev.espalier.testkit.golden.GoldenNumbers;
import dev.espalier.training.History;
import dev.espalier.training.TrainingConfig;
import dev.espalier.training.Verbosity;
import dev.espalier.weights.keras.KerasLegacyHdf5;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Vision transformers, a ResNeXt block, decoders and gates, all small, against Keras 3.15.1 on each
 * engine: the outputs before and after five steps of training and the loss of each. The numbers are
 * from {@code src/test/python/make_small_networks.py}.
 */
@Tag("native")
@ParameterizedClass
@EnumSource(TestedEngine.class)
record KerasSmallNetworksTest(TestedEngine tested) {
  private static final int STEPS = 5;
  private static final int BATCH = 4;
  private static final int SIDE = 8;
  private static final int CLASSES = 3;

  private static final TrainingConfig CONFIG =
      TrainingConfig.of(
          settings ->
              settings
                  .device("cpu")
                  .optimizer(Sgd.of(0.05).momentum(0.9))
                  .loss(Losses.categoricalCrossentropy()));

  private static Engine engine;

  @BeforeParameterizedClassInvocation
  static void open(TestedEngine tested) {
    engine = tested.open();
  }

  @AfterParameterizedClassInvocation
  static void close() {
    engine.close();
  }

  /** What Keras came to. */
  private record Golden(
      List<Double> losses, List<Double> before, List<Double> after, List<Double> scale) {
    static Golden of(String file, String name) {
      try (BufferedReader reader =
          new BufferedReader(
              new InputStreamReader(
                  Objects.requireNonNull(KerasSmallNetworksTest.class.getResourceAsStream(file)),
                  StandardCharsets.UTF_8))) {
        String[] fields =
            reader
                .lines()
                .map(line -> line.split("\t"))
                .filter(line -> line[0].equals(name))
                .findFirst()
                .orElseThrow();
        return new Golden(
            numbers(fields[1]),
            numbers(fields[2]),
            numbers(fields[3]),
            fields.length > 4 ? numbers(fields[4]) : List.of());
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }

    private static List<Double> numbers(String text) {
      return Stream.of(text.split(" ")).map(Double::valueOf).toList();
    }
  }

  private static LayerOutput scaledImage(LayerOutput image) {
    return Rescaling.of(1 / 127.5).offset(-1).on(image);
  }

  private static LayerOutput head(LayerOutput x) {
    return Dense.of(CLASSES).activation(Activation.SOFTMAX).named("head").on(x);
  }

  private static Model visionTransformer() {
    LayerOutput image = Input.image(SIDE, SIDE, 3);
    LayerOutput x = Conv2D.of(8, 4).strides(4).named("patches").on(scaledImage(image));
    x = ClassToken.create().named("class_token").on(Reshape.of(4, 8).on(x));
    x = PositionEmbedding.create().named("positions").on(x);
    for (String block : List.of("block1", "block2")) {
      LayerOutput y = LayerNormalization.create().named(block + "_norm1").on(x);
      y = MultiHeadAttention.of(2, 4).named(block + "_attention").on(y);
      x = Add.create().on(x, y);
      y = LayerNormalization.create().named(block + "_norm2").on(x);
      y = Dense.of(16).activation(Activation.GELU).named(block + "_mlp1").on(y);
      y = Dense.of(8).named(block + "_mlp2").on(y);
      x = Add.create().on(x, y);
    }
    x = LayerNormalization.create().named("norm").on(x);
    return Model.of(image, head(SelectPosition.of(0).on(x)));
  }

  private static LayerOutput normalized(LayerOutput x, String name) {
    return BatchNormalization.create().momentum(0.9).named(name).on(x);
  }

  private static LayerOutput relu(LayerOutput x) {
    return ActivationLayer.of(Activation.RELU).on(x);
  }

  private static Model resNext() {
    LayerOutput image = Input.image(SIDE, SIDE, 3);
    Conv2D plain = Conv2D.of(8, 3).padding(Padding.SAME).useBias(false);
    LayerOutput x = plain.named("stem").on(scaledImage(image));
    x = relu(normalized(x, "stem_bn"));
    LayerOutput y = plain.kernelSize(Size2d.square(1)).named("reduce").on(x);
    y = relu(normalized(y, "reduce_bn"));
    y = plain.strides(2).groups(4).named("groups").on(y);
    y = relu(normalized(y, "groups_bn"));
    y = Conv2D.of(16, 1).useBias(false).named("expand").on(y);
    y = normalized(y, "expand_bn");
    x = Conv2D.of(16, 1).strides(2).useBias(false).named("shortcut").on(x);
    x = normalized(x, "shortcut_bn");
    x = GlobalAveragePooling2D.create().on(relu(Add.create().on(x, y)));
    return Model.of(image, head(x));
  }

  private static Model decoder() {
    LayerOutput image = Input.image(SIDE, SIDE, 3);
    LayerOutput x =
        Conv2D.of(6, 3)
            .strides(2)
            .padding(Padding.SAME)
            .activation(Activation.RELU)
            .named("down")
            .on(scaledImage(image));
    x =
        Conv2DTranspose.of(4, 3)
            .strides(2)
            .padding(Padding.SAME)
            .activation(Activation.TANH)
            .named("up1")
            .on(x);
    x = Conv2DTranspose.of(3, 2).strides(3).activation(Activation.RELU).named("up2").on(x);
    return Model.of(image, head(GlobalAveragePooling2D.create().on(x)));
  }

  /** Layers and a nested model with two outputs. */
  private static Model gated() {
    LayerOutput image = Input.image(SIDE, SIDE, 3);
    LayerOutput x =
        Conv2D.of(8, 3).strides(2).padding(Padding.SAME).named("stem").on(scaledImage(image));
    List<LayerOutput> halves = ChannelSplit.of(2).named("split").outputsOn(x);
    LayerOutput gate = ActivationLayer.of(Activation.SIGMOID).on(halves.get(1));
    x = Multiply.create().on(halves.get(0), gate);
    LayerOutput inner = Input.image(4, 4, 4);
    List<LayerOutput> sections = ChannelSplit.of(2).named("halves").outputsOn(inner);
    LayerOutput first =
        Conv2D.of(4, 1).activation(Activation.TANH).named("first").on(sections.get(0));
    Model towers = Model.of(List.of(inner), List.of(sections.get(1), first)).withName("towers");
    List<LayerOutput> both = towers.outputsOn(x);
    x = Concatenate.create().on(both.get(1), both.get(0));
    x =
        Conv2DTranspose.of(4, 3)
            .strides(3)
            .outputPadding(1)
            .padding(Padding.SAME)
            .named("up1")
            .on(x);
    x =
        Conv2DTranspose.of(4, 2)
            .strides(2)
            .outputPadding(1)
            .activation(Activation.RELU)
            .named("up2")
            .on(x);
    return Model.of(image, head(GlobalAveragePooling2D.create().on(x)));
  }

  /** Which patches of the size 2 are brighter than a bound, as a padding mask. */
  private record BrightPatches() implements Layer {
    @Override
    public Tensor call(CallContext context, Tensor... inputs) {
      Ops ops = context.ops();
      Tensor grey = ops.mean(inputs[0], -1);
      Tensor pixels = ops.reshape(grey, Shape.of(grey.shape().size(0), SIDE, SIDE, 1));
      Size2d two = Size2d.square(2);
      Tensor patches = ops.averagePool2d(pixels, two, two, Padding.VALID);
      Tensor bright = ops.compare(Op.Comparison.GREATER, patches, ops.constant(120.3));
      return ops.reshape(ops.cast(bright, DataType.INT32), Shape.of(grey.shape().size(0), 16));
    }
  }

  private static Model maskedTransformer() {
    LayerOutput image = Input.image(SIDE, SIDE, 3);
    LayerOutput x = Conv2D.of(8, 2).strides(2).named("patches").on(scaledImage(image));
    x = PositionEmbedding.create().named("positions").on(Reshape.of(16, 8).on(x));
    MultiHeadAttention attention = MultiHeadAttention.of(2, 4);
    LayerOutput y = attention.useCausalMask(true).named("causal").on(x);
    x = LayerNormalization.create().named("norm1").on(Add.create().on(x, y));
    LayerOutput mask = new BrightPatches().on(image);
    y = attention.attentionMask(true).named("masked").on(x, mask);
    x = LayerNormalization.create().named("norm2").on(Add.create().on(x, y));
    return Model.of(image, head(GlobalAveragePooling1D.create().on(x)));
  }

  private static HostArray initial(Variable variable) {
    // Keras names the variables of a nested model as if they stood beside it.
    String name = variable.name().replaceFirst("^towers/", "");
    Shape shape = variable.shape();
    double[] uniform = GoldenNumbers.uniform(name, Math.toIntExact(shape.elementCount()));
    boolean factor = name.endsWith("/gamma") || name.endsWith("/moving_variance");
    double scale = factor ? 0.2 : shape.rank() > 1 && !name.endsWith("/bias") ? 0.5 : 0.1;
    float[] values = new float[uniform.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) ((factor ? 1 : 0) + scale * (2 * uniform[i] - 1));
    }
    return HostArray.wrap(shape, values);
  }

  private static List<Image> images(int step) {
    List<Image> images = new ArrayList<>();
    for (int n = 0; n < BATCH; n++) {
      byte[] pixels = new byte[SIDE * SIDE * 3];
      for (int p = 0; p < pixels.length; p++) {
        pixels[p] = (byte) (((BATCH * step + n) * 37 + p * 11 + n * p * 5) % 256);
      }
      images.add(Image.wrap(SIDE, SIDE, 3, pixels));
    }
    return images;
  }

  private static Dataset batch(int step) {
    List<Image> images = images(step);
    List<Sample> samples =
        IntStream.range(0, BATCH)
            .mapToObj(n -> new Sample(images.get(n), (BATCH * step + n) % CLASSES))
            .toList();
    return Datasets.of("numbers", List.of("a", "b", "c"), samples);
  }

  private static void assertOutputs(
      Trainer trainer, List<Double> expected, String when, double tolerance) {
    HostArray outputs = trainer.predict(images(0)).scores();
    assertThat(outputs.elementCount()).isEqualTo(expected.size());
    for (int i = 0; i < expected.size(); i++) {
      assertThat(outputs.at(i))
          .as("output %s %s", i, when)
          .isCloseTo(expected.get(i), within(tolerance));
    }
  }

  private static void assertAsKeras(String name, Model model) {
    assertAsKeras(Golden.of("keras_small_networks.tsv", name), model, CONFIG, 1e-5);
  }

  private static void assertAsKeras(
      Golden golden, Model model, TrainingConfig config, double tolerance) {
    Map<String, HostArray> values = new LinkedHashMap<>();
    model.variables().forEach(variable -> values.put(variable.name(), initial(variable)));
    try (Trainer trainer = Trainer.of(model.withWeights(Weights.of(values)), config, engine)) {
      assertOutputs(trainer, golden.before(), "before training", tolerance);
      for (int step = 0; step < STEPS; step++) {
        History history =
            trainer.fit(
                batch(step),
                fit -> fit.epochs(1).batchSize(BATCH).shuffle(false).verbosity(Verbosity.SILENT));
        assertThat(history.last("loss"))
            .as("loss of step %s", step)
            .isCloseTo(golden.losses().get(step), within(tolerance));
      }
      assertOutputs(trainer, golden.after(), "after training", tolerance);
      if (!golden.scale().isEmpty()) {
        assertThat(trainer.optimizerSlots().get("loss_scaling/scale").item())
            .isEqualTo(golden.scale().get(0));
      }
    }
  }

  /**
   * Keras' policies mixed_bfloat16 and mixed_float16. Where a number is rounded differs: Keras
   * rounds what each layer gives, and its means, in 16 bits.
   */
  @ParameterizedTest
  @CsvSource({"BFLOAT16, 0.03", "FLOAT16, 0.003"})
  void mixedPrecisionComesNearKerasNumbersOrIsRefused(Precision precision, double tolerance) {
    TrainingConfig config = CONFIG.with(settings -> settings.precision(precision));
    DataType type = Objects.requireNonNull(precision.type());
    if (engine.precision(type, Device.cpu()).level() == PrecisionSupport.Level.UNSUPPORTED) {
      assertThatExceptionOfType(EspalierException.class)
          .isThrownBy(() -> Trainer.of(gated(), config, engine))
          .withMessageContaining(engine.precision(type, Device.cpu()).reason());
      return;
    }
    String policy = "mixed_" + type.name().toLowerCase(Locale.ROOT) + "/";
    Map<String, Model> models =
        Map.of("vision-transformer", visionTransformer(), "resnext", resNext(), "gated", gated());
    models.forEach(
        (name, model) ->
            assertAsKeras(
                Golden.of("keras_mixed_precision.tsv", policy + name), model, config, tolerance));
  }

  @Test
  void visionTransformerGivesKerasNumbers() {
    assertAsKeras("vision-transformer", visionTransformer());
  }

  /** Keras' attention has layers inside, so its arrays are found by their path and in order. */
  @Test
  void visionTransformerTakesTheWeightsOfAFileOfKeras() throws URISyntaxException {
    Weights trained =
        KerasLegacyHdf5.load(
            Path.of(
                Objects.requireNonNull(
                        KerasSmallNetworksTest.class.getResource("keras_transformer.h5"))
                    .toURI()));
    for (WeightTransfer transfer :
        List.of(
            WeightTransfer.byName(visionTransformer(), trained),
            WeightTransfer.inOrder(visionTransformer(), trained))) {
      assertThat(transfer.missing()).isEmpty();
      try (Trainer trainer = Trainer.of(transfer.model(), CONFIG, engine)) {
        Golden golden = Golden.of("keras_small_networks.tsv", "vision-transformer");
        assertOutputs(trainer, golden.after(), "of Keras' file", 1e-5);
      }
    }
  }

  @Test
  void resNextGivesKerasNumbers() {
    assertAsKeras("resnext", resNext());
  }

  @Test
  void layersWithSeveralOutputsGiveKerasNumbers() {
    assertAsKeras("gated", gated());
  }

  @Test
  void maskedAttentionGivesKerasNumbers() {
    assertAsKeras("masked-transformer", maskedTransformer());
  }

  @Test
  void transposedConvolutionsGiveKerasNumbers() {
    assertAsKeras("decoder", decoder());
  }
}
