package dev.espalier.core.internal.passes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.core.internal.ProgramText;
import dev.espalier.graph.DataType;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Node;
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
import org.junit.jupiter.api.Test;

class PassesTest {
  private static final Size2d ONE = Size2d.square(1);
  private final Ops ops = new Ops();

  private static Variable weight(String name, int... sizes) {
    return new Variable(
        name, TensorType.float32(sizes), Variable.Role.WEIGHT, true, Initializers.zeros());
  }

  private Tensor images(int channels) {
    return ops.input("x", TensorType.float32(-1, 5, 5, channels));
  }

  private Tensor normalized(Tensor x, int channels) {
    return ops.batchNormInference(
        x,
        ops.read(weight("gamma", channels)),
        ops.read(weight("beta", channels)),
        ops.read(weight("mean", channels)),
        ops.read(weight("variance", channels)),
        0.001f);
  }

  private Program program(Tensor output, Program.Update... updates) {
    return new Program(
        "p", ops.toGraph(), List.of(new Program.Output("y", output)), List.of(updates));
  }

  @Test
  void whatNeitherOutputNorUpdateNeedsIsLeftOut() {
    Tensor x = ops.input("x", TensorType.float32(-1, 3));
    Tensor unused = ops.exp(ops.input("unused", TensorType.float32(-1, 3)));
    ops.mean(unused, 1);
    Variable count = weight("count");
    Tensor counted = ops.add(ops.read(count), 1);
    Program program = program(ops.abs(x), new Program.Update(count, counted));

    assertThat(ProgramText.of(new DeadCodeElimination().apply(program)))
        .isEqualTo(
            """
            t0 = input x
            t1 = read count
            t2 = constant 1.0
            t3 = ADD t1, t2
            t4 = ABS t0
            output y = t4
            update count = t3
            """);
  }

  @Test
  void aNodeStaysWhileOneOfItsOutputsIsNeeded() {
    Tensor x = ops.input("x", TensorType.float32(-1, 3));
    List<Tensor> outputs =
        ops.batchNormTraining(x, ops.read(weight("gamma", 3)), ops.read(weight("beta", 3)), 0.001f);

    assertThat(ProgramText.of(new DeadCodeElimination().apply(program(outputs.get(2)))))
        .isEqualTo(
            """
            t0 = input x
            t1 = read gamma
            t2 = read beta
            t3, t4, t5 = BatchNormTraining t0, t1, t2
            output y = t5
            """);
  }

  @Test
  void aFrozenNormalizationIsFoldedIntoTheConvolutionBeforeIt() {
    Tensor kernel = ops.read(weight("kernel", 3, 3, 2, 4));
    Tensor convolved = ops.conv2d(images(2), kernel, ONE, Padding.SAME, ONE);

    assertThat(ProgramText.of(Passes.simplify(program(normalized(convolved, 4)))))
        .isEqualTo(
            """
            t0 = read kernel
            t1 = input x
            t2 = read gamma
            t3 = read beta
            t4 = read mean
            t5 = read variance
            t6 = constant 0.001
            t7 = ADD t5, t6
            t8 = RSQRT t7
            t9 = MULTIPLY t2, t8
            t10 = MULTIPLY t4, t9
            t11 = SUBTRACT t3, t10
            t12 = MULTIPLY t0, t9
            t13 = Conv2d t1, t12
            t14 = ADD t13, t11
            output y = t14
            """);
  }

  @Test
  void theScaleOfADepthwiseKernelStandsAtItsThirdAxis() {
    Tensor kernel = ops.read(weight("kernel", 3, 3, 2, 1));
    Tensor convolved = ops.depthwiseConv2d(images(2), kernel, ONE, Padding.SAME);

    assertThat(ProgramText.of(new BatchNormFolding().apply(program(normalized(convolved, 2)))))
        .contains(
            """
            t12 = Reshape(2, 1) t9
            t13 = MULTIPLY t0, t12
            t14 = DepthwiseConv2d t1, t13
            t15 = ADD t14, t11
            """);
  }

  @Test
  void theScaleOfATransposedKernelStandsAtItsThirdAxis() {
    Tensor kernel = ops.read(weight("kernel", 3, 3, 4, 2));
    Tensor convolved = ops.conv2dTranspose(images(2), kernel, ONE, Padding.SAME);

    assertThat(ProgramText.of(new BatchNormFolding().apply(program(normalized(convolved, 4)))))
        .contains(
            """
            t12 = Reshape(4, 1) t9
            t13 = MULTIPLY t0, t12
            t14 = Conv2dTranspose t1, t13
            t15 = ADD t14, t11
            """);
  }

  @Test
  void foldingKeepsTheGroupsOfAConvolution() {
    Tensor kernel = ops.read(weight("kernel", 3, 3, 1, 4));
    Tensor padded = ops.pad2d(images(2), 1, 1, 1, 1);
    Tensor convolved = ops.conv2d(padded, kernel, Size2d.square(2), Padding.VALID, ONE, 2);

    assertThat(Passes.simplify(program(normalized(convolved, 4))).graph().nodes())
        .extracting(Node::op)
        .contains(new Op.Conv2d(Size2d.square(2), Padding.SAME, ONE, 2))
        .noneMatch(op -> op instanceof Op.BatchNormInference || op instanceof Op.Pad);
  }

