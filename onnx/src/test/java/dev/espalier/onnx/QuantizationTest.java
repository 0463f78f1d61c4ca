package dev.espalier.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.offset;

import dev.espalier.activation.Activation;
import dev.espalier.data.CroppedResizing;
import dev.espalier.data.Image;
import dev.espalier.engine.Engine;
import dev.espalier.engine.EngineOptions;
import dev.espalier.engine.tensorflow.TensorFlowEngineProvider;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Padding;
import dev.espalier.graph.Shape;
import dev.espalier.layer.Dense;
import dev.espalier.layer.Input;
import dev.espalier.layer.convolution.Conv2D;
import dev.espalier.layer.pooling.GlobalAveragePooling2D;
import dev.espalier.layer.preprocessing.Rescaling;
import dev.espalier.model.InferenceSettings;
import dev.espalier.model.Model;
import dev.espalier.model.Sequential;
import dev.espalier.model.Weights;
import dev.espalier.models.EfficientNet;
import dev.espalier.models.resnet.ResNet;
import dev.espalier.testkit.golden.GoldenNumbers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Tag("native")
class QuantizationTest {
  private static final int SIZE = 32;
  private static final int SAMPLES = 8;
  private static Engine engine;

  @TempDir private Path folder;

  @BeforeAll
  static void open() {
    engine = new TensorFlowEngineProvider().open(EngineOptions.defaults());
  }

  @AfterAll
  static void close() {
    engine.close();
  }

  static Stream<Model> models() {
    Activation none = Activation.LINEAR;
    return Stream.of(
        Sequential.of(
            Input.image(32, 32, 3),
            Rescaling.of(1 / 255.0),
            Conv2D.of(8, 3).padding(Padding.SAME).activation(Activation.RELU6).named("conv"),
            GlobalAveragePooling2D.create(),
            Dense.of(10).named("scores")),
        EfficientNet.custom(0.25, 0.25)
            .imageSize(SIZE)
            .classes(10)
            .classifierActivation(none)
            .build(),
        ResNet.resnet18().imageSize(SIZE).classes(10).classifierActivation(none).build());
  }

  private static HostArray batch() {
    return GoldenNumbers.images("golden/quantization", SAMPLES, SIZE, SIZE);
  }

  private static Stream<Image> images() {
    HostArray batch = batch();
    return IntStream.range(0, SAMPLES)
        .mapToObj(
            i -> {
              byte[] pixels = new byte[SIZE * SIZE * 3];
              batch.rows(i, i + 1).bytes().get(pixels);
              return Image.wrap(SIZE, SIZE, 3, pixels);
            });
  }

  private byte[] export(Model model, OnnxOptions options) throws IOException {
    Path file = folder.resolve("model.onnx");
    Onnx.write(model, file, options);
    return Files.readAllBytes(file);
  }

