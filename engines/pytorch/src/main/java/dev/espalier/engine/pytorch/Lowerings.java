package dev.espalier.engine.pytorch;

import dev.espalier.engine.lowering.LoweringTable;
import dev.espalier.engine.pytorch.ScriptLine.Value;

/** Lowers each primitive to TorchScript. */
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
