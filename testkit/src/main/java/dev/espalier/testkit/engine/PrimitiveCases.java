package dev.espalier.testkit.engine;

import static dev.espalier.testkit.engine.PrimitiveCase.positive;
import static dev.espalier.testkit.engine.PrimitiveCase.primitive;
import static dev.espalier.testkit.engine.PrimitiveCase.spaced;

import dev.espalier.graph.DataType;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Op;
import dev.espalier.graph.Padding;
import dev.espalier.graph.Shape;
import dev.espalier.graph.Size2d;
import java.util.ArrayList;
import java.util.List;

/** All primitives, with inputs that every engine must handle. */
final class PrimitiveCases {
  private static final Size2d ONE = Size2d.square(1);
  private static final Size2d TWO = Size2d.square(2);
  private static final Size2d THREE = Size2d.square(3);

  private static final float NAN = Float.NaN;
  private static final float INFINITE = Float.POSITIVE_INFINITY;

  /** Values as a diverged model may give them. */
  private static final HostArray NOT_FINITE =
      HostArray.wrap(
          Shape.of(3, 3), new float[] {NAN, 1, 2, -INFINITE, NAN, -3, INFINITE, NAN, INFINITE});

  private static final HostArray NO_NUMBERS =
      HostArray.wrap(
          Shape.of(3, 3),
          new float[] {NAN, NAN, NAN, NAN, -INFINITE, -INFINITE, -INFINITE, NAN, -INFINITE});

  private final List<PrimitiveCase> cases = new ArrayList<>();

  private PrimitiveCases() {}

  static List<PrimitiveCase> all() {
    PrimitiveCases all = new PrimitiveCases();
    all.addUnary();
    all.addBinary();
    all.addIntegers();
    all.addComparisons();
    all.addReductions();
    all.addClasses();
    all.addGathering();
    all.addConvolutions();
    all.addPooling();
    all.addNormalization();
    all.addShapes();
    all.addResizing();
    return List.copyOf(all.cases);
  }

  private void add(PrimitiveCase... added) {
    cases.addAll(List.of(added));
  }

  private void addUnary() {
    for (Op.UnaryFunction function : Op.UnaryFunction.values()) {
      HostArray x =
          switch (function) {
            case LOG, SQRT, RSQRT, RECIPROCAL -> positive(3, 4);
            case RELU6 -> spaced(Shape.of(3, 4), -3.1, 9.3);
            default -> spaced(3, 4);
          };
      Op op = new Op.Unary(function);
      add(
          primitive("a matrix", op, x).batched(1),
          primitive("a number", op, x.rows(0, 1).reshape(Shape.of(4))));
    }
    Op softplus = new Op.Unary(Op.UnaryFunction.SOFTPLUS);
    add(primitive("far from 0", softplus, HostArray.wrap(Shape.of(4), -50, -20, 20, 50)));
    Op sigmoid = new Op.Unary(Op.UnaryFunction.SIGMOID);
    add(primitive("far from 0", sigmoid, HostArray.wrap(Shape.of(4), -50, -20, 20, 50)));
    for (Op.UnaryFunction function :
        List.of(Op.UnaryFunction.SIGMOID, Op.UnaryFunction.RELU, Op.UnaryFunction.TANH)) {
      add(primitive("not finite", new Op.Unary(function), NOT_FINITE).withoutGradient());
    }
  }

  private void addBinary() {
    for (Op.BinaryFunction function : Op.BinaryFunction.values()) {
      Op op = new Op.Binary(function);
      boolean ordered = function == Op.BinaryFunction.POWER || function == Op.BinaryFunction.DIVIDE;
      HostArray a = ordered ? positive(2, 3, 4) : spaced(2, 3, 4);
      HostArray number = HostArray.scalar(ordered ? 1.7f : 0.4567f);
      add(
          primitive("equal shapes", op, a, second(a.shape())).batched(2),
          primitive("a number on the right", op, a, number).batched(1),
          primitive("a number on the left", op, number, a),
          primitive("a vector along the last axis", op, a, second(Shape.of(4))).batched(1),
          primitive("a vector on the left", op, second(Shape.of(4)), a),
          primitive("ones in the middle", op, a, second(Shape.of(2, 1, 4))).batched(2),
          primitive("both grow", op, a, second(Shape.of(5, 1, 1, 4))),
          primitive("one channel", op, a, second(Shape.of(2, 3, 1))).batched(2),
          primitive(
                  "images and one number per channel",
                  op,
                  positive(2, 3, 2, 4),
                  second(Shape.of(2, 1, 1, 4)))
              .batched(2));
    }
  }

