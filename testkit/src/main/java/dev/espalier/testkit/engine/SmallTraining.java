package dev.espalier.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.engine.Executable;
import dev.espalier.engine.ProfiledRun;
import dev.espalier.engine.Session;
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
import dev.espalier.graph.Variable;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;

/** Training steps of a small network with the usual parts of an image classifier. */
final class SmallTraining {
  private static final Size2d ONE = Size2d.square(1);

  private static final Variable KERNEL = EngineFixture.weight("conv/kernel", 3, 3, 3, 16);
  private static final Variable DEPTHWISE = EngineFixture.weight("depthwise/kernel", 3, 3, 16, 1);
  private static final Variable GAMMA = EngineFixture.weight("norm/gamma", 16);
  private static final Variable BETA = EngineFixture.weight("norm/beta", 16);
  private static final Variable DENSE = EngineFixture.weight("dense/kernel", 16, 5);
  private static final List<Variable> VARIABLES = List.of(KERNEL, DEPTHWISE, GAMMA, BETA, DENSE);

  private SmallTraining() {}

  /** Returns a program whose output {@code y0} is the loss. */
  static Program program() {
    Ops ops = new Ops();
    Tensor x = ops.input("x", TensorType.float32(-1, 24, 24, 3));
    Tensor labels = ops.input("labels", new TensorType(DataType.INT32, Shape.of(-1)));
    Tensor convolved =
        ops.within(
            "conv", () -> ops.conv2d(x, ops.read(KERNEL), Size2d.square(2), Padding.SAME, ONE));
    Tensor normalized =
        ops.within(
            "norm",
            () ->
                ops.unary(
                    Op.UnaryFunction.SWISH,
                    ops.batchNormTraining(convolved, ops.read(GAMMA), ops.read(BETA), 1e-3f)
                        .get(0)));
    Tensor filtered =
        ops.within(
            "depthwise",
            () -> ops.depthwiseConv2d(normalized, ops.read(DEPTHWISE), ONE, Padding.SAME));
    Tensor scaled =
        ops.multiply(filtered, ops.sigmoid(ops.reduce(Op.Reduction.MEAN, filtered, true, 1, 2)));
    Tensor y = ops.within("dense", () -> ops.matMul(ops.mean(scaled, 1, 2), ops.read(DENSE)));
    Tensor losses = ops.multiply(ops.oneHot(labels, 5), ops.logSoftmax(y));
    Tensor loss = ops.negate(ops.mean(ops.sum(losses, 1), 0));
    List<Tensor> weights = VARIABLES.stream().map(ops::read).toList();
    List<Tensor> gradients = ops.gradients(loss, weights);
    Program.Update[] updates = new Program.Update[VARIABLES.size()];
    for (int i = 0; i < updates.length; i++) {
      Tensor step = ops.multiply(gradients.get(i), 0.1);
      updates[i] = new Program.Update(VARIABLES.get(i), ops.subtract(weights.get(i), step));
    }
    return EngineFixture.program("train", ops, List.of(loss), updates);
  }

  /**
   * Trains from the same initial weights on the same images in each call, and returns the weights.
   */
  static List<HostArray> train(Session session, int steps) {
    try (Executable executable = session.compile(program())) {
      writeInitialWeights(session);
      double before = Double.POSITIVE_INFINITY;
      double after = before;
      for (int i = 0; i < steps; i++) {
        Map<String, HostArray> outputs = executable.run(inputs());
        after = Objects.requireNonNull(outputs.get("y0")).item();
        before = i == 0 ? after : before;
      }
      if (steps > 1) {
        assertThat(after).as("the loss of the last step").isLessThan(before);
      }
      return VARIABLES.stream().map(session::read).toList();
    }
  }

  /**
   * Trains one step from the initial weights of {@link #train}, measured.
   *
   * @param weights takes the weights afterwards
   */
  static ProfiledRun profile(Session session, Consumer<List<HostArray>> weights) {
    try (Executable executable = session.compile(program())) {
      writeInitialWeights(session);
      ProfiledRun run = executable.profile(inputs());
      weights.accept(VARIABLES.stream().map(session::read).toList());
      return run;
    }
  }

  private static void writeInitialWeights(Session session) {
    for (Variable variable : VARIABLES) {
      session.write(Map.of(variable, PrimitiveCase.spaced(variable.shape(), -0.3, 0.41)));
    }
  }

  private static Map<String, HostArray> inputs() {
    return Map.of(
        "x",
        PrimitiveCase.spaced(8, 24, 24, 3),
        "labels",
        HostArray.wrapInts(Shape.of(8), 0, 1, 2, 3, 4, 0, 1, 2));
  }
}
