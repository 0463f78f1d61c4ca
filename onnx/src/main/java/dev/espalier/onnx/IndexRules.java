package dev.espalier.onnx;

import dev.espalier.data.ImageResizing;
import dev.espalier.graph.DataType;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Op;
import dev.espalier.graph.Op.BinaryFunction;
import dev.espalier.graph.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/** Primitives that select by index. */
final class IndexRules {
  private IndexRules() {}

  static void register(ExportRules rules) {
    rules.add(Op.Gather.class, IndexRules::gather).add(Op.OneHot.class, IndexRules::oneHot);
  }

  /** An index outside gives zeros, which no operation of ONNX does by itself. */
  private static Value gather(Op.Gather op, Call call) {
    Value x = call.input(0);
    Value indices = call.input(1);
    int axis = x.type().shape().normalizeAxis(op.axis());
    int size = x.type().shape().size(axis);
    Value inside =
        call.apply(
            new Op.Binary(BinaryFunction.MINIMUM),
            call.apply(new Op.Binary(BinaryFunction.MAXIMUM), indices, number(0)),
            number(size - 1));
    String gathered =
        call.node("Gather", call.plain(x), call.plain(inside)).with("axis", (long) axis).output();
    List<Integer> maskSizes = new ArrayList<>(indices.type().shape().sizes());
    maskSizes.addAll(Collections.nCopies(x.rank() - 1 - axis, 1));
    Value mask =
        call.apply(
            new Op.Reshape(Shape.of(maskSizes)),
            call.apply(new Op.Compare(Op.Comparison.EQUAL), inside, indices));
    Value zero =
        Value.constant(
            HostArray.filled(call.type().withShape(Shape.scalar()), 0), call.scope() + "/zero");
    return call.plainResult(call.node("Where", call.plain(mask), gathered, call.plain(zero)));
  }

  private static Value number(int value) {
    return Value.constant(HostArray.scalar(value), "number");
  }

  /** Compared instead of OneHot, in which negative indices count from the end. */
  private static Value oneHot(Op.OneHot op, Call call) {
    Value indices = call.input(0);
    List<Integer> sizes = new ArrayList<>(indices.type().shape().sizes());
    sizes.add(1);
    Value classes =
        Value.constant(
            HostArray.wrapInts(Shape.of(op.depth()), IntStream.range(0, op.depth()).toArray()),
            call.scope() + "/classes");
    Value equal =
        call.apply(
            new Op.Compare(Op.Comparison.EQUAL),
            call.apply(new Op.Reshape(Shape.of(sizes)), indices),
            classes);
    return call.apply(new Op.Cast(DataType.FLOAT32), equal);
  }

  /** Returns images resized to their nearest pixels, which are those of {@link ImageResizing}. */
  static Value nearest(Call call, Value images, int height, int width) {
    Shape shape = images.type().shape();
    String rows = gathered(call, call.channelsFirst(images), 2, shape.size(1), height);
    String columns = gathered(call, rows, 3, shape.size(2), width);
    return Value.channelsFirst(call.type(), columns);
  }

  private static String gathered(Call call, String images, int axis, int before, int after) {
    int[] from =
        IntStream.range(0, after).map(i -> ImageResizing.nearestIndex(i, before, after)).toArray();
    String indices =
        call.file().constant(call.scope() + "/pixels", HostArray.wrapInts(Shape.of(after), from));
    return call.node("Gather", images, indices).with("axis", (long) axis).output();
  }
}