  /** Values that never equal those of {@link PrimitiveCase#spaced} or {@code positive}. */
  private static HostArray second(Shape shape) {
    return spaced(shape, 0.4071, 1.9037);
  }

  private void addIntegers() {
    HostArray ints = HostArray.wrapInts(Shape.of(2, 3), -7, 7, 9, -9, 4, 0);
    HostArray divisors = HostArray.wrapInts(Shape.of(3), 2, -2, 4);
    HostArray bytes = HostArray.wrapBytes(Shape.of(4), (byte) 3, (byte) 200, (byte) 7, (byte) 0);
    HostArray smallBytes = HostArray.wrapBytes(Shape.of(4), (byte) 2, (byte) 1, (byte) 2, (byte) 3);
    for (Op.BinaryFunction function : Op.BinaryFunction.values()) {
      Op op = new Op.Binary(function);
      if (function != Op.BinaryFunction.POWER) {
        add(primitive("int32", op, ints, divisors).withoutGradient().batched(1));
      } else {
        add(primitive("int32", op, ints, HostArray.scalar(3)).withoutGradient());
      }
      if (function != Op.BinaryFunction.SUBTRACT && function != Op.BinaryFunction.MULTIPLY) {
        add(
            primitive(
                    "uint8",
                    op,
                    function == Op.BinaryFunction.POWER ? smallBytes : bytes,
                    smallBytes)
                .withoutGradient());
      }
    }
    add(
        primitive("truncates to int32", new Op.Cast(DataType.INT32), spaced(3, 3))
            .withoutGradient(),
        primitive("truncates to uint8", new Op.Cast(DataType.UINT8), spaced(Shape.of(9), 0, 255))
            .withoutGradient(),
        primitive("uint8 to float32", new Op.Cast(DataType.FLOAT32), bytes).withoutGradient(),
        primitive("int32 to float32", new Op.Cast(DataType.FLOAT32), ints)
            .withoutGradient()
            .batched(1),
        primitive(
                "float32 to bool",
                new Op.Cast(DataType.BOOL),
                HostArray.wrap(Shape.of(3), 0, -2, 0.5f))
            .withoutGradient(),
        primitive("bool to float32", new Op.Cast(DataType.FLOAT32), booleans(4)).withoutGradient(),
        primitive("bool to int32", new Op.Cast(DataType.INT32), booleans(4)).withoutGradient(),
        primitive("float32 to itself", new Op.Cast(DataType.FLOAT32), spaced(3)));
  }

  private static HostArray booleans(int... sizes) {
    Shape shape = Shape.of(sizes);
    byte[] values = new byte[Math.toIntExact(shape.elementCount())];
    for (int i = 0; i < values.length; i++) {
      values[i] = (byte) (i % 3 == 0 ? 1 : 0);
    }
    return HostArray.wrapBooleans(shape, values);
  }

  private void addComparisons() {
    HostArray a = HostArray.wrap(Shape.of(2, 3), 1, 2, 3, 4, 5, 6);
    HostArray b = HostArray.wrap(Shape.of(3), 1, 5, 3);
    for (Op.Comparison comparison : Op.Comparison.values()) {
      Op op = new Op.Compare(comparison);
      add(
          primitive("float32 with a vector", op, a, b).withoutGradient().batched(1),
          primitive("int32", op, HostArray.wrapInts(Shape.of(2), 1, 2), HostArray.scalar(2))
              .withoutGradient(),
          primitive(
                  "uint8",
                  op,
                  HostArray.wrapBytes(Shape.of(2), (byte) 200, (byte) 1),
                  HostArray.wrapBytes(Shape.of(2), (byte) 100, (byte) 1))
              .withoutGradient(),
          primitive("not finite", op, NOT_FINITE, NOT_FINITE.rows(1, 2).reshape(Shape.of(3)))
              .withoutGradient()
              .batched(1));
    }
    add(
        primitive("float32", new Op.Select(), booleans(2, 3), spaced(2, 3), positive(2, 3))
            .batched(3),
        primitive(
                "int32",
                new Op.Select(),
                booleans(2),
                HostArray.wrapInts(Shape.of(2), 1, 2),
                HostArray.wrapInts(Shape.of(2), 3, 4))
            .withoutGradient());
  }

