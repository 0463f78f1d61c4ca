package dev.espalier.onnx;

import dev.espalier.graph.Op;
import dev.espalier.graph.Shape;
import java.util.ArrayList;
import java.util.List;

/** Primitives that move elements, and resizing. */
final class ShapeRules {
  private ShapeRules() {}

  static void register(ExportRules rules) {
    rules
        .add(Op.Reshape.class, ShapeRules::reshape)
        .add(Op.Transpose.class, ShapeRules::transpose)
        .add(Op.Concat.class, ShapeRules::concat)
        .add(Op.Pad.class, ShapeRules::pad)
        .add(Op.Slice.class, ShapeRules::slice)
        .add(Op.Resize.class, ShapeRules::resize);
  }

  private static Value reshape(Op.Reshape op, Call call) {
    Value x = call.input(0);
    Value onePixel = x.onePixel;
    if (onePixel != null && onePixel.type().equals(call.type())) {
      return onePixel;
    }
    // Images of one pixel have the same elements in both orders.
    String name = x.isOnePixel() ? call.either(x) : call.plain(x);
    Shape shape = call.type().shape();
    boolean toOnePixel = shape.rank() == 4 && shape.size(1) == 1 && shape.size(2) == 1;
    List<Integer> sizes = toOnePixel ? Call.channelsFirst(shape.sizes()) : shape.sizes();
    OnnxNode node = call.node("Reshape", name, call.sizes(sizes));
    if (sizes.contains(0)) {
      node.with("allowzero", 1L);
    }
    return toOnePixel ? call.channelsFirstResult(node) : call.plainResult(node);
  }

  private static Value transpose(Op.Transpose op, Call call) {
    return call.plainResult(
        call.node("Transpose", call.plain(call.input(0))).with("perm", op.permutation()));
  }

  private static Value concat(Op.Concat op, Call call) {
    int axis = call.type().shape().normalizeAxis(op.axis());
    boolean channelsFirst = call.inputs().stream().anyMatch(Value::isChannelsFirst);
    String[] names =
        call.inputs().stream()
            .map(input -> channelsFirst ? call.channelsFirst(input) : call.plain(input))
            .toArray(String[]::new);
    return channelsFirst
        ? call.channelsFirstResult(
            call.node("Concat", names)
                .with("axis", (long) Call.channelsFirst(List.of(0, 1, 2, 3)).indexOf(axis)))
        : call.plainResult(call.node("Concat", names).with("axis", (long) axis));
  }

  private static Value pad(Op.Pad op, Call call) {
    Value x = call.input(0);
    boolean channelsFirst = x.isChannelsFirst();
    List<Integer> pads = new ArrayList<>();
    pads.addAll(channelsFirst ? Call.channelsFirst(op.before()) : op.before());
    pads.addAll(channelsFirst ? Call.channelsFirst(op.after()) : op.after());
    Value padded = call.resultLike(x, call.node("Pad", call.either(x), call.sizes(pads)));
    if (x.rank() == 4
        && op.before().get(0) + op.after().get(0) + op.before().get(3) + op.after().get(3) == 0) {
      padded.padded = new Value.Padded(x, op.before(), op.after());
    }
    return padded;
  }

  private static Value slice(Op.Slice op, Call call) {
    Value x = call.input(0);
    List<Integer> ends = new ArrayList<>();
    for (int axis = 0; axis < x.rank(); axis++) {
      int size = op.size().get(axis);
      ends.add(size == -1 ? Integer.MAX_VALUE : op.begin().get(axis) + size);
    }
    boolean channelsFirst = x.isChannelsFirst();
    OnnxNode slice =
        call.node(
            "Slice",
            call.either(x),
            call.sizes(channelsFirst ? Call.channelsFirst(op.begin()) : op.begin()),
            call.sizes(channelsFirst ? Call.channelsFirst(ends) : ends));
    if (x.type().shape().isStatic() || !call.type().shape().isStatic()) {
      return call.resultLike(x, slice);
    }
    // Slice gives less if the batch has less; Reshape then fails instead.
    List<Integer> sizes = call.type().shape().sizes();
    return call.resultLike(
        x,
        call.node(
            "Reshape",
            slice.output(),
            call.sizes(channelsFirst ? Call.channelsFirst(sizes) : sizes)));
  }

  private static Value resize(Op.Resize op, Call call) {
    Value x = call.input(0);
    if (x.type().equals(call.type())) {
      return x;
    }
    if (op.interpolation() == Op.Interpolation.NEAREST) {
      return IndexRules.nearest(call, x, op.height(), op.width());
    }
    String images = call.channelsFirst(x);
    return call.channelsFirstResult(
        call.node("Resize", images, "", "", resized(call, images))
            .with("mode", "linear")
            .with("coordinate_transformation_mode", "half_pixel"));
  }

  /**
   * Returns the name of all sizes of resized images. To name height and width alone, as the
   * operation allows, is what ONNX Runtime forgets when it moves transpositions.
   */
  private static String resized(Call call, String images) {
    List<Integer> sizes = Call.channelsFirst(call.type().shape().sizes());
    if (call.type().shape().isStatic()) {
      return call.sizes(sizes);
    }
    String batch = call.node("Shape", images).with("start", 0L).with("end", 1L).output();
    return call.node("Concat", batch, call.sizes(sizes.subList(1, 4))).with("axis", 0L).output();
  }
}
