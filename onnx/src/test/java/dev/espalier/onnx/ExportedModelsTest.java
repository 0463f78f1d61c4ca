package dev.espalier.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.activation.Activation;
import dev.espalier.core.InferenceProgram;
import dev.espalier.data.Image;
import dev.espalier.data.ImageResizing;
import dev.espalier.engine.Engine;
import dev.espalier.engine.EngineOptions;
import dev.espalier.engine.tensorflow.TensorFlowEngineProvider;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Op;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Padding;
import dev.espalier.graph.Shape;
import dev.espalier.graph.Size2d;
import dev.espalier.graph.Tensor;
import dev.espalier.initializer.Initializers;
import dev.espalier.layer.CallContext;
import dev.espalier.layer.Dense;
import dev.espalier.layer.Input;
import dev.espalier.layer.Layer;
import dev.espalier.layer.preprocessing.Rescaling;
import dev.espalier.model.Model;
import dev.espalier.model.Sequential;
import dev.espalier.models.EfficientNet;
import dev.espalier.models.EfficientNetV2;
import dev.espalier.models.convnext.ConvNeXt;
import dev.espalier.models.mobilenet.MobileNetV3;
import dev.espalier.models.resnet.ResNet;
import dev.espalier.testkit.golden.GoldenNumbers;
import dev.espalier.testkit.golden.SharedData;
import dev.espalier.testkit.model.ExportedModel;
import dev.espalier.weights.keras.KerasLegacyHdf5;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Exported models give in ONNX Runtime what they give in an engine of Espalier. */
@Tag("native")
class ExportedModelsTest {
  private static Engine engine;

  @TempDir Path folder;

  @BeforeAll
  static void open() {
    engine = new TensorFlowEngineProvider().open(EngineOptions.defaults());
  }

  @AfterAll
  static void close() {
    engine.close();
  }

  /** Uses a convolution twice, once with a bias, and reduces one axis of images after the other. */
  record Columns() implements Layer {
    @Override
    public Tensor call(CallContext context, Tensor... inputs) {
      Ops ops = context.ops();
      Size2d one = Size2d.square(1);
      Tensor kernel = context.weight("kernel", Shape.of(3, 3, 3, 4), Initializers.glorotUniform());
      Tensor bias = context.weight("bias", Shape.of(4), Initializers.ones());
      Tensor images = ops.conv2d(inputs[0], kernel, one, Padding.SAME, one);
      Tensor product = ops.multiply(ops.add(images, bias), images);
      Tensor columns = ops.reduce(Op.Reduction.MEAN, product, false, 2);
      return ops.reduce(Op.Reduction.MAX, columns, false, 1);
    }
  }

  @Test
  void theOrderOfAxesAndTheUsesOfAConvolutionAreKept() throws IOException {
    Model model =
        Sequential.of(Input.image(16, 12, 3), Rescaling.of(1 / 255.0), new Columns(), Dense.of(3));
    Model complete = model.withWeights(GoldenNumbers.weights(model));
    HostArray images = GoldenNumbers.images("golden/16", 2, 16, 12);
    HostArray expected = run(complete, images);
    byte[] exported = export(complete, OnnxOptions.defaults());
    assertThat(ExportedModel.difference(run(exported, images), expected)).isLessThan(1e-4);
  }

  static Stream<Arguments> models() {
    Activation none = Activation.LINEAR;
    return Stream.of(
        Arguments.of(
            EfficientNet.b0().imageSize(64).classes(100).classifierActivation(none).build(), 1),
        Arguments.of(EfficientNet.lite0().imageSize(64).classes(10).build(), 1),
        Arguments.of(
            ResNet.resnet18().imageSize(32).classes(10).classifierActivation(none).build(), 1),
        Arguments.of(
            MobileNetV3.small().imageSize(32).classes(10).classifierActivation(none).build(), 1),
        Arguments.of(
            ConvNeXt.custom(List.of(1, 1, 2, 1), 8)
                .imageSize(32)
                .classes(10)
                .classifierActivation(none)
                .build(),
            // Normalizations and dense layers work along the last axis.
            25),
        Arguments.of(
            ExportedModel.withUnknownLayer(),
            // The attention has the channels as the rows of an image.
            3));
  }

  @ParameterizedTest
  @MethodSource("models")
  void logitsAreThoseOfTheEngine(Model model, int transpositions) throws IOException {
    Model complete = model.withWeights(GoldenNumbers.weights(model));
    int size = complete.input().shape().size(1);
    HostArray images = GoldenNumbers.images("golden/" + size, 2, size, size);
    HostArray expected = run(complete, images);
    byte[] exported = export(complete, OnnxOptions.defaults());
    assertThat(ExportedModel.difference(run(exported, images), expected)).isLessThan(1e-4);
    List<String> operations = ExportedFile.operations(exported);
    assertThat(operations).doesNotContain("BatchNormalization").startsWith("Transpose");
    assertThat(operations.stream().filter("Transpose"::equals)).hasSize(transpositions);
  }

