package dev.espalier.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.graph.HostArray;
import dev.espalier.graph.Op;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Padding;
import dev.espalier.graph.Program;
import dev.espalier.graph.Shape;
import dev.espalier.graph.Size2d;
import dev.espalier.graph.Tensor;
import dev.espalier.graph.TensorType;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("native")
class FixedBatchTest {
  private static final int HEIGHT = 2;
  private static final int WIDTH = 3;
  private static final int CHANNELS = 2;

  /** Images times the mean of each of their channels, as squeeze-and-excitation multiplies. */
  private static Program scaled(boolean factorsFirst) {
    Ops ops = new Ops();
    Shape shape = Shape.of(Shape.UNKNOWN, HEIGHT, WIDTH, CHANNELS);
    Tensor input = ops.input("x", TensorType.float32(1).withShape(shape));
    HostArray identity =
        HostArray.wrap(Shape.of(1, 1, CHANNELS, CHANNELS), new float[] {1, 0, 0, 1});
    Size2d one = Size2d.square(1);
    Tensor images = ops.conv2d(input, ops.constant(identity), one, Padding.VALID, one);
    Tensor factors = ops.reduce(Op.Reduction.MEAN, images, true, 1, 2);
    Tensor product = factorsFirst ? ops.multiply(factors, images) : ops.multiply(images, factors);
    return new Program(
        "predict", ops.toGraph(), List.of(new Program.Output("y", product)), List.of());
  }

  /** The second channel is ten times the first, with a mean of 35. */
  private static HostArray images() {
    float[] values = new float[HEIGHT * WIDTH * CHANNELS];
    for (int i = 0; i < HEIGHT * WIDTH; i++) {
      values[CHANNELS * i] = i + 1;
      values[CHANNELS * i + 1] = 10 * (i + 1);
    }
    return HostArray.wrap(Shape.of(1, HEIGHT, WIDTH, CHANNELS), values);
  }

  @Test
  void repeatsTheFactorsOfChannelsForEachPixel() {
    for (boolean factorsFirst : List.of(true, false)) {
      byte[] bytes = OnnxProgram.of(scaled(factorsFirst), variable -> null, 1).toBytes();
      assertThat(ExportedFile.operations(bytes)).containsOnlyOnce("Resize");
      try (RuntimeFile file = RuntimeFile.of(bytes)) {
        HostArray product = file.run(Map.of("x", images())).get("y");
        for (int i = 0; i < HEIGHT * WIDTH; i++) {
          assertThat(product.at(CHANNELS * i)).isEqualTo(3.5 * (i + 1), within(1e-4));
          assertThat(product.at(CHANNELS * i + 1)).isEqualTo(350.0 * (i + 1), within(1e-2));
        }
      }
    }
  }

  @Test
  void namesTheSizeOfTheBatch() {
    try (RuntimeFile file =
        RuntimeFile.of(OnnxProgram.of(scaled(true), variable -> null, 1).toBytes())) {
      assertThat(file.inputs()).singleElement().asString().contains("shape=[1, 2, 3, 2]");
    }
  }

  @Test
  void aFileForBatchesOfAnySizeLetsTheRuntimeRepeatTheFactors() {
    byte[] bytes = OnnxProgram.of(scaled(true), variable -> null).toBytes();
    assertThat(ExportedFile.operations(bytes)).doesNotContain("Resize");
    try (RuntimeFile file = RuntimeFile.of(bytes)) {
      assertThat(file.inputs()).singleElement().asString().contains("shape=[-1, 2, 3, 2]");
    }
  }
}
