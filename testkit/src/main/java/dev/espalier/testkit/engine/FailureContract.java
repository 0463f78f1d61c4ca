package dev.espalier.testkit.engine;

import static dev.espalier.testkit.engine.EngineFixture.increment;
import static dev.espalier.testkit.engine.EngineFixture.program;
import static dev.espalier.testkit.engine.EngineFixture.weight;
import static dev.espalier.testkit.engine.ErrorAssertions.assertFails;
import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.engine.Executable;
import dev.espalier.engine.Session;
import dev.espalier.error.ErrorCode;
import dev.espalier.graph.DataType;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Op;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Program;
import dev.espalier.graph.Shape;
import dev.espalier.graph.Tensor;
import dev.espalier.graph.TensorType;
import dev.espalier.graph.Variable;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * A failing run reports the failure itself, names the layer and changes no variable. Arithmetic
 * never fails: it gives infinity or NaN on every engine.
 */
public interface FailureContract extends EngineFixture {

  private static HostArray floats(float... values) {
    return HostArray.wrap(Shape.of(values.length), values);
  }

  /** Returns a program that sums the rows from the third one on and stores the sum. */
  private static Program sumOfLaterRows(Variable sum, Variable count, boolean withOutput) {
    Ops ops = new Ops();
    Tensor x = ops.input("x", TensorType.float32(-1, 1));
    Tensor rows = ops.within("late_rows", () -> ops.slice(x, List.of(2, 0), List.of(2, 1)));
    Tensor total = ops.sum(rows, 0, 1);
    return program(
        "add rows",
        ops,
        withOutput ? List.of(total) : List.of(),
        new Program.Update(count, ops.add(ops.read(count), 1)),
        new Program.Update(sum, total));
  }

  /**
   * Whether a batch has enough rows for a slice is known only at run time. The run with too few
   * rows fails, not a later one, whether or not its outputs are fetched, and no variable has
   * changed, not even one that is unrelated to the failure.
   */
  @Test
  default void aRunReportsItsOwnFailureWithTheLayerAndChangesNothing() {
    Variable sum = weight("sum");
    Variable count = weight("count");
    for (boolean withOutput : new boolean[] {true, false}) {
      try (Session session = openSession();
          Executable adding = session.compile(sumOfLaterRows(sum, count, withOutput));
          Executable unrelated = session.compile(increment("unrelated", count))) {
        session.write(Map.of(sum, HostArray.scalar(7f), count, HostArray.scalar(0f)));
        HostArray two = HostArray.wrap(Shape.of(2, 1), 1, 2);
        for (int i = 0; i < 3; i++) {
          assertFails(
              ErrorCode.ENGINE_FAILED,
              () -> adding.run(Map.of("x", two)),
              "\"add rows\"",
              "late_rows");
          assertThat(session.read(sum)).isEqualTo(HostArray.scalar(7f));
          assertThat(session.read(count)).isEqualTo(HostArray.scalar((float) i));
          unrelated.run(Map.of());
        }
        adding.run(Map.of("x", HostArray.wrap(Shape.of(4, 1), 1, 2, 30, 4)));
        assertThat(session.read(sum)).isEqualTo(HostArray.scalar(34f));
        assertThat(session.read(count)).isEqualTo(HostArray.scalar(4f));
      }
    }
  }

  /** Arguments outside the domain of a function give infinity or NaN, not an error. */
  @Test
  default void arithmeticGivesInfinityOrNaN() {
    float infinity = Float.POSITIVE_INFINITY;
    assertThat(unary(Op.UnaryFunction.LOG, 0, -1)).isEqualTo(floats(-infinity, Float.NaN));
    assertThat(unary(Op.UnaryFunction.SQRT, -1)).isEqualTo(floats(Float.NaN));
    assertThat(unary(Op.UnaryFunction.RSQRT, 0)).isEqualTo(floats(infinity));
    assertThat(unary(Op.UnaryFunction.RECIPROCAL, 0)).isEqualTo(floats(infinity));
    assertThat(unary(Op.UnaryFunction.EXP, 1000)).isEqualTo(floats(infinity));
    List<HostArray> quotients =
        evaluate(
            Map.of("a", floats(1, -1, 0), "b", floats(0, 0, 0)),
            in -> List.of(in.ops().divide(in.get("a"), in.get("b"))));
    assertThat(quotients).containsExactly(floats(infinity, -infinity, Float.NaN));
  }

  private HostArray unary(Op.UnaryFunction function, float... values) {
    return evaluate(
            Map.of("x", floats(values)), in -> List.of(in.ops().unary(function, in.get("x"))))
        .get(0);
  }

  /** A NaN loss must be visible (kotlindl#8), so no operation may hide a NaN. */
  @Test
  default void aNumberThatIsNoneIsNotHidden() {
    for (Op.UnaryFunction function :
        List.of(
            Op.UnaryFunction.SIGMOID,
            Op.UnaryFunction.TANH,
            Op.UnaryFunction.SWISH,
            Op.UnaryFunction.SOFTPLUS,
            Op.UnaryFunction.SQUARE)) {
      assertThat(unary(function, Float.NaN)).as(function.name()).isEqualTo(floats(Float.NaN));
    }
    HostArray x = HostArray.wrap(Shape.of(2, 2), 1, Float.NaN, 3, 4);
    List<HostArray> results =
        evaluate(
            Map.of("x", x),
            in -> {
              Ops ops = in.ops();
              Tensor input = in.get("x");
              return List.of(
                  ops.mean(input, 0, 1),
                  ops.sum(ops.matMul(input, input), 0, 1),
                  ops.sum(ops.softmax(input), 0, 1),
                  ops.sum(ops.logSoftmax(input), 0, 1));
            });
    assertThat(results).containsOnly(HostArray.scalar(Float.NaN));
  }

  /** A class index out of range gives a row of zeros, not a device failure. */
  @Test
  default void aClassThatDoesNotExistIsARowOfZeros() {
    List<HostArray> results =
        evaluate(
            Map.of("labels", HostArray.wrapInts(Shape.of(4), 1, -1, 3, 0)),
            in -> List.of(in.ops().oneHot(in.get("labels"), 3)));
    assertThat(results)
        .containsExactly(HostArray.wrap(Shape.of(4, 3), 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0));
    assertThat(results.get(0).dataType()).isEqualTo(DataType.FLOAT32);
  }
}
