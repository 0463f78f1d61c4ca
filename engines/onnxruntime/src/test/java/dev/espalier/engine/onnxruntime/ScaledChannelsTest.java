package dev.espalier.engine.onnxruntime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assumptions.assumeThat;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Op;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Padding;
import dev.espalier.graph.Program;
import dev.espalier.graph.Shape;
import dev.espalier.graph.Size2d;
import dev.espalier.graph.Tensor;
import dev.espalier.graph.TensorType;
import dev.espalier.onnx.OnnxProgram;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("native")
class ScaledChannelsTest {
  private static final int SIDE = 5;

  /** Not a whole number of blocks. */
  private static final int CHANNELS = 24;

  private static final Size2d ONE = Size2d.square(1);

  @TempDir private Path folder;

  private static Tensor kernel(Ops ops, int inputs, int filters) {
    Random random = new Random(inputs);
    float[] values = new float[inputs * filters];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextFloat() - 0.5f;
    }
    return ops.constant(HostArray.wrap(Shape.of(1, 1, inputs, filters), values));
  }

  /** Images times what squeeze-and-excitation makes of their means. */
  private static OnnxProgram excited() {
    Ops ops = new Ops();
    Tensor input =
        ops.input("x", TensorType.float32(1).withShape(Shape.of(Shape.UNKNOWN, SIDE, SIDE, 3)));
    Tensor images = ops.conv2d(input, kernel(ops, 3, CHANNELS), ONE, Padding.VALID, ONE);
    Tensor mean = ops.reduce(Op.Reduction.MEAN, images, true, 1, 2);
    Tensor reduced = ops.conv2d(mean, kernel(ops, CHANNELS, 6), ONE, Padding.VALID, ONE);
    Tensor active = ops.unary(Op.UnaryFunction.SWISH, reduced);
    Tensor expanded = ops.conv2d(active, kernel(ops, 6, CHANNELS), ONE, Padding.VALID, ONE);
    Tensor product = ops.multiply(images, ops.unary(Op.UnaryFunction.SIGMOID, expanded));
    Tensor output = ops.conv2d(product, kernel(ops, CHANNELS, 2), ONE, Padding.VALID, ONE);
    Program program =
        new Program("predict", ops.toGraph(), List.of(new Program.Output("y", output)), List.of());
    return OnnxProgram.of(program, variable -> null, 1);
  }

  private static OrtEnvironment environment() {
    return OrtEnvironment.getEnvironment();
  }

  private static float[] run(OrtSession session) throws OrtException {
    float[] values = new float[SIDE * SIDE * 3];
    for (int i = 0; i < values.length; i++) {
      values[i] = i % 7 - 3 + 0.01f * i;
    }
    long[] sizes = {1, SIDE, SIDE, 3};
    try (OnnxTensor x = OnnxTensor.createTensor(environment(), FloatBuffer.wrap(values), sizes);
        OrtSession.Result result = session.run(Map.of("x", x))) {
      FloatBuffer buffer = ((OnnxTensor) result.get(0)).getFloatBuffer();
      float[] computed = new float[buffer.remaining()];
      buffer.get(computed);
      return computed;
    }
  }

  private static void assertComputes(Path parent) throws OrtException {
    assertThat(excited().isRepeatingFactors()).isTrue();
    byte[] file = excited().toBytes();
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions();
        OrtSession session = ScaledChannels.open(environment(), file, options, parent);
        OrtSession plain = environment().createSession(file)) {
      assertThat(run(session)).containsExactly(run(plain), within(1e-5f));
    }
  }

  @Test
  void computesTheProductsOfTheFileAndLeavesNothingBehind() throws Exception {
    assertComputes(folder);
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void computesTheFileAsItIsWhereNoFilesCanBeWritten() throws Exception {
    assertComputes(folder.resolve("missing"));
  }

  /** What ONNX Runtime makes of the file is what this class knows how to change. */
  @Test
  void theProductBecomesAConvolution() throws OrtException, IOException {
    assumeThat(System.getProperty("os.arch")).isIn("amd64", "x86_64");
    Path optimized = folder.resolve("optimized.onnx");
    ScaledChannels.optimize(environment(), excited().toBytes(), optimized);
    BlockedGraph graph = BlockedGraph.read(optimized);
    assertThat(graph.scaleByConvolutions()).isEqualTo(1);
    assertThat(graph.nodes()).extracting(FileNode::operation).doesNotContain("Mul", "Upsample");
  }
}
