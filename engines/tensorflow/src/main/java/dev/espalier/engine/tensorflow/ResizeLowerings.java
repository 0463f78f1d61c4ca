package dev.espalier.engine.tensorflow;

import dev.espalier.engine.lowering.Lowered;
import dev.espalier.engine.lowering.LoweringTable;
import dev.espalier.graph.Op;
import org.tensorflow.Output;

/** Resizing of images. */
final class ResizeLowerings {
  private ResizeLowerings() {}

  static void register(LoweringTable.Builder<Call, Output<?>> table) {
    table.add(Op.Resize.class, ResizeLowerings::resize);
  }

  private static Lowered<Output<?>> resize(Op.Resize op, Call call) {
    GraphWriter tf = call.tf();
    Output<?> x = call.input(0);
    Output<?> size = tf.ints(op.height(), op.width());
    return switch (op.interpolation()) {
      case NEAREST ->
          Lowered.unary(
              centred(tf.op("ResizeNearestNeighbor").inputs(x, size)),
              dy ->
                  centred(
                      tf.op("ResizeNearestNeighborGrad")
                          .inputs(
                              dy,
                              tf.ints(
                                  call.inputType(0).shape().size(1),
                                  call.inputType(0).shape().size(2)))));
      case BILINEAR ->
          Lowered.unary(
              centred(tf.op("ResizeBilinear").inputs(x, size)),
              dy -> centred(tf.op("ResizeBilinearGrad").inputs(dy, x)));
    };
  }

  private static Output<?> centred(GraphWriter.OpWriter op) {
    return op.attr("align_corners", false).attr("half_pixel_centers", true).output();
  }
}
