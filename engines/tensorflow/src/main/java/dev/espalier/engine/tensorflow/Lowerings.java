package dev.espalier.engine.tensorflow;

import dev.espalier.engine.lowering.LoweringTable;
import org.tensorflow.Output;

/**
 * What each primitive becomes in TensorFlow.
 *
 * <p>The gradients are written out instead of taken from TensorFlow's C API ({@code
 * TF_AddGradients}) for four reasons: those operations cannot be given a device or a layer's name;
 * for unknown batch sizes they compute axes and sizes of every broadcast anew in each run, while
 * here all but the batch is known; they do not exist for all primitives; and where a function has a
 * kink, every engine must choose the same side. What is not needed in the end costs nothing:
 * TensorFlow leaves out operations on which no wanted value depends.
 */
final class Lowerings {
  private static final LoweringTable<Call, Output<?>> ALL =
      LoweringTable.of(
          table -> {
            ElementwiseLowerings.register(table);
            ReductionLowerings.register(table);
            ConvolutionLowerings.register(table);
            NormalizationLowerings.register(table);
            ShapeLowerings.register(table);
            ResizeLowerings.register(table);
          });

  private Lowerings() {}

  static LoweringTable<Call, Output<?>> all() {
    return ALL;
  }
}
