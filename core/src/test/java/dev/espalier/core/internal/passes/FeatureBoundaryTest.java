package dev.espalier.core.internal.passes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.core.internal.ProgramText;
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
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class FeatureBoundaryTest {
  private static final Variable TRAINED = weight("trained", 4);
  private static final TensorType IMAGE = TensorType.float32(-1, 4);

  private final Ops ops = new Ops();

  private static Variable weight(String name, int... sizes) {
    return new Variable(
        name, TensorType.float32(sizes), Variable.Role.WEIGHT, true, Initializers.zeros());
  }

  private static FeatureBoundary boundary(Ops ops, Tensor... outputs) {
    List<Program.Output> named =
        Stream.of(outputs).map(output -> new Program.Output("y" + output.id(), output)).toList();
    return FeatureBoundary.of(
        new Program("p", ops.toGraph(), named, List.of()),
        Set.of("image"),
        Set.of(TRAINED),
        Set.of());
  }

  /** Operations on features, by whether row i of the output depends on row i of the input alone. */
  private interface Case {
    Tensor apply(Ops ops, Tensor rows);
  }

  private static Arguments rowByRow(String name, Case operation) {
    return Arguments.of(name, operation, true);
  }

  private static Arguments mixing(String name, Case operation) {
    return Arguments.of(name, operation, false);
  }

  private static Tensor fixed(Ops ops, int... sizes) {
    return ops.read(weight("fixed", sizes));
  }

  private static Tensor pixels(Ops ops, Tensor rows) {
    return ops.reshape(rows, Shape.of(-1, 2, 2, 1));
  }

  private static Stream<Arguments> operations() {
    return Stream.of(
        rowByRow("unary", (ops, x) -> ops.exp(x)),
        rowByRow("with a constant", (ops, x) -> ops.add(x, fixed(ops, 4))),
        rowByRow("with themselves", (ops, x) -> ops.multiply(x, x)),
        mixing(
            "every row with every other",
            (ops, x) -> ops.add(ops.reshape(ops.sum(x, 1), Shape.of(-1, 1)), ops.sum(x, 1))),
        rowByRow("mean over another axis", (ops, x) -> ops.mean(x, 1)),
        mixing("mean over the batch", (ops, x) -> ops.subtract(x, ops.mean(x, 0))),
        rowByRow("softmax", (ops, x) -> ops.softmax(x)),
        rowByRow("product with a kernel", (ops, x) -> ops.matMul(x, fixed(ops, 4, 3))),
        mixing("product with themselves", (ops, x) -> ops.matMul(ops.transpose(x, 1, 0), x)),
        rowByRow("reshape of each", (ops, x) -> pixels(ops, x)),
        mixing("reshape across rows", (ops, x) -> ops.reshape(x, Shape.of(-1, 2))),
        mixing("transpose with the batch", (ops, x) -> ops.transpose(x, 1, 0)),
        rowByRow("concatenation of channels", (ops, x) -> ops.concat(List.of(x, x), 1)),
        mixing("concatenation of batches", (ops, x) -> ops.concat(List.of(x, x), 0)),
        rowByRow(
            "convolution",
            (ops, x) ->
                ops.conv2d(
                    pixels(ops, x),
                    fixed(ops, 1, 1, 1, 2),
                    Size2d.square(1),
                    Padding.VALID,
                    Size2d.square(1))),
        rowByRow("resize", (ops, x) -> ops.resize(pixels(ops, x), 3, 3, Op.Interpolation.BILINEAR)),
        mixing(
            "normalization with the mean of the batch",
            (ops, x) ->
                ops.batchNormTraining(x, fixed(ops, 4), ops.read(weight("beta", 4)), 0.1f).get(0)),
        rowByRow(
            "normalization with a fixed mean",
            (ops, x) ->
                ops.batchNormInference(
                    x, fixed(ops, 4), fixed(ops, 4), fixed(ops, 4), fixed(ops, 4), 0.1f)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("operations")
  void featuresEndWhereSamplesOfTheBatchMix(String name, Case operation, boolean rowByRow) {
    Tensor rows = ops.abs(ops.input("image", IMAGE));
    Tensor result = ops.within("operation", () -> operation.apply(ops, rows));
    Tensor end = ops.abs(result);
    boolean whole =
        boundary(ops, end).rest().graph().nodes().stream()
            .allMatch(node -> node.op() instanceof Op.Input);
    assertThat(whole).isEqualTo(rowByRow);
  }

  @Test
  void theRestIsFedWhatCrossesTheBoundaryAndReadsNoFrozenWeights() {
    Tensor image = ops.input("image", IMAGE);
    Tensor label = ops.input("label", IMAGE);
    Tensor features =
        ops.within("base (Dense)", () -> ops.multiply(image, ops.read(weight("frozen", 4))));
    Tensor relu = ops.within("exp (Exp)", () -> ops.exp(features));
    Tensor head = ops.within("head (Dense)", () -> ops.multiply(relu, ops.read(TRAINED)));
    FeatureBoundary boundary = boundary(ops, ops.add(head, label), ops.add(features, label));

    assertThat(ProgramText.of(boundary.features()))
        .isEqualTo(
            """
            t0 = input image
            t1 = read frozen
            t2 = MULTIPLY t0, t1
            t3 = EXP t2
            output feature/0 = t3
            output feature/1 = t2
            """);
    assertThat(ProgramText.of(boundary.rest()).lines())
        .filteredOn(line -> line.contains("input") || line.contains("read"))
        .containsExactlyInAnyOrder(
            "t0 = input label",
            "t1 = input feature/1",
            "t2 = input feature/0",
            "t3 = read trained");
    assertThat(boundary.layers()).containsExactly("exp (Exp)", "base (Dense)");
    assertThat(boundary.elements()).isEqualTo(8);
    assertThat(boundary.hasWeights()).isTrue();
    assertThat(boundary.fixed()).containsExactly(weight("frozen", 4));
    assertThat(boundary.obstacle()).isNull();
    assertThat(boundary.next()).isEqualTo("head (Dense)");
  }

  @Test
  void anInputThatTheRestTakesIsFedUnderItsOwnName() {
    Tensor image = ops.input("image", IMAGE);
    Tensor frozen = ops.multiply(image, ops.read(weight("frozen", 4)));
    Tensor head = ops.multiply(image, ops.read(TRAINED));
    FeatureBoundary boundary = boundary(ops, ops.add(frozen, head));

    assertThat(boundary.rest().inputs()).containsOnlyKeys("image", "feature/1");
    assertThat(boundary.features().outputs()).hasSize(1);
  }

  @Test
  void randomNumbersBeforeFrozenWeightsAreAnObstacleAndThoseAfterThemAreNot() {
    Tensor image = ops.input("image", IMAGE);
    Tensor first = ops.multiply(image, ops.read(weight("first", 4)));
    Tensor dropped =
        ops.within(
            "drop (Dropout)", () -> ops.multiply(first, ops.input("random/drop/mask", IMAGE)));
    Tensor head = ops.multiply(dropped, ops.read(TRAINED));
    assertThat(boundary(ops, head).obstacle()).isNull();

    Tensor second = ops.multiply(dropped, ops.read(weight("second", 4)));
    FeatureBoundary cut = boundary(ops, ops.multiply(second, ops.read(TRAINED)));
    assertThat(cut.obstacle()).isEqualTo("drop (Dropout)");
    assertThat(cut.hasWeights()).isTrue();
  }

  @Test
  void whatGradientsAreComputedWithRespectToIsNoFeature() {
    Tensor image = ops.input("image", IMAGE);
    Tensor hidden = ops.multiply(image, fixed(ops, 4));
    Tensor loss = ops.sum(ops.multiply(hidden, ops.read(TRAINED)), 0, 1);
    assertThat(boundary(ops, loss).hasWeights()).isTrue();

    Tensor gradient = ops.gradients(loss, List.of(image)).get(0);
    assertThat(boundary(ops, loss, gradient).hasWeights()).isFalse();
  }
}