  @Test
  void takesFloatsWithTheChannelsFirst() throws IOException {
    Model model = narrow();
    HostArray images = GoldenNumbers.images("golden/64", 3, 64, 64);
    byte[] exported = export(model, OnnxOptions.defaults().input(OnnxInput.FLOAT));
    float[] floats = new float[images.elementCount()];
    int pixels = 64 * 64;
    for (int i = 0; i < floats.length; i++) {
      int image = i / (3 * pixels);
      int channel = i / pixels % 3;
      floats[i] = (float) images.at((image * pixels + i % pixels) * 3 + channel);
    }
    HostArray fed = HostArray.wrap(Shape.of(3, 3, 64, 64), floats);
    assertThat(ExportedModel.difference(run(exported, fed), run(model, images))).isLessThan(1e-4);
    assertThat(ExportedFile.operations(exported)).doesNotContain("Transpose");
  }

  @Test
  void halvesTheFileWithWeightsInHalfPrecision() throws IOException {
    Model model = narrow();
    HostArray images = GoldenNumbers.images("golden/64", 1, 64, 64);
    byte[] whole = export(model, OnnxOptions.defaults());
    byte[] half = export(model, OnnxOptions.defaults().weights(OnnxWeights.FLOAT16));
    assertThat(half.length).isLessThan((int) (0.7 * whole.length));
    assertThat(ExportedModel.difference(run(half, images), run(whole, images)))
        .isBetween(1e-6, 1e-2);
  }

  @Test
  void findsTheSameClassesOnAPhoto() throws IOException {
    Path weights = SharedData.path("data/efficientnetv2-b0_notop.h5");
    BufferedImage photo = ImageIO.read(SharedData.path("data/photos/djl_kitten.jpg").toFile());
    Model base =
        EfficientNetV2.b0()
            .imageSize(128)
            .includeTop(false)
            .weights(KerasLegacyHdf5.load(weights))
            .build();
    Model untrained =
        EfficientNetV2.b0()
            .imageSize(128)
            .classes(100)
            .classifierActivation(Activation.LINEAR)
            .build();
    Model model =
        untrained
            .withMatchingWeights(GoldenNumbers.weights(untrained))
            .withMatchingWeights(base.weights());
    HostArray batch = pixels(photo, 128);
    HostArray expected = run(model, batch);
    HostArray logits = run(export(model, OnnxOptions.defaults()), batch);
    assertThat(ExportedModel.difference(logits, expected)).isLessThan(1e-4);
    assertThat(largest(logits)).isEqualTo(largest(expected)).hasSize(5);
  }

  private static HostArray pixels(BufferedImage photo, int size) {
    byte[] rgb = new byte[photo.getWidth() * photo.getHeight() * 3];
    for (int i = 0; i < rgb.length; i++) {
      int pixel = i / 3;
      int color = photo.getRGB(pixel % photo.getWidth(), pixel / photo.getWidth());
      rgb[i] = (byte) (color >> (16 - 8 * (i % 3)));
    }
    Image image = Image.wrap(photo.getHeight(), photo.getWidth(), 3, rgb);
    Image resized = ImageResizing.bilinear(image, size, size);
    byte[] pixels = new byte[size * size * 3];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) resized.at(i / 3 / size, i / 3 % size, i % 3);
    }
    return HostArray.wrapBytes(Shape.of(1, size, size, 3), pixels);
  }

  private static List<Integer> largest(HostArray logits) {
    return IntStream.range(0, logits.elementCount())
        .boxed()
        .sorted(Comparator.comparingDouble(i -> -logits.at(i)))
        .limit(5)
        .toList();
  }

  private static Model narrow() {
    Model model = EfficientNet.custom(0.25, 0.25).imageSize(64).classes(10).build();
    return model.withWeights(GoldenNumbers.weights(model));
  }

  private byte[] export(Model model, OnnxOptions options) throws IOException {
    Path file = folder.resolve("model.onnx");
    Onnx.write(model, file, options);
    return Files.readAllBytes(file);
  }

  private static HostArray run(byte[] exported, HostArray images) {
    try (RuntimeFile file = RuntimeFile.of(exported)) {
      return Objects.requireNonNull(file.run(Map.of("image", images)).get("output"));
    }
  }

  private static HostArray run(Model model, HostArray images) {
    return Objects.requireNonNull(
        ExportedModel.run(
                engine,
                InferenceProgram.of(model),
                model.weights(),
                Map.of(InferenceProgram.IMAGE, images))
            .get("output"));
  }
}
