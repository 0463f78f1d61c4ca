package dev.espalier.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.graph.DataType;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Op;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Padding;
import dev.espalier.graph.Program;
import dev.espalier.graph.Shape;
import dev.espalier.graph.Size2d;
import dev.espalier.graph.Tensor;
import dev.espalier.graph.TensorType;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A file for one sample takes pixels in rows, and computes what the file for any batch does. */
@Tag("native")
class PixelRowsTest {
  private static final int HEIGHT = 6;
  private static final int WIDTH = 5;
  private static final Size2d ONE = Size2d.square(1);
  private static final Size2d TWO = Size2d.square(2);

  private static byte[] file(Program program, int samples) {
    return OnnxProgram.of(program, variable -> null, samples).toBytes();
  }

  private static Program program(int channels, BiFunction<Ops, Tensor, List<Tensor>> outputs) {
    Ops ops = new Ops();
    Shape shape = Shape.of(Shape.UNKNOWN, HEIGHT, WIDTH, channels);
    Tensor input =
        ops.input("x", TensorType.float32(1).withDataType(DataType.UINT8).withShape(shape));
    List<Tensor> computed = outputs.apply(ops, ops.cast(input, DataType.FLOAT32));
    List<Program.Output> named =
        java.util.stream.IntStream.range(0, computed.size())
            .mapToObj(i -> new Program.Output("y" + i, computed.get(i)))
            .toList();
    return new Program("predict", ops.toGraph(), named, List.of());
  }

  private static Tensor numbers(Ops ops, double... values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      floats[i] = (float) values[i];
    }
    return ops.constant(HostArray.wrap(Shape.of(values.length), floats));
  }

  private static Tensor kernel(Ops ops, int size, int channels, int filters) {
    Random random = new Random(5);
    float[] values = new float[size * size * channels * filters];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextFloat() - 0.5f;
    }
    return ops.constant(HostArray.wrap(Shape.of(size, size, channels, filters), values));
  }

  /** As EfficientNet prepares pixels: zeros are put around them when they are normalized. */
  private static Tensor normalized(Ops ops, Tensor x) {
    Tensor scaled = ops.multiply(x, ops.constant(1f / 255));
    Tensor centred = ops.subtract(scaled, numbers(ops, 0.5, 0.4, 0.3));
    return ops.multiply(ops.add(centred, numbers(ops, 0.01, 0, -0.01)), numbers(ops, 4, -5, 6));
  }

  /** Asserts that both files compute the same, and returns the operations of that for one. */
  private static List<String> sameOperations(Program program) {
    int channels = program.inputs().get("x").shape().size(3);
    byte[] pixels = new byte[HEIGHT * WIDTH * channels];
    new Random(1).nextBytes(pixels);
    Map<String, HostArray> inputs =
        Map.of("x", HostArray.wrapBytes(Shape.of(1, HEIGHT, WIDTH, channels), pixels));
    byte[] single = file(program, 1);
    try (RuntimeFile expected = RuntimeFile.of(file(program, Shape.UNKNOWN));
        RuntimeFile computed = RuntimeFile.of(single)) {
      Map<String, HostArray> outputs = computed.run(inputs);
      expected
          .run(inputs)
          .forEach(
              (name, array) -> {
                HostArray other = outputs.get(name);
                assertThat(other.shape()).isEqualTo(array.shape());
                for (int i = 0; i < array.elementCount(); i++) {
                  assertThat(other.at(i)).isEqualTo(array.at(i), within(2e-5 * 255));
                  assertThat(other.at(i))
                      .isEqualTo(array.at(i), within(1e-5 * (1 + Math.abs(array.at(i)))));
                }
              });
    }
    return ExportedFile.operations(single);
  }

  @Test
  void aConvolutionHasTheFactorsAndReadsPixelsInTheirOrder() {
    Program program =
        program(
            3,
            (ops, x) -> {
              Tensor padded = ops.pad2d(normalized(ops, x), 0, 1, 1, 2);
              return List.of(ops.conv2d(padded, kernel(ops, 3, 3, 4), TWO, Padding.VALID, ONE));
            });
    assertThat(sameOperations(program))
        .containsExactly("Reshape", "Cast", "Sub", "Add", "Conv", "Transpose");
  }

  @Test
  void aConvolutionPadsByWholePixels() {
    for (int channels : List.of(1, 2, 4)) {
      Program program =
          program(
              channels,
              (ops, x) ->
                  List.of(
                      ops.conv2d(
                          ops.multiply(x, ops.constant(0.1f)),
                          kernel(ops, 3, channels, 2),
                          ONE,
                          Padding.SAME,
                          new Size2d(2, 1))));
      assertThat(sameOperations(program)).containsOnlyOnce("Reshape").doesNotContain("Mul");
    }
  }

  @Test
  void pixelsThatSomethingElseTakesAreMultiplied() {
    Program program =
        program(
            3,
            (ops, x) -> {
              Tensor y = normalized(ops, x);
              return List.of(
                  y,
                  ops.conv2d(y, kernel(ops, 2, 3, 3), ONE, Padding.SAME, ONE),
                  ops.reduce(Op.Reduction.MEAN, y, true, 1, 2));
            });
    assertThat(sameOperations(program)).containsOnlyOnce("Mul");
  }

  @Test
  void aDilatedKernelDoesNotTakeNeighboursForPixels() {
    Program program =
        program(
            3,
            (ops, x) ->
                List.of(ops.conv2d(x, kernel(ops, 2, 3, 2), ONE, Padding.SAME, new Size2d(1, 2))));
    sameOperations(program);
  }

  @Test
  void aFactorOfZeroIsMultiplied() {
    Program program =
        program(
            3,
            (ops, x) -> {
              Tensor y = ops.multiply(x, numbers(ops, 1, 0, 2));
              Tensor moved = ops.add(y, numbers(ops, 7, 8, 9));
              return List.of(ops.conv2d(moved, kernel(ops, 1, 3, 2), ONE, Padding.VALID, ONE));
            });
    assertThat(sameOperations(program)).contains("Mul");
  }

  @Test
  void imagesOfManyChannelsAreTransposed() {
    Program program =
        program(
            5, (ops, x) -> List.of(ops.conv2d(x, kernel(ops, 2, 5, 2), ONE, Padding.VALID, ONE)));
    assertThat(Collections.frequency(sameOperations(program), "Transpose")).isEqualTo(2);
  }
}
