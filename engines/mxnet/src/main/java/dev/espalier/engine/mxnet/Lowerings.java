package dev.espalier.engine.mxnet;

import dev.espalier.engine.lowering.LoweringTable;
import dev.espalier.engine.mxnet.Instruction.Value;

/** Lowers each primitive to MXNet. */
final class Lowerings {
  private static final LoweringTable<Call, Value> ALL =
      LoweringTable.of(
          table -> {
            ElementwiseLowerings.register(table);
            ReductionLowerings.register(table);
            ConvolutionLowerings.register(table);
            NormalizationLowerings.register(table);
            ShapeLowerings.register(table);
          });

  private Lowerings() {}

  static LoweringTable<Call, Value> all() {
    return ALL;
  }
}
