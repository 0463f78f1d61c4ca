package dev.espalier.core.internal.passes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.core.internal.ProgramText;
import dev.espalier.engine.Precision;
import dev.espalier.graph.DataType;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MixedPrecisionTest {
  private static final Size2d ONE = Size2d.square(1);
  private final Ops ops = new Ops();

  private static Variable weight(String name, int... sizes) {
    return new Variable(
        name, TensorType.float32(sizes), Variable.Role.WEIGHT, true, Initializers.zeros());
  }

  private Tensor images() {
    return ops.input("x", TensorType.float32(-1, 5, 5, 2));
  }

  private Tensor convolved(Tensor images) {
    return ops.conv2d(images, ops.read(weight("kernel", 3, 3, 2, 4)), ONE, Padding.SAME, ONE);
  }

  private String mixed(Tensor output, Program.Update... updates) {
    Program program =
        new Program("p", ops.toGraph(), List.of(new Program.Output("y", output)), List.of(updates));
    return ProgramText.of(MixedPrecision.apply(program, Precision.BFLOAT16));
  }

  @Test
  void aConvolutionAndWhatFollowsComputeIn16BitsUntilAMean() {
    Tensor biased = ops.add(convolved(images()), ops.read(weight("bias", 4)));
    Tensor pooled = ops.mean(ops.unary(Op.UnaryFunction.SWISH, biased), 1, 2);

    assertThat(mixed(ops.softmax(pooled)))
        .isEqualTo(
            """
            t0 = input x
            t1 = read kernel
            t2 = Cast BFLOAT16 t0
            t3 = Cast BFLOAT16 t1
            t4 = Conv2d t2, t3
            t5 = read bias
            t6 = Cast BFLOAT16 t5
            t7 = ADD t4, t6
            t8 = SWISH t7
            t9 = Cast FLOAT32 t8
            t10 = REDUCE_MEAN t9
            t11 = Softmax t10
            output y = t11
            """);
  }

  @Test
  void theStatisticsOfABatchAndItsParametersStayFloat32() {
    List<Tensor> normalized =
        ops.batchNormTraining(
            convolved(images()), ops.read(weight("gamma", 4)), ops.read(weight("beta", 4)), 0.001f);
    Variable mean = weight("mean", 4);

    assertThat(mixed(normalized.get(0), new Program.Update(mean, normalized.get(1))))
        .endsWith(
            """
            t4 = Conv2d t2, t3
            t5 = read gamma
            t6 = read beta
            t7, t8, t9 = BatchNormTraining t4, t5, t6
            t10 = Cast FLOAT32 t7
            output y = t10
            update mean = t8
            """);
  }

  @Test
  void randomMasksLeaveAFeatureMapIn16Bits() {
    Tensor noise = ops.input("random/drop/mask", TensorType.float32(-1, 5, 5, 4));
    Tensor kept =
        ops.cast(ops.compare(Op.Comparison.GREATER, noise, ops.constant(0.5)), DataType.FLOAT32);

    assertThat(mixed(ops.multiply(convolved(images()), kept)))
        .endsWith(
            """
            t8 = Conv2d t6, t7
            t9 = Cast BFLOAT16 t3
            t10 = MULTIPLY t8, t9
            t11 = Cast FLOAT32 t10
            output y = t11
            """);
  }

  @Test
  void whatDependsOnSamplesInFloat32KeepsAnOperationInFloat32() {
    Tensor target = ops.input("target", TensorType.float32(-1, 5, 5, 4));

    assertThat(mixed(ops.square(ops.subtract(convolved(images()), target))))
        .endsWith(
            """
            t5 = Conv2d t3, t4
            t6 = Cast FLOAT32 t5
            t7 = SUBTRACT t6, t0
            t8 = SQUARE t7
            output y = t8
            """);
  }

  @Test
  void productsOfSamplesWithSamplesCountExactly() {
    Tensor wanted = ops.input("target", TensorType.float32(-1, 3));
    Tensor guessed = ops.input("x", TensorType.float32(-1, 3));
    Tensor counts = ops.matMul(ops.transpose(wanted, 1, 0), guessed);

    assertThat(mixed(counts)).doesNotContain("Cast");
  }

  @Test
  void productsThatRegularizeWeightsOrScaleGradientsStayFloat32() {
    Tensor weights = ops.read(weight("weights", 3, 3));
    Tensor decorrelated = ops.matMul(ops.transpose(weights, 1, 0), weights);
    Tensor score =
        ops.sum(ops.multiply(ops.input("x", TensorType.float32(-1, 3, 3)), weights), 0, 1, 2);
    Tensor gradient = ops.gradients(score, List.of(weights)).get(0);
    Tensor scaled = ops.matMul(ops.read(weight("preconditioner", 3, 3)), gradient);

    assertThat(mixed(ops.add(decorrelated, scaled))).doesNotContain("Cast");
  }

  @Test
  void gradientsOfAFeatureMapAreThoseOfItsFloat32() {
    Tensor map = convolved(images());
    Tensor score = ops.sum(ops.unary(Op.UnaryFunction.RELU, map), 0, 1, 2, 3);

    assertThat(mixed(ops.gradients(score, List.of(map)).get(0)))
        .endsWith(
            """
            t4 = Conv2d t2, t3
            t5 = Cast FLOAT32 t4
            t6 = Cast BFLOAT16 t5
            t7 = RELU t6
            t8 = Cast FLOAT32 t7
            t9 = REDUCE_SUM t8
            t10 = Gradients t9, t5
            output y = t10
            """);
  }

  @Test
  void cachedFeaturesContinueInTheTypeInWhichTheyWereComputed() {
    Tensor half = ops.input("feature/half/0", TensorType.float32(-1, 5, 5, 4));
    Tensor full = ops.input("feature/1", TensorType.float32(-1, 5, 5, 4));

    assertThat(mixed(ops.add(ops.unary(Op.UnaryFunction.RELU, half), full)))
        .isEqualTo(
            """
            t0 = input feature/half/0
            t1 = Cast BFLOAT16 t0
            t2 = input feature/1
            t3 = RELU t1
            t4 = Cast FLOAT32 t3
            t5 = ADD t4, t2
            output y = t5
            """);
  }

  @Test
  void float32ChangesNothing() {
    Program program =
        new Program(
            "p", ops.toGraph(), List.of(new Program.Output("y", convolved(images()))), List.of());

    assertThat(MixedPrecision.apply(program, Precision.FLOAT32)).isSameAs(program);
  }

  private Set<Tensor> halved(Tensor... outputs) {
    List<Program.Output> all = new ArrayList<>();
    for (Tensor output : outputs) {
      all.add(new Program.Output("y" + all.size(), output));
    }
    Program program = new Program("p", ops.toGraph(), all, List.of());
    return MixedPrecision.halved(program, Precision.FLOAT16);
  }

  @Test
  void everyKindOfConvolutionComputesIn16Bits() {
    Tensor depthwise =
        ops.depthwiseConv2d(images(), ops.read(weight("depthwise", 3, 3, 2, 1)), ONE, Padding.SAME);
    Tensor transposed =
        ops.conv2dTranspose(
            images(), ops.read(weight("transposed", 2, 2, 4, 2)), ONE, Padding.SAME);

    assertThat(halved(depthwise, transposed)).contains(depthwise, transposed);
  }

  @Test
  void whatMovesOrCombinesTheElementsOfAFeatureMapKeepsItIn16Bits() {
    Tensor map = convolved(images());
    Tensor normalized =
        ops.batchNormInference(
            map,
            ops.read(weight("gamma", 4)),
            ops.read(weight("beta", 4)),
            ops.read(weight("mean", 4)),
            ops.read(weight("variance", 4)),
            0.001f);
    Tensor pooled = ops.maxPool2d(map, Size2d.square(2), ONE, Padding.VALID);
    Tensor padded = ops.pad2d(map, 1, 1, 1, 1);
    Tensor joined = ops.concat(List.of(map, map), 3);
    Tensor activated = ops.unary(Op.UnaryFunction.SIGMOID, map);

    Tensor[] all = {normalized, pooled, padded, joined, activated};
    assertThat(halved(all)).contains(all);
  }

  @Test
  void productsOfTwoFeatureMapsIn16BitsStayThere() {
    Tensor rows = ops.reshape(convolved(images()), Shape.of(Shape.UNKNOWN, 25, 4));
    Tensor scores = ops.matMul(rows, ops.transpose(rows, 0, 2, 1));

    assertThat(halved(scores)).contains(scores);
  }

  @Test
  void quotientsAndFunctionsThatLoseDigitsComputeInFloat32() {
    Tensor map = convolved(images());
    Tensor quotient = ops.divide(map, ops.read(weight("divisor", 4)));
    Tensor root = ops.sqrt(map);

    assertThat(halved(quotient, root)).contains(map).doesNotContain(quotient, root);
  }
}