  private void addReductions() {
    for (Op.Reduction reduction : Op.Reduction.values()) {
      HostArray x = spaced(3, 2, 4, 5);
      add(
          primitive("all axes", new Op.Reduce(reduction, List.of(0, 1, 2, 3), false), x).batched(1),
          primitive("all axes, kept", new Op.Reduce(reduction, List.of(0, 1, 2, 3), true), x)
              .batched(1),
          primitive("pixels", new Op.Reduce(reduction, List.of(1, 2), false), x).batched(1),
          primitive("pixels, kept", new Op.Reduce(reduction, List.of(1, 2), true), x).batched(1),
          primitive("the batch", new Op.Reduce(reduction, List.of(0), false), x).batched(1),
          primitive("all but channels", new Op.Reduce(reduction, List.of(0, 1, 2), false), x)
              .batched(1),
          primitive("the last axis", new Op.Reduce(reduction, List.of(3), true), x).batched(1),
          primitive("no axis", new Op.Reduce(reduction, List.of(), false), x));
    }
    add(
        primitive("square", new Op.MatMul(), spaced(3, 4), positive(4, 5)).batched(1),
        primitive("one row", new Op.MatMul(), spaced(1, 4), positive(4, 1)),
        primitive("a batch of matrices", new Op.MatMul(), spaced(3, 2, 4), positive(3, 4, 5))
            .batched(2),
        primitive("two leading axes", new Op.MatMul(), spaced(2, 3, 2, 4), positive(2, 3, 4, 5))
            .batched(2),
        primitive("vectors of a batch", new Op.MatMul(), spaced(2, 1, 4), positive(2, 4, 1))
            .batched(2));
  }

  private void addClasses() {
    for (Op op : List.of(new Op.Softmax(), new Op.LogSoftmax())) {
      add(
          primitive("a batch", op, spaced(3, 5)).batched(1),
          primitive("one vector", op, spaced(5)),
          primitive("three axes", op, spaced(2, 3, 4)).batched(1),
          primitive(
                  "large numbers",
                  op,
                  HostArray.wrap(Shape.of(2, 3), 1000, 999, 998, -900, -901, -902))
              .batched(1));
    }
    HostArray ties = HostArray.wrap(Shape.of(3, 3), 1, 5, 5, 7, 7, 7, 0, -1, -2);
    add(
        primitive("the first of equals", new Op.ArgMax(1), ties).withoutGradient().batched(1),
        primitive("along the batch", new Op.ArgMax(0), spaced(4, 3)).withoutGradient(),
        primitive("passes over NaN", new Op.ArgMax(1), NOT_FINITE).withoutGradient().batched(1),
        primitive("passes over NaN along the batch", new Op.ArgMax(0), NOT_FINITE)
            .withoutGradient(),
        primitive("without a number", new Op.ArgMax(1), NO_NUMBERS).withoutGradient(),
        primitive("int32", new Op.ArgMax(0), HostArray.wrapInts(Shape.of(4), -3, 7, 7, 2))
            .withoutGradient(),
        primitive("a batch", new Op.OneHot(4), HostArray.wrapInts(Shape.of(3), 0, 3, 1))
            .withoutGradient()
            .batched(1),
        primitive("two axes", new Op.OneHot(2), HostArray.wrapInts(Shape.of(2, 2), 0, 1, 1, 0))
            .withoutGradient());
  }

  private void addGathering() {
    HostArray x = spaced(4, 3, 5);
    HostArray outside =
        HostArray.wrapInts(Shape.of(6), 3, -1, 0, 4, Integer.MAX_VALUE, Integer.MIN_VALUE);
    HostArray again = HostArray.wrapInts(Shape.of(2, 3), 2, 0, 2, 1, 1, 2);
    add(
        gather("rows", 0, x, HostArray.wrapInts(Shape.of(2), 3, 1)),
        gather("along the middle axis", 1, x, again).batched(1),
        gather("along the last axis", 2, x, HostArray.wrapInts(Shape.of(4), 4, 0, 0, 3)).batched(1),
        gather("one index drops the axis", 1, x, HostArray.scalar(2)).batched(1),
        gather("one row", 0, x, HostArray.scalar(3)),
        gather("elements of a vector", 0, spaced(5), again).batchedInput(1),
        gather("indices outside", 0, x, outside).batchedInput(1),
        gather("indices outside along the last axis", 2, x, outside).batched(1),
        gather("not finite", 0, NOT_FINITE, HostArray.wrapInts(Shape.of(3), 3, 0, -1))
            .withoutGradient(),
        gather("int32", 0, HostArray.wrapInts(Shape.of(3), 5, -6, 7), again).withoutGradient(),
        gather("an index for each sample", 0, x, HostArray.wrapInts(Shape.of(3), 2, 0, 2))
            .batchedInput(1),
        gather("several indices for each sample", 0, x, again).batchedInput(1));
  }

