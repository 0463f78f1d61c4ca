package dev.espalier.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.graph.Op.BinaryFunction;
import dev.espalier.graph.Op.Comparison;
import dev.espalier.graph.Op.Reduction;
import dev.espalier.graph.Op.UnaryFunction;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** The primitives that no test of a layer reaches, by hand. */
class ReferenceInterpreterTest {
  private static final HostArray SIX = HostArray.wrap(Shape.of(2, 3), 1, 5, 3, 9, 2, 9);

  private static HostArray run(Function<Ops, Tensor> body) {
    Ops ops = new Ops();
    Tensor value = body.apply(ops);
    return ReferenceInterpreter.evaluate(ops.toGraph(), value, Map.of(), Map.of());
  }

  @Test
  void elementFunctions() {
    assertThat(unary(UnaryFunction.ERF, .5f)).isCloseTo(.5204999, within(1e-6));
    assertThat(unary(UnaryFunction.ERF, -2)).isCloseTo(-.9953223, within(1e-6));
    assertThat(unary(UnaryFunction.ERF, 5)).isCloseTo(1, within(1e-6));
    assertThat(unary(UnaryFunction.ERF, 9)).isEqualTo(1);
    assertThat(unary(UnaryFunction.RSQRT, 4)).isEqualTo(.5);
    assertThat(unary(UnaryFunction.RECIPROCAL, 4)).isEqualTo(.25);
    assertThat(unary(UnaryFunction.FLOOR, -1.5f)).isEqualTo(-2);
    assertThat(unary(UnaryFunction.SOFTPLUS, 100)).isEqualTo(100);
  }

  private static double unary(UnaryFunction function, float x) {
    return run(ops -> ops.unary(function, ops.constant(x))).item();
  }

  @Test
  void arithmeticOfTwo() {
    assertThat(
            run(ops -> ops.binary(BinaryFunction.POWER, ops.constant(3), ops.constant(2))).item())
        .isEqualTo(9);
    assertThat(
            run(
                ops ->
                    ops.divide(
                        ops.constant(HostArray.wrapInts(Shape.of(2), 7, -7)),
                        ops.constant(HostArray.scalar(2)))))
        .isEqualTo(HostArray.wrapInts(Shape.of(2), 3, -3));
  }

  @Test
  void reductionsAndPositions() {
    assertThat(run(ops -> ops.sum(ops.constant(SIX), 0)))
        .isEqualTo(HostArray.wrap(Shape.of(3), 10, 7, 12));
    assertThat(run(ops -> ops.mean(ops.constant(SIX), 0, 1)).item())
        .isCloseTo(29 / 6.0, within(1e-6));
    assertThat(run(ops -> ops.reduce(Reduction.MIN, ops.constant(SIX), true, 1)))
        .isEqualTo(HostArray.wrap(Shape.of(2, 1), 1, 2));
    assertThat(run(ops -> ops.argMax(ops.constant(SIX), 1)))
        .isEqualTo(HostArray.wrapInts(Shape.of(2), 1, 0));
  }

  @Test
  void choicesAndConversions() {
    assertThat(
            run(
                ops -> {
                  Tensor x = ops.constant(SIX);
                  Tensor large = ops.compare(Comparison.GREATER_EQUAL, x, ops.constant(3));
                  return ops.select(large, x, ops.negate(x));
                }))
        .isEqualTo(HostArray.wrap(Shape.of(2, 3), -1, 5, 3, 9, -2, 9));
    HostArray numbers = HostArray.wrap(Shape.of(2), 3.9f, 255);
    assertThat(run(ops -> ops.cast(ops.constant(numbers), DataType.UINT8)))
        .isEqualTo(HostArray.wrapBytes(Shape.of(2), (byte) 3, (byte) 255));
    assertThat(run(ops -> ops.cast(ops.constant(numbers), DataType.INT32)))
        .isEqualTo(HostArray.wrapInts(Shape.of(2), 3, 255));
  }

  @Test
  void piecesAndOrders() {
    assertThat(run(ops -> ops.transpose(ops.constant(SIX), 1, 0)))
        .isEqualTo(HostArray.wrap(Shape.of(3, 2), 1, 9, 5, 2, 3, 9));
    assertThat(run(ops -> ops.slice(ops.constant(SIX), List.of(0, 1), List.of(-1, 2))))
        .isEqualTo(HostArray.wrap(Shape.of(2, 2), 5, 3, 2, 9));
    assertThat(run(ops -> ops.stopGradient(ops.constant(SIX)))).isEqualTo(SIX);
    assertThat(run(ops -> ops.reshape(ops.constant(SIX), Shape.of(3, -1))).shape())
        .isEqualTo(Shape.of(3, 2));
  }

  @Test
  void updatesTakeEffectTogether() {
    Ops ops = new Ops();
    TensorType type = TensorType.float32(1);
    Variable a = new Variable("a", type, Variable.Role.WEIGHT, true, (t, s, r) -> SIX);
    Variable b = new Variable("b", type, Variable.Role.WEIGHT, true, (t, s, r) -> SIX);
    Program swap =
        new Program(
            "swap",
            new Graph(nodes(ops, a, b)),
            List.of(),
            List.of(new Program.Update(a, ops.read(b)), new Program.Update(b, ops.read(a))));
    Map<String, HostArray> values =
        Map.of("a", HostArray.wrap(Shape.of(1), 1), "b", HostArray.wrap(Shape.of(1), 2));
    assertThat(ReferenceInterpreter.run(swap, Map.of(), values).updates())
        .containsEntry("a", values.get("b"))
        .containsEntry("b", values.get("a"));
  }

  private static List<Node> nodes(Ops ops, Variable... variables) {
    for (Variable variable : variables) {
      ops.read(variable);
    }
    return ops.toGraph().nodes();
  }
}
