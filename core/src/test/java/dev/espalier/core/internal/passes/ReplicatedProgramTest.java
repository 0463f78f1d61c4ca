package dev.espalier.core.internal.passes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.espalier.core.internal.ProgramText;
import dev.espalier.core.internal.passes.ReplicatedProgram.Joining;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.DataType;
import dev.espalier.graph.Node;
import dev.espalier.graph.Op;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Program;
import dev.espalier.graph.Shape;
import dev.espalier.graph.Tensor;
import dev.espalier.graph.TensorType;
import dev.espalier.graph.Variable;
import dev.espalier.initializer.Initializers;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReplicatedProgramTest {
  private static final Variable WEIGHT = variable("kernel", 4);
  private static final Variable RUNNING = variable("running", 4);

  private final Ops ops = new Ops();

  private static Variable variable(String name, int... sizes) {
    return new Variable(
        name, TensorType.float32(sizes), Variable.Role.WEIGHT, true, Initializers.zeros());
  }

  private ReplicatedProgram divided(Map<String, Tensor> outputs, Map<Variable, Tensor> updates) {
    return ReplicatedProgram.of(
        new Program(
            "train",
            ops.toGraph(),
            outputs.entrySet().stream()
                .map(output -> new Program.Output(output.getKey(), output.getValue()))
                .toList(),
            updates.entrySet().stream()
                .map(update -> new Program.Update(update.getKey(), update.getValue()))
                .toList()));
  }

  @Test
  void gradientsAreComputedBeforeTheExchangeAndClippedAfterIt() {
    Tensor x = ops.input("x", TensorType.float32(-1, 4));
    Tensor weight = ops.read(WEIGHT);
    Tensor losses = ops.sum(ops.multiply(x, weight), 1);
    Tensor gradient = ops.gradients(ops.mean(losses, 0), List.of(weight)).get(0);
    Tensor norm = ops.sqrt(ops.sum(ops.square(gradient), 0));
    Tensor rate = ops.input("rate", TensorType.float32());
    Tensor moved = ops.subtract(weight, ops.multiply(ops.divide(gradient, norm), rate));
    ReplicatedProgram division = divided(Map.of("loss", ops.sum(losses, 0)), Map.of(WEIGHT, moved));

    assertThat(ProgramText.of(division.phases().get(0).program()))
        .isEqualTo(
            """
            t0 = input x
            t1 = read kernel
            t2 = MULTIPLY t0, t1
            t3 = REDUCE_SUM t2
            t4 = REDUCE_MEAN t3
            t5 = Gradients t4, t1
            t6 = REDUCE_SUM t3
            output loss = t6
            output total/0 = t5
            """);
    assertThat(ProgramText.of(division.phases().get(1).program()))
        .isEqualTo(
            """
            t0 = read kernel
            t1 = input total/0
            t2 = SQUARE t1
            t3 = REDUCE_SUM t2
            t4 = SQRT t3
            t5 = input rate
            t6 = DIVIDE t1, t4
            t7 = MULTIPLY t6, t5
            t8 = SUBTRACT t0, t7
            update kernel = t8
            """);
    assertThat(division.phases().get(0).joinings())
        .isEqualTo(Map.of("loss", Joining.SUM, "total/0", Joining.MEAN));
    assertThat(division.batchNormalizations()).isEmpty();
  }

  @Test
  void meanAndVarianceOfFeatureMapsAreThoseOfEachReplicaAveraged() {
    Tensor x = ops.input("x", TensorType.float32(-1, 2, 2, 4));
    Tensor weight = ops.read(WEIGHT);
    List<Tensor> normalized =
        ops.within("bn", () -> ops.batchNormTraining(x, weight, weight, 0.1f));
    Tensor moved =
        ops.add(ops.multiply(ops.read(RUNNING), 0.9), ops.multiply(normalized.get(1), 0.1));
    ReplicatedProgram division = divided(Map.of("y", normalized.get(0)), Map.of(RUNNING, moved));

    assertThat(division.phases().get(0).joinings())
        .isEqualTo(Map.of("y", Joining.ROWS, "total/0", Joining.MEAN));
    assertThat(division.batchNormalizations()).containsExactly("bn");
  }

  @Test
  void aProgramWithoutUpdatesHasOneHalf() {
    Tensor x = ops.input("x", TensorType.float32(-1, 4));
    assertThat(divided(Map.of("y", ops.exp(x)), Map.of()).phases()).hasSize(1);
  }

  @Test
  void whatDependsOnNoSampleIsLeftToTheSecondHalf() {
    Tensor x = ops.input("x", TensorType.float32(-1, 4));
    Tensor rate = ops.input("rate", TensorType.float32());
    ReplicatedProgram division =
        divided(Map.of("y", ops.exp(x), "double", ops.multiply(rate, 2)), Map.of());
    assertThat(division.phases().get(0).joinings()).isEqualTo(Map.of("y", Joining.ROWS));
    assertThat(division.phases().get(1).program().inputs()).containsOnlyKeys("rate");
  }

  /** Returns the gradient of something that is computed of samples. */
  private interface Case {
    Tensor apply(Ops ops, Tensor rows, Tensor weight);
  }

  private static Tensor mean(Ops ops, Tensor rows, Tensor weight) {
    return ops.mean(ops.multiply(rows, weight), 0, 1);
  }

  private static Tensor gradient(Ops ops, Tensor scalar, Tensor of) {
    return ops.gradients(scalar, List.of(of)).get(0);
  }

  private static Arguments of(String name, Joining joining, Case computation) {
    return Arguments.of(name, joining, computation);
  }

  private static Stream<Arguments> divisible() {
    return Stream.of(
        of("mean", Joining.MEAN, (ops, x, w) -> ops.mean(x, 0)),
        of("sum", Joining.SUM, (ops, x, w) -> ops.sum(x, 0)),
        of("mean over all axes", Joining.MEAN, (ops, x, w) -> mean(ops, x, w)),
        of("gradient of a mean", Joining.MEAN, (ops, x, w) -> gradient(ops, mean(ops, x, w), w)),
        of(
            "gradient of a sum",
            Joining.SUM,
            (ops, x, w) -> gradient(ops, ops.sum(ops.multiply(x, w), 0, 1), w)),
        of(
            "gradient of a mean, with a penalty, scaled",
            Joining.MEAN,
            (ops, x, w) ->
                gradient(
                    ops,
                    ops.divide(
                        ops.add(mean(ops, x, w), ops.sum(ops.square(w), 0)), ops.constant(2)),
                    w)),
        of(
            "difference of means",
            Joining.MEAN,
            (ops, x, w) ->
                gradient(ops, ops.subtract(mean(ops, x, w), ops.multiply(mean(ops, x, x), 2)), w)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("divisible")
  void sumsAndMeansAreJoined(String name, Joining joining, Case computation) {
    Tensor x = ops.input("x", TensorType.float32(-1, 4));
    Tensor weight = ops.read(WEIGHT);
    Tensor total = ops.add(ops.sum(computation.apply(ops, x, weight)), ops.multiply(weight, 0));
    ReplicatedProgram division = divided(Map.of(), Map.of(WEIGHT, total));
    assertThat(division.phases().get(0).joinings()).isEqualTo(Map.of("total/0", joining));
  }

  private static Stream<Arguments> indivisible() {
    return Stream.of(
        refused("largest", "REDUCE_MAX", (ops, x, w) -> ops.reduce(Op.Reduction.MAX, x, false, 0)),
        refused(
            "distances",
            "Transpose",
            (ops, x, w) -> ops.sum(ops.matMul(ops.transpose(x, 1, 0), x), 0)),
        refused(
            "centered",
            "SUBTRACT",
            (ops, x, w) -> ops.mean(ops.square(ops.subtract(x, ops.mean(x, 0))), 0)),
        refused(
            "gradient of a ratio",
            "Gradients",
            (ops, x, w) ->
                gradient(ops, ops.divide(mean(ops, x, w), ops.sum(ops.square(x), 0, 1)), w)),
        refused(
            "gradient of samples",
            "Gradients",
            (ops, x, w) -> ops.mean(gradient(ops, mean(ops, x, w), x), 0)),
        refused(
            "a second gradient at other weights",
            "MULTIPLY",
            (ops, x, w) -> {
              Tensor there = ops.stopGradient(ops.add(w, gradient(ops, mean(ops, x, w), w)));
              return gradient(ops, ops.mean(ops.square(ops.multiply(x, there)), 0, 1), there);
            }));
  }

  private static Arguments refused(String name, String primitive, Case computation) {
    return Arguments.of(name, primitive, computation);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("indivisible")
  void whatNeedsAllSamplesAtOnceIsRefused(String name, String primitive, Case computation) {
    Tensor x = ops.input("x", TensorType.float32(-1, 4));
    Tensor weight = ops.read(WEIGHT);
    Tensor total = ops.within("layer", () -> computation.apply(ops, x, weight));
    Tensor update = ops.add(ops.read(WEIGHT), total);
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> divided(Map.of(), Map.of(WEIGHT, update)))
        .withMessageStartingWith(
            "The program \"train\" cannot be divided over several devices: layer needs all samples"
                + " of a batch at once ("
                + primitive
                + ").")
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_TRAINING_SETTING));
  }

  /** As in a model with a frozen or trained base, pooling, normalization and a head. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void vectorsAreNormalizedOverTheWholeBatch(boolean frozen) {
    Tensor x = ops.input("x", TensorType.float32(-1, 2, 2, 4));
    Tensor base = ops.read(WEIGHT);
    Tensor gamma = ops.read(variable("gamma", 4));
    Tensor pooled = ops.mean(ops.multiply(x, base), 1, 2);
    Tensor zeros = ops.multiply(gamma, 0);
    List<Tensor> normalized =
        ops.within("bn", () -> ops.batchNormTraining(pooled, gamma, zeros, 0.1f));
    Tensor losses = ops.sum(ops.square(normalized.get(0)), 1);
    List<Tensor> of = frozen ? List.of(gamma) : List.of(base, gamma);
    List<Tensor> gradients = ops.gradients(ops.mean(losses, 0), of);
    Map<Variable, Tensor> updates = new LinkedHashMap<>();
    updates.put(RUNNING, ops.add(ops.read(RUNNING), normalized.get(1)));
    updates.put(variable("gamma", 4), ops.subtract(gamma, gradients.get(of.size() - 1)));
    if (!frozen) {
      updates.put(WEIGHT, ops.subtract(base, gradients.get(0)));
    }
    ReplicatedProgram division = divided(Map.of("loss", ops.sum(losses, 0)), updates);

    assertThat(division.batchNormalizations()).isEmpty();
    String phases =
        division.phases().stream()
            .map(
                phase ->
                    (phase.ofSamples() ? "samples " : "batch ")
                        + phase.program().name()
                        + ": "
                        + new TreeMap<>(phase.program().inputs()).keySet()
                        + " -> "
                        + phase.program().outputs().stream()
                            .map(Program.Output::name)
                            .sorted()
                            .toList())
            .collect(Collectors.joining("\n"));
    assertThat(phases)
        .isEqualTo(
            frozen
                ? """
                samples train: [x] -> [vectors/0]
                batch train after vectors: [vectors/0] -> [gradient after/0, loss, whole/0]
                batch train update: [gradient after/0, whole/0] -> []"""
                : """
                samples train: [x] -> [vectors/0]
                batch train after vectors: [vectors/0] -> [cotangent/N/vectors/0, gradient after/1, loss, whole/0]
                samples train before vectors: [cotangent/N/vectors/0, x] -> [gradient before/0]
                batch train update: [gradient after/1, gradient before/0, whole/0] -> []"""
                    .replace("/N/", "/" + gradientNode() + "/"));
  }

  private int gradientNode() {
    List<Node> nodes = ops.toGraph().nodes();
    return IntStream.range(0, nodes.size())
        .filter(i -> nodes.get(i).op() instanceof Op.Gradients)
        .findFirst()
        .orElseThrow();
  }

  /** A confusion matrix is a product over the batch, and adds up all the same. */
  @Test
  void whatAMetricAccumulatesIsAddedUp() {
    Tensor rows = ops.oneHot(ops.input("label", new TensorType(DataType.INT32, Shape.of(-1))), 3);
    Tensor matrix = ops.matMul(ops.transpose(rows, 1, 0), rows);
    assertThat(divided(Map.of("matrix", matrix), Map.of()).phases().get(0).joinings())
        .isEqualTo(Map.of("matrix", Joining.SUM));
  }

  @Test
  void outputsOfSamplesThatDependOnOthersAreRefused() {
    Tensor x = ops.input("x", TensorType.float32(-1, 4));
    Tensor centered = ops.within("center", () -> ops.subtract(x, ops.mean(x, 0)));
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> divided(Map.of("output", centered), Map.of()))
        .withMessageContaining("center needs all samples of a batch at once (SUBTRACT)");
  }
}
