package dev.espalier.engine.tensorflow;

import dev.espalier.engine.lowering.LoweringTable;
import org.tensorflow.Output;

/**
 * Lowers each primitive to TensorFlow.
 *
 * <p>Gradients are written out instead of taken from TensorFlow's C API ({@code TF_AddGradients})
 * for four reasons: its operations cannot be assigned a device or the name of a layer; with an
 * unknown batch size they recompute the axes and sizes of every broadcast in each run, although
 * everything but the batch size is known; they do not exist for all primitives; and where a
 * function is not differentiable, all engines must choose the same subgradient. Unused operations
 * cost nothing: TensorFlow prunes those on which no fetched value depends.
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
