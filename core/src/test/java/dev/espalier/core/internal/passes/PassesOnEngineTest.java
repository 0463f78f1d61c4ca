package dev.espalier.core.internal.passes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.engine.Device;
import dev.espalier.engine.Engine;
import dev.espalier.engine.EngineOptions;
import dev.espalier.engine.Executable;
import dev.espalier.engine.Session;
import dev.espalier.engine.tensorflow.TensorFlowEngineProvider;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Op;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Padding;
import dev.espalier.graph.Program;
import dev.espalier.graph.Shape;
import dev.espalier.graph.Size2d;
import dev.espalier.graph.Tensor;
import dev.espalier.graph.TensorType;
import dev.espalier.graph.Variable;
import dev.espalier.initializer.Initializers;
import dev.espalier.random.RandomKey;
import dev.espalier.random.RandomStream;
import java.util.List;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Rewritten programs compute the same numbers. */
@Tag("native")
class PassesOnEngineTest {
  private static HostArray random(String name, Shape shape) {
    RandomStream stream = RandomKey.ofSeed(3).with(name).stream();
    float[] values = new float[(int) shape.elementCount()];
    for (int i = 0; i < values.length; i++) {
      values[i] =
          name.endsWith("variance") ? 0.2f + stream.nextFloat() : stream.nextFloat() * 2 - 1;
    }
    return HostArray.wrap(shape, values);
  }

  private static Tensor weight(Ops ops, String name, int... sizes) {
    return ops.read(
        new Variable(
            name, TensorType.float32(sizes), Variable.Role.WEIGHT, true, Initializers.zeros()));
  }

  private static Tensor normalized(Ops ops, Tensor x, String name) {
    int channels = x.shape().size(-1);
    return ops.batchNormInference(
        x,
        weight(ops, name + "/gamma", channels),
        weight(ops, name + "/beta", channels),
        weight(ops, name + "/mean", channels),
        weight(ops, name + "/variance", channels),
        0.001f);
  }

  @Test
  void foldedNormalizationsAndPaddingsGiveTheSameOutputsAndGradients() {
    Ops ops = new Ops();
    Tensor x = ops.input("x", TensorType.float32(-1, 7, 6, 3));
    Tensor kernel = weight(ops, "conv/kernel", 3, 3, 3, 4);
    Tensor depthwise = weight(ops, "depthwise/kernel", 3, 3, 4, 1);
    Size2d one = Size2d.square(1);
    Size2d two = Size2d.square(2);
    // An odd height and an even width: zeros on both sides there, on one side here.
    Tensor padded = ops.pad2d(x, 1, 1, 0, 1);
    Tensor hidden =
        ops.sigmoid(normalized(ops, ops.conv2d(padded, kernel, two, Padding.VALID, one), "first"));
    Tensor around = ops.pad2d(hidden, 1, 1, 1, 1);
    Tensor second =
        normalized(ops, ops.depthwiseConv2d(around, depthwise, one, Padding.VALID), "second");
    Tensor grouped = weight(ops, "grouped/kernel", 3, 3, 2, 6);
    Tensor third =
        normalized(
            ops,
            ops.conv2d(ops.pad2d(second, 1, 1, 1, 1), grouped, one, Padding.VALID, one, 2),
            "third");
    Tensor transposed = weight(ops, "transposed/kernel", 2, 2, 5, 6);
    Tensor y = normalized(ops, ops.conv2dTranspose(third, transposed, two, Padding.SAME), "fourth");
    Tensor loss = ops.mean(ops.square(y), 0, 1, 2, 3);
    List<Tensor> gradients = ops.gradients(loss, List.of(kernel, depthwise, grouped, transposed));
    Program program =
        new Program(
            "folding",
            ops.toGraph(),
            List.of(
                new Program.Output("y", y),
                new Program.Output("kernel", gradients.get(0)),
                new Program.Output("depthwise", gradients.get(1)),
                new Program.Output("grouped", gradients.get(2)),
                new Program.Output("transposed", gradients.get(3))),
            List.of());
    Program simplified = Passes.simplify(program);
    assertThat(simplified.graph().nodes())
        .noneMatch(node -> node.op().primitive().startsWith("BatchNorm"))
        .noneMatch(node -> node.op() instanceof Op.Pad);

    Map<String, HostArray> inputs = Map.of("x", random("x", Shape.of(2, 7, 6, 3)));
    try (Engine engine = new TensorFlowEngineProvider().open(EngineOptions.defaults());
        Session session = engine.openSession(Device.cpu())) {
      for (Variable variable : program.variables()) {
        session.write(Map.of(variable, random(variable.name(), variable.shape())));
      }
      try (Executable before = session.compile(program);
          Executable after = session.compile(simplified)) {
        Map<String, HostArray> expected = before.run(inputs);
        Map<String, HostArray> actual = after.run(inputs);
        expected.forEach((name, array) -> assertClose(name, array, actual.get(name)));
      }
    }
  }

  private static void assertClose(String name, HostArray expected, HostArray actual) {
    for (int i = 0; i < expected.elementCount(); i++) {
      assertThat(actual.at(i))
          .as(name + "[" + i + "]")
          .isCloseTo(expected.at(i), Offset.offset(1e-5 * Math.max(1, Math.abs(expected.at(i)))));
    }
  }
}
