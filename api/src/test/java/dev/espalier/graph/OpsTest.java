package dev.espalier.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.Op.Comparison;
import dev.espalier.graph.Op.Interpolation;
import dev.espalier.graph.Op.Reduction;
import dev.espalier.initializer.Initializers;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class OpsTest {
  private static final Size2d ONE = Size2d.square(1);
  private static final Size2d TWO = Size2d.square(2);
  private static final Size2d THREE = Size2d.square(3);

  private final Ops ops = new Ops();

  private Tensor floats(int... sizes) {
    return input(DataType.FLOAT32, sizes);
  }

  private Tensor ints(int... sizes) {
    return input(DataType.INT32, sizes);
  }

  private Tensor bools(int... sizes) {
    return input(DataType.BOOL, sizes);
  }

  private Tensor input(DataType dataType, int... sizes) {
    TensorType type = new TensorType(dataType, Shape.of(sizes));
    return ops.input(type.toString(), type);
  }

  private static void assertType(Tensor tensor, String type) {
    assertThat(tensor.type()).hasToString(type);
  }

  private static void assertMismatch(ThrowingCallable call, String message) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            EspalierException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.SHAPE_MISMATCH))
        .hasMessage(message + " [ESP-101]");
  }

  @Test
  void unaryFunctionsTakeFloats() {
    assertType(ops.exp(floats(-1, 3)), "float32(None, 3)");
    assertMismatch(
        () -> ops.sqrt(ints(2)),
        "SQRT: The input is int32(2,), not float32. Cast it to float32 first.");
  }

  @Test
  void reductionsWithoutAxesAreOverAllOfThem() {
    assertType(ops.mean(floats(-1, 3)), "float32()");
    assertType(ops.sum(floats(2, 3, 4)), "float32()");
    assertType(ops.reduce(Reduction.MAX, floats(-1, 3), true), "float32(1, 1)");
    assertType(ops.sum(floats()), "float32()");
  }

  @Test
  void onlySoftmaxAndSigmoidHaveLogits() {
    Tensor x = floats(-1, 3);
    Tensor softmax = ops.softmax(x);
    assertThat(ops.logitsOf(softmax)).isSameAs(x);
    assertThat(ops.logitsOf(ops.sigmoid(x))).isSameAs(x);
    assertThat(ops.logitsOf(x)).isNull();
    assertThat(ops.logitsOf(ops.logSoftmax(x))).isNull();
    assertThat(ops.logitsOf(ops.multiply(softmax, 1))).isNull();
    assertThat(new Ops().logitsOf(softmax)).as("of another graph").isNull();
  }

  @Test
  void binaryFunctionsBroadcast() {
    assertType(ops.add(floats(-1, 7, 7, 8), floats(8)), "float32(None, 7, 7, 8)");
    assertType(ops.multiply(floats(-1, 7, 7, 8), floats(-1, 1, 1, 8)), "float32(None, 7, 7, 8)");
    assertType(ops.subtract(floats(3, 1), floats(1, 4)), "float32(3, 4)");
    assertType(ops.add(ints(2), ints()), "int32(2,)");
    assertMismatch(
        () -> ops.add(floats(-1, 7), floats(8)),
        "ADD: The shapes (None, 7) and (8,) cannot be broadcast together. Counted from the last"
            + " axis, sizes must be equal or 1.");
    assertMismatch(
        () -> ops.divide(floats(2), ints(2)),
        "DIVIDE: The inputs are float32(2,) and int32(2,). Cast one to the type of the other.");
  }

  @Test
  void comparisonsGiveTruthValues() {
    assertType(ops.compare(Comparison.GREATER, floats(-1, 4), floats()), "bool(None, 4)");
    assertType(ops.compare(Comparison.EQUAL, ints(-1), ints(-1)), "bool(None,)");
  }

  @Test
  void selectTakesOneShape() {
    assertType(ops.select(bools(2), floats(2), floats(2)), "float32(2,)");
    assertMismatch(
        () -> ops.select(floats(2), floats(2), floats(2)),
        "Select: Select was given [float32(2,), float32(2,), float32(2,)]. It takes"
            + " booleans and two tensors of the same type, all of the same shape.");
    assertThatThrownBy(() -> ops.select(bools(2), floats(2), floats(3)))
        .isInstanceOf(EspalierException.class);
  }

  @Test
  void castChangesTheTypeOrNothing() {
    Tensor x = floats(-1, 3);
    assertThat(ops.cast(x, DataType.FLOAT32)).isSameAs(x);
    assertType(ops.cast(x, DataType.INT32), "int32(None, 3)");
  }

  @Test
  void reductionsRemoveOrKeepAxes() {
    assertType(ops.mean(floats(-1, 7, 7, 8), 1, 2), "float32(None, 8)");
    assertType(ops.reduce(Reduction.MAX, floats(-1, 5), true, -1), "float32(None, 1)");
    assertType(ops.sum(floats(2, 3), 0, 1), "float32()");
    assertMismatch(
        () -> ops.sum(floats(2, 3), 1, -1),
        "REDUCE_SUM: The axes [1, 1] contain a duplicate axis. Name each axis once.");
    assertMismatch(
        () -> ops.sum(floats(2, 3), 2),
        "Axis 2 does not exist in the shape (2, 3). It has 2 axes.");
    assertThatThrownBy(() -> ops.mean(ints(2), 0)).isInstanceOf(EspalierException.class);
  }

  @Test
  void argMaxGivesPositions() {
    assertType(ops.argMax(floats(-1, 10), -1), "int32(None,)");
  }

  @Test
  void oneHotAddsAnAxis() {
    assertType(ops.oneHot(ints(-1), 10), "float32(None, 10)");
    assertMismatch(
        () -> ops.oneHot(floats(3), 10),
        "OneHot: One-hot was given float32(3,). It takes int32 class indices.");
    assertMismatch(
        () -> ops.oneHot(ints(3), 0),
        "OneHot: The depth of a one-hot cannot be 0. Give 1 or more.");
  }

  @Test
  void softmaxKeepsTheShape() {
    assertType(ops.softmax(floats(-1, 10)), "float32(None, 10)");
    assertType(ops.logSoftmax(floats(-1, 10)), "float32(None, 10)");
    assertThatThrownBy(() -> ops.softmax(ints(2))).isInstanceOf(EspalierException.class);
  }

  @Test
  void matMulMultipliesMatrices() {
    assertType(ops.matMul(floats(-1, 5), floats(5, 3)), "float32(None, 3)");
    assertMismatch(
        () -> ops.matMul(floats(-1, 5), floats(4, 3)),
        "MatMul: A matrix of shape (None, 5) cannot be multiplied by one of shape (4, 3). It takes"
            + " (n, k) and (k, m).");
    assertMismatch(
        () -> ops.matMul(floats(-1, 2, 5), floats(5, 3)),
        "MatMul: A matrix of shape (None, 2, 5) cannot be multiplied by one of shape (5, 3). It"
            + " takes (..., n, k) and (..., k, m) with equal leading axes.");
    assertThatThrownBy(() -> ops.matMul(floats(5), floats(5, 3)))
        .isInstanceOf(EspalierException.class);
  }

  @Test
  void matMulOfBatchesMultipliesMatrixByMatrix() {
    assertType(ops.matMul(floats(-1, 4, 2, 5), floats(-1, 4, 5, 3)), "float32(None, 4, 2, 3)");
    assertType(ops.matMul(floats(7, 2, 5), floats(7, 5, 3)), "float32(7, 2, 3)");
    for (Tensor other : List.of(floats(1, 4, 5, 3), floats(-1, 1, 5, 3), floats(-1, 4, 2, 3))) {
      assertThatThrownBy(() -> ops.matMul(floats(-1, 4, 2, 5), other))
          .isInstanceOf(EspalierException.class);
    }
  }

  @Test
  void gatherPutsTheShapeOfTheIndicesInPlaceOfTheAxis() {
    assertType(ops.gather(floats(9, 4), ints(-1, 3), 0), "float32(None, 3, 4)");
    assertType(ops.gather(floats(-1, 9, 4), ints(2, 3), 1), "float32(None, 2, 3, 4)");
    assertType(ops.gather(floats(-1, 9, 4), ints(), -1), "float32(None, 9)");
    assertType(ops.gather(ints(9), ints(2), 0), "int32(2,)");
    assertMismatch(
        () -> ops.gather(floats(-1, 4), ints(2), 0),
        "Gather: Axis 0 of (None, 4), along which to gather, has the size -1. Gather along an axis"
            + " of known size, 1 or more.");
    assertMismatch(
        () -> ops.gather(floats(3, 4), ints(-1), 1),
        "Gather: The indices (None,) have a batch; they select along axis 1 of (3, 4). Indices of a"
            + " batch select along axis 0.");
    assertMismatch(
        () -> ops.gather(floats(3, 4), floats(2), 0),
        "Gather: Gather was given float32(3, 4) and float32(2,). It takes float32 or int32 and"
            + " int32 indices.");
    assertThatThrownBy(() -> ops.gather(floats(3, 4), ints(2), 2))
        .isInstanceOf(EspalierException.class);
  }

  @Test
  void groupsDivideTheChannelsOfAConvolution() {
    Tensor x = floats(-1, 8, 8, 6);
    assertType(
        ops.conv2d(x, floats(3, 3, 2, 9), ONE, Padding.SAME, ONE, 3), "float32(None, 8, 8, 9)");
    assertMismatch(
        () -> ops.conv2d(x, floats(3, 3, 6, 9), ONE, Padding.SAME, ONE, 3),
        "Conv2d: The input (None, 8, 8, 6) has 6 channels; the kernel is (3, 3, 6, 9) in 3 groups."
            + " A kernel is (height, width, input channels / groups, output channels), and the"
            + " output channels can be divided into the groups.");
    assertThatThrownBy(() -> ops.conv2d(x, floats(3, 3, 2, 8), ONE, Padding.SAME, ONE, 3))
        .isInstanceOf(EspalierException.class);
    assertMismatch(
        () -> ops.conv2d(x, floats(3, 3, 6, 9), ONE, Padding.SAME, ONE, 0),
        "Conv2d: A convolution cannot have 0 groups. Give 1 or more.");
  }

  @Test
  void transposedConvolutionsEnlargeByTheStrides() {
    Tensor x = floats(-1, 5, 6, 3);
    Tensor kernel = floats(3, 3, 4, 3);
    assertType(ops.conv2dTranspose(x, kernel, ONE, Padding.SAME), "float32(None, 5, 6, 4)");
    assertType(ops.conv2dTranspose(x, kernel, TWO, Padding.SAME), "float32(None, 10, 12, 4)");
    assertType(ops.conv2dTranspose(x, kernel, TWO, Padding.VALID), "float32(None, 11, 13, 4)");
    assertType(
        ops.conv2dTranspose(x, floats(1, 1, 4, 3), TWO, Padding.VALID), "float32(None, 10, 12, 4)");
    assertMismatch(
        () -> ops.conv2dTranspose(x, floats(3, 3, 3, 4), ONE, Padding.SAME),
        "Conv2dTranspose: The input (None, 5, 6, 3) has 3 channels; the kernel is (3, 3, 3, 4). The"
            + " kernel of a transposed convolution is (height, width, output channels, input"
            + " channels).");
  }

  @Test
  void layerNormalizationIsMadeOfOtherPrimitives() {
    assertType(
        ops.layerNormalization(floats(-1, 7, 4), floats(4), floats(4), 1e-3),
        "float32(None, 7, 4)");
    assertThat(ops.toGraph().nodes())
        .extracting(node -> node.op().primitive())
        .contains("REDUCE_MEAN", "RSQRT");
  }

  @Test
  void convolutionsFollowThePadding() {
    Tensor x = floats(-1, 225, 224, 3);
    Tensor kernel = floats(3, 3, 3, 32);
    assertType(ops.conv2d(x, kernel, TWO, Padding.VALID, ONE), "float32(None, 112, 111, 32)");
    assertType(ops.conv2d(x, kernel, TWO, Padding.SAME, ONE), "float32(None, 113, 112, 32)");
    assertType(ops.conv2d(x, kernel, ONE, Padding.VALID, TWO), "float32(None, 221, 220, 32)");
    assertMismatch(
        () -> ops.conv2d(x, floats(3, 3, 1, 32), ONE, Padding.SAME, ONE),
        "Conv2d: The input (None, 225, 224, 3) has 3 channels; the kernel is (3, 3, 1, 32). A"
            + " kernel is (height, width, input channels, output channels).");
    assertMismatch(
        () -> ops.conv2d(floats(-1, 3), kernel, ONE, Padding.SAME, ONE),
        "Conv2d: The input has the shape (None, 3). Images have four axes: (batch, height, width,"
            + " channels).");
    assertMismatch(
        () -> ops.conv2d(floats(-1, 4, 9, 3), kernel, ONE, Padding.VALID, TWO),
        "Conv2d: A window of 5x5 does not fit into 4x9 pixels. Use larger images, a smaller window,"
            + " or padding SAME.");
  }

  @Test
  void depthwiseConvolutionsKeepTheChannels() {
    Tensor x = floats(-1, 8, 8, 4);
    assertType(
        ops.depthwiseConv2d(x, floats(3, 3, 4, 1), TWO, Padding.SAME), "float32(None, 4, 4, 4)");
    assertMismatch(
        () -> ops.depthwiseConv2d(x, floats(3, 3, 4, 2), ONE, Padding.SAME),
        "DepthwiseConv2d: The input (None, 8, 8, 4) has 4 channels; the kernel is (3, 3, 4, 2). A"
            + " depthwise kernel is (height, width, channels, 1).");
  }

  @Test
  void poolsFollowThePadding() {
    Tensor x = floats(-1, 5, 6, 2);
    assertType(ops.maxPool2d(x, TWO, TWO, Padding.VALID), "float32(None, 2, 3, 2)");
    assertType(ops.averagePool2d(x, THREE, TWO, Padding.SAME), "float32(None, 3, 3, 2)");
    assertThatThrownBy(() -> ops.maxPool2d(x, Size2d.square(6), ONE, Padding.VALID))
        .isInstanceOf(EspalierException.class);
  }

  @Test
  void batchNormalizationTakesOneParameterForEachChannel() {
    Tensor x = floats(-1, 5, 5, 2);
    Tensor two = floats(2);
    List<Tensor> training = ops.batchNormTraining(x, two, two, .001f);
    assertThat(training)
        .extracting(tensor -> tensor.type().toString())
        .containsExactly("float32(None, 5, 5, 2)", "float32(2,)", "float32(2,)");
    assertType(ops.batchNormInference(x, two, two, two, two, .001f), "float32(None, 5, 5, 2)");
    assertMismatch(
        () -> ops.batchNormInference(x, two, two, two, floats(3), .001f),
        "BatchNormInference: The input has 2 channels; a parameter is float32(3,). Gamma, beta,"
            + " mean and variance are float32(2,).");
  }

  @Test
  void reshapeKeepsTheElements() {
    assertType(ops.reshape(floats(-1, 2, 3), Shape.of(-1, 6)), "float32(None, 6)");
    assertType(ops.reshape(floats(4, 3), Shape.of(2, -1)), "float32(2, 6)");
    assertType(ops.reshape(floats(-1), Shape.of(-1, 1)), "float32(None, 1)");
    assertType(ops.reshape(floats(4), Shape.of(2, 2)), "float32(2, 2)");
    assertMismatch(
        () -> ops.reshape(floats(-1, 6), Shape.of(-1, 4)),
        "Reshape: The shape (None, 6) cannot become (None, 4). The number of elements must stay the"
            + " same.");
    assertMismatch(
        () -> ops.reshape(floats(4), Shape.of(-1, -1)),
        "Reshape: The target shape (None, None) has two unknown sizes. Leave at"
            + " most one size unknown.");
    assertThatThrownBy(() -> ops.reshape(floats(-1, 6), Shape.of(2, 3)))
        .isInstanceOf(EspalierException.class);
    assertThatThrownBy(() -> ops.reshape(floats(4), Shape.of(3)))
        .isInstanceOf(EspalierException.class);
  }

  @Test
  void transposeNamesEachAxisOnce() {
    assertType(ops.transpose(floats(-1, 5, 6, 2), 0, 3, 1, 2), "float32(None, 2, 5, 6)");
    assertMismatch(
        () -> ops.transpose(floats(2, 3), 0, 0),
        "Transpose: The order [0, 0] does not name each axis of (2, 3) once. Give the"
            + " axes 0 to 1 in the desired order.");
  }

  @Test
  void concatAddsAlongOneAxis() {
    assertType(ops.concat(List.of(floats(-1, 5), floats(-1, 2)), -1), "float32(None, 7)");
    assertType(ops.concat(List.of(floats(-1, 5), floats(-1, 5)), 0), "float32(None, 5)");
    assertMismatch(
        () -> ops.concat(List.of(floats(2, 5), floats(3, 2)), 1),
        "Concat: The tensors [float32(2, 5), float32(3, 2)] cannot be concatenated"
            + " along axis 1. All sizes except that of the axis, and the data types, must be"
            + " equal.");
  }

  @Test
  void padAddsToKnownAxes() {
    assertType(ops.pad2d(floats(-1, 4, 5, 2), 0, 1, 2, 3), "float32(None, 5, 10, 2)");
    Tensor x = floats(-1, 3);
    assertMismatch(
        () -> ops.apply(new Op.Pad(List.of(0, -1), List.of(0, 0)), List.of(x)),
        "Pad: The padding [0, -1], [0, 0] does not fit the shape (None, 3). Give a count of 0 or"
            + " more for each axis.");
    assertMismatch(
        () -> ops.apply(new Op.Pad(List.of(1, 0), List.of(0, 0)), List.of(x)),
        "Pad: The padding [1, 0], [0, 0] adds to the batch of (None, 3). Pad axes of known size"
            + " only.");
    assertThat(ops.apply(new Op.Pad(List.of(), List.of()), List.of(floats())).get(0).shape())
        .isEqualTo(Shape.scalar());
  }

  @Test
  void slicesLieInside() {
    Tensor x = floats(-1, 6);
    assertType(ops.slice(x, List.of(0, 2), List.of(-1, 3)), "float32(None, 3)");
    assertType(ops.slice(x, List.of(0, 2), List.of(2, -1)), "float32(2, 4)");
    assertMismatch(
        () -> ops.slice(x, List.of(0, 4), List.of(-1, 3)),
        "Slice: The slice from [0, 4] of size [-1, 3] is not inside (None, 6). Give a"
            + " start and a size (or -1 for the rest) for each axis.");
    assertThatThrownBy(() -> ops.slice(x, List.of(0), List.of(1)))
        .isInstanceOf(EspalierException.class);
  }

  @Test
  void resizeTakesFloatImages() {
    assertType(
        ops.resize(floats(-1, 32, 32, 3), 224, 200, Interpolation.BILINEAR),
        "float32(None, 224, 200, 3)");
    assertMismatch(
        () -> ops.resize(floats(-1, 32, 32, 3), 0, 9, Interpolation.NEAREST),
        "Resize: The size 0x9 is empty. Give 1x1 or more.");
    assertThatThrownBy(
            () -> ops.resize(input(DataType.UINT8, 1, 2, 2, 3), 4, 4, Interpolation.NEAREST))
        .isInstanceOf(EspalierException.class);
  }

  @Test
  void gradientsHaveTheShapesOfWhatTheyBelongTo() {
    Tensor loss = ops.mean(floats(-1), 0);
    assertThat(ops.gradients(loss, List.of(floats(2, 3), floats(4))))
        .extracting(tensor -> tensor.shape().toString())
        .containsExactly("(2, 3)", "(4,)");
    assertMismatch(
        () -> ops.gradients(floats(2), List.of()),
        "Gradients: Gradients were requested of [float32(2,)]. Only a float32 scalar"
            + " can be differentiated.");
    assertType(ops.stopGradient(floats(3)), "float32(3,)");
  }

  @Test
  void errorsNameTheScope() {
    assertMismatch(
        () -> ops.within("stem (Conv2D)", () -> ops.sqrt(ints(2))),
        "In stem (Conv2D): SQRT: The input is int32(2,), not float32. Cast it to float32 first.");
    assertMismatch(
        () -> ops.within("outer", () -> ops.within("inner", () -> ops.sqrt(ints(2)))),
        "In inner: SQRT: The input is int32(2,), not float32. Cast it to float32 first.");
    Tensor x = ops.within("outer", () -> ops.within("inner", () -> ops.exp(floats(1))));
    ops.exp(x);
    List<Node> nodes = ops.toGraph().nodes();
    assertThat(nodes.get(nodes.size() - 2).scope()).isEqualTo("inner");
    assertThat(nodes.get(nodes.size() - 1).scope()).isEmpty();
  }

  @Test
  void inputsVariablesAndNumbersAreSharedByName() {
    Tensor x = ops.input("x", TensorType.float32(2));
    assertThat(ops.input("x", TensorType.float32(2))).isSameAs(x);
    assertMismatch(
        () -> ops.input("x", TensorType.float32(3)),
        "The input \"x\" is float32(2,) and cannot be float32(3,) too. Give each input"
            + " a unique name.");
    Variable weight =
        new Variable("w", TensorType.float32(2), Variable.Role.WEIGHT, true, Initializers.zeros());
    assertThat(ops.read(weight)).isSameAs(ops.read(weight.withTrainable(false)));
    assertThat(ops.constant(.5)).isSameAs(ops.constant(.5));
    assertThat(ops.constant(0)).isNotSameAs(ops.constant(-0.0));
  }

  @Test
  void nodesStandAfterWhatTheyTake() {
    Tensor y = ops.add(ops.exp(floats(2)), 1);
    Graph graph = ops.toGraph();
    java.util.Set<Tensor> seen = new java.util.HashSet<>();
    for (Node node : graph.nodes()) {
      assertThat(seen).containsAll(node.inputs());
      seen.addAll(node.outputs());
    }
    assertThat(seen).contains(y);
  }

  @Test
  void programKnowsItsInputsAndVariables() {
    Variable weight =
        new Variable("w", TensorType.float32(2), Variable.Role.WEIGHT, true, Initializers.ones());
    Variable slot =
        new Variable("s", weight.type(), Variable.Role.SLOT, false, Initializers.ones());
    Tensor sum = ops.add(ops.read(weight), floats(2));
    Program program =
        new Program("p", ops.toGraph(), List.of(), List.of(new Program.Update(slot, sum)));
    assertThat(program.inputs()).containsOnlyKeys("float32(2,)");
    assertThat(program.variables()).containsExactly(weight, slot);
    assertThat(slot.withTrainable(true).trainable()).isFalse();
  }

  @Test
  void sizesArePositive() {
    assertThat(new Size2d(2, 3)).hasToString("2x3");
    assertThatThrownBy(() -> new Size2d(1, 0))
        .isInstanceOf(EspalierException.class)
        .hasMessageStartingWith("The size 1x0 is not positive.");
  }
}
