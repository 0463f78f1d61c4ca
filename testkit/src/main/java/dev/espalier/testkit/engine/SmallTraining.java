package dev.espalier.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.engine.Executable;
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
    Tensor y = ops.conv2d(x, ops.read(KERNEL), Size2d.square(2), Padding.SAME, ONE);
    y = ops.batchNormTraining(y, ops.read(GAMMA), ops.read(BETA), 1e-3f).get(0);
    y = ops.unary(Op.UnaryFunction.SWISH, y);
    y = ops.depthwiseConv2d(y, ops.read(DEPTHWISE), ONE, Padding.SAME);
    y = ops.multiply(y, ops.sigmoid(ops.reduce(Op.Reduction.MEAN, y, true, 1, 2)));
    y = ops.matMul(ops.mean(y, 1, 2), ops.read(DENSE));
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
    HostArray images = PrimitiveCase.spaced(8, 24, 24, 3);
    HostArray classes = HostArray.wrapInts(Shape.of(8), 0, 1, 2, 3, 4, 0, 1, 2);
    try (Executable executable = session.compile(program())) {
      for (Variable variable : VARIABLES) {
        session.write(Map.of(variable, PrimitiveCase.spaced(variable.shape(), -0.3, 0.41)));
      }
      double before = Double.POSITIVE_INFINITY;
      double after = before;
      for (int i = 0; i < steps; i++) {
        Map<String, HostArray> outputs = executable.run(Map.of("x", images, "labels", classes));
        after = Objects.requireNonNull(outputs.get("y0")).item();
        before = i == 0 ? after : before;
      }
      assertThat(after).as("the loss of the last step").isLessThan(before);
      return VARIABLES.stream().map(session::read).toList();
    }
  }
}