  private static PrimitiveCase gather(String name, int axis, HostArray x, HostArray indices) {
    return primitive(name, new Op.Gather(axis), x, indices);
  }

  private void addConvolutions() {
    for (Padding padding : Padding.values()) {
      add(
          grouped("groups " + padding, ONE, padding, ONE, 2, kernel(3, 3, 3, 4)),
          grouped(
              "as many groups as channels " + padding, TWO, padding, ONE, 6, kernel(3, 3, 1, 6)),
          grouped("several filters per group " + padding, ONE, padding, ONE, 3, kernel(1, 1, 2, 9)),
          grouped("dilated groups " + padding, ONE, padding, TWO, 2, kernel(3, 2, 3, 2)),
          transposed("3x3 " + padding, ONE, padding, kernel(3, 3, 4, 3)),
          transposed("stride 2 " + padding, TWO, padding, kernel(3, 3, 4, 3)),
          transposed("2x2 stride 2 " + padding, TWO, padding, kernel(2, 2, 2, 3)),
          transposed("5x4 stride 3x2 " + padding, new Size2d(3, 2), padding, kernel(5, 4, 2, 3)),
          transposed("gaps " + padding, THREE, padding, kernel(2, 1, 2, 3)));
    }
    for (Padding padding : Padding.values()) {
      add(
          conv("3x3 " + padding, ONE, padding, ONE, spaced(2, 5, 6, 3), kernel(3, 3, 3, 4)),
          conv(
              "stride 2, even " + padding,
              TWO,
              padding,
              ONE,
              spaced(2, 6, 8, 3),
              kernel(3, 3, 3, 4)),
          conv(
              "stride 2, odd " + padding,
              TWO,
              padding,
              ONE,
              spaced(2, 7, 5, 3),
              kernel(3, 3, 3, 4)),
          conv(
              "stride 2x1 " + padding,
              new Size2d(2, 1),
              padding,
              ONE,
              spaced(1, 6, 5, 2),
              kernel(3, 2, 2, 3)),
          conv("1x1 " + padding, ONE, padding, ONE, spaced(2, 3, 3, 4), kernel(1, 1, 4, 8)),
          conv(
              "1x1 stride 2 " + padding, TWO, padding, ONE, spaced(2, 4, 5, 4), kernel(1, 1, 4, 3)),
          conv("dilated " + padding, ONE, padding, TWO, spaced(1, 7, 8, 2), kernel(3, 3, 2, 3)),
          depthwise("3x3 " + padding, ONE, padding, spaced(2, 5, 6, 4), kernel(3, 3, 4, 1)),
          depthwise("5x5 " + padding, ONE, padding, spaced(2, 6, 7, 3), kernel(5, 5, 3, 1)),
          depthwise("7x7 " + padding, ONE, padding, spaced(1, 8, 9, 2), kernel(7, 7, 2, 1)),
          depthwise(
              "5x5 stride 2 " + padding, TWO, padding, spaced(2, 8, 7, 3), kernel(5, 5, 3, 1)),
          depthwise(
              "even stride 2 " + padding, TWO, padding, spaced(1, 6, 6, 16), kernel(3, 3, 16, 1)),
          depthwise(
              "stride 2x1 " + padding,
              new Size2d(2, 1),
              padding,
              spaced(2, 5, 4, 3),
              kernel(3, 2, 3, 1)));
    }
  }

  private static HostArray kernel(int... sizes) {
    return spaced(Shape.of(sizes), -0.513, 0.497);
  }

  private static PrimitiveCase conv(
      String name,
      Size2d strides,
      Padding padding,
      Size2d dilation,
      HostArray x,
      HostArray kernel) {
    return primitive(name, new Op.Conv2d(strides, padding, dilation), x, kernel).batched(1);
  }

  private static PrimitiveCase grouped(
      String name, Size2d strides, Padding padding, Size2d dilation, int groups, HostArray kernel) {
    Op op = new Op.Conv2d(strides, padding, dilation, groups);
    return primitive(name, op, spaced(2, 5, 6, 6), kernel).batched(1);
  }

  private static PrimitiveCase transposed(
      String name, Size2d strides, Padding padding, HostArray kernel) {
    Op op = new Op.Conv2dTranspose(strides, padding);
    return primitive(name, op, spaced(2, 3, 4, 3), kernel).batched(1);
  }