  private static float[] run(byte[] exported, HostArray images) {
    try (RuntimeFile file = RuntimeFile.of(exported)) {
      return Objects.requireNonNull(file.run(Map.of("image", images)).get("output")).toFloats();
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void integersGiveNearlyTheSameLogitsInAQuarterOfTheSize(Model untrained) throws IOException {
    Model model = untrained.withWeights(GoldenNumbers.weights(untrained));
    byte[] floats = export(model, OnnxOptions.defaults());
    Quantization ranges = Quantization.calibrate(model, images(), engine);
    byte[] integers = export(model, OnnxOptions.defaults().quantization(ranges));

    if (floats.length > 100_000) {
      assertThat(integers.length).isLessThan((int) (0.45 * floats.length));
    }
    List<String> operations = ExportedFile.operations(integers);
    long products =
        operations.stream().filter(one -> one.equals("Conv") || one.equals("MatMul")).count();
    assertThat(Collections.frequency(operations, "DequantizeLinear"))
        .as("weights and inputs of %s products", products)
        .isGreaterThanOrEqualTo((int) (2 * products));
    assertThat(operations).contains("QuantizeLinear");
    float[] expected = run(floats, batch());
    float[] actual = run(integers, batch());
    assertThat(correlation(actual, expected)).isGreaterThan(0.99);
  }

  private static double correlation(float[] one, float[] other) {
    double meanOfOne = mean(one);
    double meanOfOther = mean(other);
    double product = 0;
    double squareOfOne = 0;
    double squareOfOther = 0;
    for (int i = 0; i < one.length; i++) {
      product += (one[i] - meanOfOne) * (other[i] - meanOfOther);
      squareOfOne += Math.pow(one[i] - meanOfOne, 2);
      squareOfOther += Math.pow(other[i] - meanOfOther, 2);
    }
    return product / Math.sqrt(squareOfOne * squareOfOther);
  }

  private static double mean(float[] values) {
    return IntStream.range(0, values.length).mapToDouble(i -> values[i]).average().orElseThrow();
  }

  /** Scores whose weights differ by a factor of a thousand. */
  private static Model means() {
    return Sequential.of(
            Input.image(4, 4, 3),
            Rescaling.of(1 / 255.0),
            GlobalAveragePooling2D.create(),
            Dense.of(2).named("scores"))
        .withWeights(
            Weights.of(
                Map.of(
                    "scores/kernel",
                    HostArray.wrap(Shape.of(3, 2), 1, 0.001f, 0.5f, 0, 0, 0.0005f),
                    "scores/bias",
                    HostArray.wrap(Shape.of(2), 0, 0))));
  }

  private static Image colour(int red, int green, int blue) {
    byte[] pixels = new byte[4 * 4 * 3];
    for (int i = 0; i < pixels.length; i += 3) {
      pixels[i] = (byte) red;
      pixels[i + 1] = (byte) green;
      pixels[i + 2] = (byte) blue;
    }
    return Image.wrap(4, 4, 3, pixels);
  }

  /** The border is white, the center black: whoever crops sees no white. */
  @Test
  void imagesForTheRangesAreBroughtToTheInputAsTheModelDoes() throws IOException {
    byte[] pixels = new byte[16 * 16 * 3];
    for (int i = 0; i < pixels.length; i++) {
      int row = i / (16 * 3);
      int column = i / 3 % 16;
      boolean center = Math.min(row, column) > 1 && Math.max(row, column) < 14;
      pixels[i] = (byte) (center ? 0 : 255);
    }
    Image framed = Image.wrap(16, 16, 3, pixels);
    Model cropping =
        means()
            .withInferenceSettings(
                InferenceSettings.defaults().withResizing(CroppedResizing.of("bilinear 0.5")));
    byte[] black =
        export(
            cropping,
            OnnxOptions.defaults()
                .quantization(
                    Quantization.calibrate(cropping, Stream.of(colour(0, 0, 0)), engine)));
    assertThat(
            export(
                cropping,
                OnnxOptions.defaults()
                    .quantization(Quantization.calibrate(cropping, Stream.of(framed), engine))))
        .isEqualTo(black);
    Quantization whole = Quantization.calibrate(means(), Stream.of(framed), engine);
    assertThat(export(cropping, OnnxOptions.defaults().quantization(whole))).isNotEqualTo(black);
  }

  @Test
  void eachOutputChannelHasAScaleOfItsOwn() throws IOException {
    Quantization ranges =
        Quantization.calibrate(means(), Stream.of(colour(0, 0, 0), colour(255, 255, 255)), engine);
    byte[] integers = export(means(), OnnxOptions.defaults().quantization(ranges));
    Image image = colour(100, 200, 50);
    byte[] pixels = new byte[4 * 4 * 3];
    image.copyTo(pixels, 0);
    float[] scores = run(integers, HostArray.wrapBytes(Shape.of(1, 4, 4, 3), pixels));
    assertThat(scores[0]).isEqualTo((100 + 0.5f * 200) / 255f, offset(0.01f));
    assertThat(1000 * scores[1]).isEqualTo((100 + 0.5f * 50) / 255f, offset(0.01f));
  }

  @Test
  void zeroHasACodeAndTheRangeHasAllOthers() {
    assertThat(new Quantization.Range(0, 6).zeroPoint()).isZero();
    assertThat(new Quantization.Range(-1, 3).zeroPoint()).isEqualTo(64);
    assertThat(new Quantization.Range(-5, 0).zeroPoint()).isEqualTo(255);
    assertThat(new Quantization.Range(0, 0).zeroPoint()).isZero();
    assertThat(new Quantization.Range(-1, 3).scale()).isEqualTo(4 / 255f);
    assertThat(new Quantization.Range(0, 0).scale()).isEqualTo(1);
  }

  @Test
  void whatCannotBeCalibratedIsRefused() {
    Model model = means();
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> Quantization.calibrate(model, Stream.of(), engine))
        .matches(e -> e.code() == ErrorCode.INVALID_ARGUMENT)
        .withMessageContaining("There are no images to calibrate the model");
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(
            () ->
                Quantization.calibrate(model, Stream.of(Image.wrap(1, 1, 1, new byte[1])), engine))
        .matches(e -> e.code() == ErrorCode.INVALID_IMAGE);
    Quantization ranges = Quantization.calibrate(model, Stream.of(colour(1, 2, 3)), engine);
    Model other = Sequential.of(Input.image(4, 4, 3), GlobalAveragePooling2D.create(), Dense.of(2));
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(
            () ->
                export(
                    other.withWeights(GoldenNumbers.weights(other)),
                    OnnxOptions.defaults().quantization(ranges)))
        .withMessageContaining("The quantization was made for another model.");
  }
}
