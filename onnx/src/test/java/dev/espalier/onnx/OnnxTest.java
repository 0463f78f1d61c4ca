package dev.espalier.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnxruntime.platform.Fp16Conversions;
import dev.espalier.activation.Activation;
import dev.espalier.core.EspalierVersion;
import dev.espalier.data.CroppedResizing;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Program;
import dev.espalier.graph.Shape;
import dev.espalier.graph.Tensor;
import dev.espalier.graph.TensorType;
import dev.espalier.graph.Variable;
import dev.espalier.layer.Concatenate;
import dev.espalier.layer.Dense;
import dev.espalier.layer.Input;
import dev.espalier.layer.LayerOutput;
import dev.espalier.layer.pooling.GlobalAveragePooling2D;
import dev.espalier.model.InferenceSettings;
import dev.espalier.model.Model;
import dev.espalier.testkit.golden.GoldenNumbers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a file says about itself, and what is refused. */
@Tag("native")
class OnnxTest {
  @TempDir Path folder;

  private static Model complete(Model model) {
    return model.withWeights(GoldenNumbers.weights(model));
  }

  private static Model small(Activation activation) {
    LayerOutput image = Input.image(8, 6, 3);
    LayerOutput mean = GlobalAveragePooling2D.create().named("mean").on(image);
    return Model.of(image, Dense.of(2).activation(activation).named("predictions").on(mean))
        .withName("small");
  }

  private RuntimeFile exported(Model model, OnnxOptions options) throws IOException {
    Path file = folder.resolve("new/model.onnx");
    Onnx.write(model, file, options);
    return RuntimeFile.of(Files.readAllBytes(file));
  }

  @Test
  void describesTheModelInTheMetadata() throws IOException {
    Model model =
        complete(small(Activation.SOFTMAX))
            .withClassNames(List.of("cat", "d\"og"))
            .withInferenceSettings(InferenceSettings.defaults().withTemperature(1.5));
    OnnxOptions options = OnnxOptions.defaults().metadata(Map.of("data", "pets"));
    try (RuntimeFile file = exported(model, options)) {
      assertThat(file.metadata())
          .containsExactly(
              Map.entry("channels", "rgb"),
              Map.entry("class_names", "[\"cat\",\"d\\\"og\"]"),
              Map.entry("data", "pets"),
              Map.entry("espalier_version", EspalierVersion.current()),
              Map.entry("image_size", "8x6"),
              Map.entry("multi_label", "false"),
              Map.entry("name", "small"),
              Map.entry("resizing", "bilinear, half-pixel centers, no antialiasing"),
              Map.entry("temperature", "1.5"),
              Map.entry("threshold", "0.5"),
              Map.entry("unknown_below", "0.0"));
      assertThat(file.inputs().toString())
          .contains("name=image", "UINT8", "shape=[-1, 8, 6, 3]", "dimNames=[batch,");
    }
  }

  @Test
  void theMetadataSayHowImagesAreBroughtToTheInput() throws IOException {
    Model model =
        complete(small(Activation.SOFTMAX))
            .withInferenceSettings(
                InferenceSettings.defaults().withResizing(CroppedResizing.of("bicubic 0.5")));
    try (RuntimeFile file = exported(model, OnnxOptions.defaults())) {
      assertThat(file.metadata())
          .containsEntry(
              "resizing", "covering 16x12 pixels, bicubic, center 8x6, with antialiasing");
    }
  }

  @Test
  void callsAModelWithSigmoidsMultiLabel() throws IOException {
    try (RuntimeFile file = exported(complete(small(Activation.SIGMOID)), OnnxOptions.defaults())) {
      assertThat(file.metadata()).containsEntry("multi_label", "true");
    }
  }

  @Test
  void exportsSeveralInputsAndOutputsByName() throws IOException {
    LayerOutput image = Input.image(8, 8, 3);
    LayerOutput size = Input.named("size", 1);
    LayerOutput mean = GlobalAveragePooling2D.create().named("mean").on(image);
    LayerOutput both = Concatenate.create().named("both").on(mean, size);
    Model model =
        Model.of(
            List.of(image, size),
            List.of(Dense.of(2).named("kind").on(both), Dense.of(1).named("age").on(both)));
    HostArray images = GoldenNumbers.images("golden/8", 2, 8, 8);
    HostArray sizes = HostArray.wrap(Shape.of(2, 1), 1, 2);
    try (RuntimeFile file = exported(complete(model), OnnxOptions.defaults())) {
      Map<String, HostArray> outputs = file.run(Map.of("image", images, "input/size", sizes));
      assertThat(outputs.keySet()).containsExactlyInAnyOrder("output/kind", "output/age");
      assertThat(outputs.get("output/kind")).extracting(HostArray::shape).isEqualTo(Shape.of(2, 2));
    }
  }

  @Test
  void keepsTheOldFileIfAVariableHasNoValue() throws IOException {
    Path file = folder.resolve("model.onnx");
    Files.writeString(file, "old");
    assertThatThrownBy(() -> Onnx.write(small(Activation.SOFTMAX), file))
        .isInstanceOfSatisfying(
            EspalierException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.MISSING_WEIGHTS));
    assertThat(file).hasContent("old");
  }

  @Test
  void refusesMoreThanTwoGigabytes() {
    Ops ops = new Ops();
    TensorType type = TensorType.float32(4096, 4096);
    Tensor sum = ops.input("x", TensorType.float32(4096, 4096));
    for (int i = 0; i < 33; i++) {
      Variable variable =
          new Variable(
              "kernel" + i,
              type,
              Variable.Role.WEIGHT,
              true,
              (dataType, shape, random) -> HostArray.filled(type, 0));
      sum = ops.matMul(sum, ops.read(variable));
    }
    Program program =
        new Program("huge", ops.toGraph(), List.of(new Program.Output("y", sum)), List.of());
    HostArray kernel = HostArray.filled(type, 0);
    assertThatThrownBy(() -> OnnxProgram.of(program, variable -> kernel))
        .isInstanceOfSatisfying(
            EspalierException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.NOT_EXPORTABLE);
              assertThat(e.problem())
                  .matches(
                      "The ONNX file would have 22\\d+ bytes; the format allows 2147483647\\.");
            });
  }

  @Test
  void roundsToHalfPrecisionAsOnnxRuntimeDoes() {
    for (int bits = 0; bits < 0x477fe000; bits += 0x3ff1) {
      float value = Float.intBitsToFloat(bits);
      assertThat(StoredTensor.half(value)).isEqualTo(Fp16Conversions.floatToFp16(value));
      assertThat(StoredTensor.half(-value)).isEqualTo(Fp16Conversions.floatToFp16(-value));
    }
  }
}