  private static PrimitiveCase depthwise(
      String name, Size2d strides, Padding padding, HostArray x, HostArray kernel) {
    return primitive(name, new Op.DepthwiseConv2d(strides, padding), x, kernel).batched(1);
  }

  private void addPooling() {
    for (Padding padding : Padding.values()) {
      HostArray x = spaced(Shape.of(2, 7, 6, 3), -5.3, -0.2);
      add(
          primitive("3x3 stride 2 " + padding, new Op.MaxPool2d(THREE, TWO, padding), x).batched(1),
          primitive(
                  "2x3 stride 1x2 " + padding,
                  new Op.MaxPool2d(new Size2d(2, 3), new Size2d(1, 2), padding),
                  x)
              .batched(1),
          primitive("3x3 stride 2 " + padding, new Op.AveragePool2d(THREE, TWO, padding), x)
              .batched(1),
          primitive("3x3 stride 1 " + padding, new Op.AveragePool2d(THREE, ONE, padding), x)
              .batched(1));
    }
  }

  private void addNormalization() {
    Op training = new Op.BatchNormTraining(1e-3f);
    Op inference = new Op.BatchNormInference(1e-3f);
    add(
        primitive("images", training, spaced(3, 4, 5, 2), positive(2), spaced(2)).batched(1),
        primitive("a matrix", training, spaced(6, 3), positive(3), spaced(3)).batched(1),
        primitive("three axes", training, spaced(2, 3, 4), positive(4), spaced(4)).batched(1),
        primitive("one element per channel", training, spaced(1, 1, 1, 3), positive(3), spaced(3))
            .withoutGradient(),
        primitive("one row", training, spaced(1, 3), positive(3), spaced(3))
            .withoutGradient()
            .batched(1),
        primitive(
                "images",
                inference,
                spaced(2, 3, 4, 3),
                positive(3),
                spaced(3),
                spaced(3),
                positive(3))
            .batched(1),
        primitive(
                "a matrix", inference, spaced(4, 3), positive(3), spaced(3), spaced(3), positive(3))
            .batched(1));
  }

  private void addShapes() {
    HostArray x = spaced(2, 3, 4);
    add(
        primitive("any array", new Op.Constant(x)).withoutGradient(),
        primitive(
                "whole bytes",
                new Op.Constant(HostArray.wrapBytes(Shape.of(2), (byte) 200, (byte) 3)))
            .withoutGradient(),
        primitive("flattened", new Op.Reshape(Shape.of(-1, 12)), x).batched(1),
        primitive("all sizes given", new Op.Reshape(Shape.of(6, 4)), x),
        primitive("to a number", new Op.Reshape(Shape.scalar()), spaced(1, 1)),
        primitive("three axes", new Op.Transpose(List.of(1, 2, 0)), x),
        primitive("images", new Op.Transpose(List.of(0, 3, 1, 2)), spaced(2, 3, 4, 2)).batched(1),
        primitive("the last axis", new Op.Concat(2), x, spaced(2, 3, 1), positive(2, 3, 2))
            .batched(3),
        primitive("the batch", new Op.Concat(0), x, spaced(1, 3, 4)),
        primitive(
                "int32",
                new Op.Concat(0),
                HostArray.wrapInts(Shape.of(1), 4),
                HostArray.wrapInts(Shape.of(2), 5, 6))
            .withoutGradient(),
        primitive("all sides", new Op.Pad(List.of(0, 1, 2), List.of(0, 3, 0)), x).batched(1),
        primitive(
                "bytes",
                new Op.Pad(List.of(1), List.of(2)),
                HostArray.wrapBytes(Shape.of(2), (byte) 200, (byte) 3))
            .withoutGradient(),
        primitive("a part", new Op.Slice(List.of(0, 1, 1), List.of(-1, 2, 2)), x).batched(1),
        primitive("rows", new Op.Slice(List.of(1, 0, 0), List.of(1, -1, -1)), x).batched(1),
        primitive("a vector", new Op.StopGradient(), x).withoutGradient().batched(1));
  }

  private void addResizing() {
    HostArray x = spaced(2, 5, 7, 2);
    for (Op.Interpolation interpolation : Op.Interpolation.values()) {
      for (int[] size : new int[][] {{10, 14}, {3, 4}, {8, 5}, {1, 1}, {5, 7}, {13, 3}}) {
        add(
            primitive(
                    "5x7 to " + size[0] + "x" + size[1],
                    new Op.Resize(size[0], size[1], interpolation),
                    x)
                .batched(1));
      }
    }
  }
}
