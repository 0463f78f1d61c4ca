package dev.espalier.testkit.engine;

import static dev.espalier.testkit.engine.EngineFixture.program;
import static dev.espalier.testkit.engine.EngineFixture.run;
import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.engine.Executable;
import dev.espalier.engine.Session;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Op;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Padding;
import dev.espalier.graph.Shape;
import dev.espalier.graph.Size2d;
import dev.espalier.graph.Tensor;
import dev.espalier.graph.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Gradients where libraries differ: at kinks and ties, where TensorFlow's rules apply, through
 * batch means and variances, and in a second run.
 */
public interface GradientContract extends EngineFixture {

  private static HostArray floats(float... values) {
    return HostArray.wrap(Shape.of(values.length), values);
  }

  /** Returns the gradient of the sum of the function's elements. */
  private HostArray gradient(HostArray x, BiFunction<Ops, Tensor, Tensor> function) {
    return evaluate(
            Map.of("x", x),
            in -> {
              Ops ops = in.ops();
              Tensor input = in.get("x");
              return ops.gradients(total(ops, function.apply(ops, input)), List.of(input));
            })
        .get(0);
  }

  private static Tensor total(Ops ops, Tensor x) {
    return ops.sum(x, IntStream.range(0, x.shape().rank()).toArray());
  }

  private HostArray gradient(Op.UnaryFunction function, float... values) {
    return gradient(floats(values), (ops, x) -> ops.unary(function, x));
  }

  /** At a kink, the gradient is that of the flat side; for the absolute value it is 0. */
  @Test
  default void kinksHaveNoSlope() {
    assertThat(gradient(Op.UnaryFunction.RELU, -1, -0f, 0, 1)).isEqualTo(floats(0, 0, 0, 1));
    assertThat(gradient(Op.UnaryFunction.RELU6, -1, 0, 3, 6, 7)).isEqualTo(floats(0, 0, 1, 0, 0));
    assertThat(gradient(Op.UnaryFunction.ABS, -2, 0, 2)).isEqualTo(floats(-1, 0, 1));
  }

  /** Tied elements of a reduction share the gradient equally. */
  @Test
  default void elementsThatTieInAReductionShareEqually() {
    HostArray x = HostArray.wrap(Shape.of(2, 4), 5, 1, 5, 1, 3, 3, 3, 3);
    assertThat(gradient(x, (ops, t) -> ops.reduce(Op.Reduction.MAX, t, false, 1)))
        .isEqualTo(HostArray.wrap(Shape.of(2, 4), .5f, 0, .5f, 0, .25f, .25f, .25f, .25f));
    assertThat(gradient(x, (ops, t) -> ops.reduce(Op.Reduction.MIN, t, true, 1)))
        .isEqualTo(HostArray.wrap(Shape.of(2, 4), 0, .5f, 0, .5f, .25f, .25f, .25f, .25f));
    assertThat(gradient(x, (ops, t) -> ops.reduce(Op.Reduction.MAX, t, false, 0, 1)))
        .isEqualTo(HostArray.wrap(Shape.of(2, 4), .5f, 0, .5f, 0, 0, 0, 0, 0));
    assertThat(gradient(x, (ops, t) -> ops.reduce(Op.Reduction.MIN, t, false, 0, 1)))
        .isEqualTo(HostArray.wrap(Shape.of(2, 4), 0, .5f, 0, .5f, 0, 0, 0, 0));
  }