  @Test
  void aNormalizationWhoseGammaLearnsIsNotFolded() {
    Tensor kernel = ops.read(weight("kernel", 3, 3, 2, 4));
    Tensor convolved = ops.conv2d(images(2), kernel, ONE, Padding.SAME, ONE);
    Tensor y = normalized(convolved, 4);
    Tensor loss = ops.mean(y, 0, 1, 2, 3);
    Tensor gradient = ops.gradients(loss, List.of(ops.read(weight("gamma", 4)))).get(0);

    assertThat(ProgramText.of(Passes.simplify(program(gradient)))).contains("BatchNormInference");
  }

  @Test
  void theKernelMayLearnThroughAFoldedNormalization() {
    Tensor kernel = ops.read(weight("kernel", 3, 3, 2, 4));
    Tensor convolved = ops.conv2d(images(2), kernel, ONE, Padding.SAME, ONE);
    Tensor loss = ops.mean(normalized(convolved, 4), 0, 1, 2, 3);
    Tensor gradient = ops.gradients(loss, List.of(kernel)).get(0);

    assertThat(ProgramText.of(Passes.simplify(program(gradient))))
        .doesNotContain("BatchNormInference")
        .contains("t0 = read kernel")
        .contains("t15 = REDUCE_MEAN t14")
        .contains("Gradients t15, t0");
  }

  @Test
  void aConvolutionThatIsUsedTwiceKeepsItsNormalization() {
    Tensor kernel = ops.read(weight("kernel", 3, 3, 2, 4));
    Tensor convolved = ops.conv2d(images(2), kernel, ONE, Padding.SAME, ONE);
    Tensor sum = ops.add(convolved, normalized(convolved, 4));

    assertThat(ProgramText.of(Passes.simplify(program(sum)))).contains("BatchNormInference");
  }

  @Test
  void aConvolutionTakesOverThePaddingBeforeIt() {
    Tensor kernel = ops.read(weight("kernel", 3, 3, 2, 4));
    Tensor padded = ops.pad2d(images(2), 1, 1, 1, 1);
    Tensor y = ops.conv2d(padded, kernel, Size2d.square(2), Padding.VALID, ONE);

    assertThat(Passes.simplify(program(y)).graph().nodes())
        .extracting(Node::op)
        .contains(new Op.Conv2d(Size2d.square(2), Padding.SAME, ONE))
        .noneMatch(Op.Pad.class::isInstance);
  }

  @Test
  void aPaddingThatIsNotTheConvolutionsOwnStays() {
    Tensor kernel = ops.read(weight("kernel", 3, 3, 2, 4));
    Tensor padded = ops.pad2d(images(2), 0, 2, 0, 2);
    Tensor y = ops.conv2d(padded, kernel, Size2d.square(2), Padding.VALID, ONE);

    assertThat(Passes.simplify(program(y)).graph().nodes())
        .extracting(Node::op)
        .contains(new Op.Conv2d(Size2d.square(2), Padding.VALID, ONE))
        .anyMatch(Op.Pad.class::isInstance);
  }

  @Test
  void operationsThatDoNothingAreLeftOut() {
    Tensor x = images(2);
    Tensor y = ops.resize(x, 5, 5, Op.Interpolation.BILINEAR);
    y = ops.multiply(y, 1);
    y = ops.add(ops.constant(0), y);
    y = ops.pad2d(y, 0, 0, 0, 0);
    y = ops.reshape(y, Shape.of(-1, 5, 5, 2));
    y = ops.transpose(y, 0, 1, 2, 3);
    y = ops.slice(y, List.of(0, 0, 0, 0), List.of(-1, 5, -1, 2));
    y = ops.concat(List.of(y), 3);
    y = ops.stopGradient(y);

    assertThat(ProgramText.of(Passes.simplify(program(ops.abs(y)))))
        .isEqualTo(
            """
            t0 = input x
            t1 = ABS t0
            output y = t1
            """);
  }

  @Test
  void operationsThatLookLikeNothingButAreSomethingStay() {
    Tensor x = images(2);
    Tensor doubled = ops.multiply(x, 2);
    Tensor shorter = ops.slice(doubled, List.of(0, 1, 0, 0), List.of(-1, -1, -1, -1));
    // Adding zeros of a larger shape broadcasts.
    Tensor row = ops.mean(shorter, 1);
    Tensor spread =
        ops.add(ops.mean(row, 0, 1, 2), ops.constant(HostArray.filled(TensorType.float32(1), 0)));
    Tensor bytes = ops.cast(ops.clip(spread, 0, 255), DataType.UINT8);

    assertThat(ProgramText.of(Passes.simplify(program(bytes))))
        .contains("MULTIPLY", "Slice", "ADD", "Cast");
  }

  @Test
  void aStoppedGradientStaysWhereGradientsAreAskedFor() {
    Tensor w = ops.read(weight("w"));
    Tensor loss = ops.multiply(ops.stopGradient(w), w);
    Tensor gradient = ops.gradients(loss, List.of(w)).get(0);

    assertThat(ProgramText.of(Passes.simplify(program(gradient)))).contains("StopGradient");
  }
}