  /**
   * If the elements of a pair are equal, the first input gets the whole gradient, also with
   * broadcasting.
   */
  @Test
  default void theFirstOfAPairThatTiesWins() {
    HostArray a = HostArray.wrap(Shape.of(2, 2), 1, 2, 3, 2);
    HostArray b = floats(1, 2);
    for (Op.BinaryFunction function :
        List.of(Op.BinaryFunction.MAXIMUM, Op.BinaryFunction.MINIMUM)) {
      boolean larger = function == Op.BinaryFunction.MAXIMUM;
      List<HostArray> results =
          evaluate(
              Map.of("a", a, "b", b),
              in -> {
                Ops ops = in.ops();
                List<Tensor> wanted = List.of(in.get("a"), in.get("b"));
                Tensor first = ops.binary(function, in.get("a"), in.get("b"));
                Tensor second = ops.binary(function, in.get("b"), in.get("a"));
                List<Tensor> all = new ArrayList<>(ops.gradients(total(ops, first), wanted));
                all.addAll(ops.gradients(total(ops, second), wanted));
                return all;
              });
      float own = larger ? 1 : 0;
      assertThat(results)
          .as(function.name())
          .containsExactly(
              HostArray.wrap(Shape.of(2, 2), 1, 1, own, 1),
              floats(1 - own, 0),
              HostArray.wrap(Shape.of(2, 2), 0, 0, own, 0),
              floats(2 - own, 2));
    }
  }

  /** If elements of a window are tied, the first in row-major order gets the gradient. */
  @Test
  default void theFirstOfAWindowThatTiesWins() {
    HostArray x = HostArray.wrap(Shape.of(1, 2, 4, 1), 0, 0, 1, 2, 0, 0, 2, 1);
    Size2d two = Size2d.square(2);
    assertThat(gradient(x, (ops, t) -> ops.maxPool2d(t, two, two, Padding.VALID)))
        .isEqualTo(HostArray.wrap(Shape.of(1, 2, 4, 1), 1, 0, 0, 1, 0, 0, 0, 0));
  }

  /** Mean and variance of a batch are outputs to be recorded; they do not propagate gradients. */
  @Test
  default void batchStatisticsPassNoGradient() {
    HostArray x = PrimitiveCase.spaced(6, 3);
    List<HostArray> results =
        evaluate(
            Map.of("x", x, "gamma", PrimitiveCase.positive(3), "beta", PrimitiveCase.spaced(3)),
            in -> {
              Ops ops = in.ops();
              List<Tensor> wanted = List.of(in.batched("x"), in.get("gamma"), in.get("beta"));
              List<Tensor> norm =
                  ops.batchNormTraining(wanted.get(0), wanted.get(1), wanted.get(2), 1e-3f);
              Tensor weighted = total(ops, ops.multiply(norm.get(0), wanted.get(0)));
              Tensor statistics =
                  ops.add(total(ops, ops.square(norm.get(1))), total(ops, norm.get(2)));
              List<Tensor> all = new ArrayList<>(ops.gradients(statistics, wanted));
              all.addAll(ops.gradients(weighted, wanted));
              all.addAll(ops.gradients(ops.add(weighted, statistics), wanted));
              return all;
            });
    for (int i = 0; i < 3; i++) {
      assertThat(results.get(i)).isEqualTo(HostArray.filled(results.get(i).type(), 0));
      assertThat(results.get(6 + i)).isEqualTo(results.get(3 + i));
      assertThat(results.get(3 + i)).isNotEqualTo(results.get(i));
    }
  }

  /** A second run does not accumulate gradients of the first (djl#2024). */
  @Test
  default void gradientsDoNotAddUp() {
    Ops ops = new Ops();
    Tensor x = ops.input("x", TensorType.float32(3));
    List<Tensor> gradient = ops.gradients(total(ops, ops.square(x)), List.of(x));
    assumeCapable(program("square", ops, gradient));
    try (Session session = openSession();
        Executable executable = session.compile(program("square", ops, gradient));
        Executable other = session.compile(program("again", ops, gradient))) {
      for (int i = 0; i < 3; i++) {
        assertThat(run(executable, Map.of("x", floats(1, 2, 3)))).containsExactly(floats(2, 4, 6));
        assertThat(run(other, Map.of("x", floats(-1, 0, 1)))).containsExactly(floats(-2, 0, 2));
      }
    }
  }
}
