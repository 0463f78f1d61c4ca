package dev.espalier.core.internal.program;

import dev.espalier.graph.DataType;
import dev.espalier.graph.Op;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Program;
import dev.espalier.graph.Tensor;

/** Updates of variables that happen only in some steps. */
final class ConditionalUpdate {
  private ConditionalUpdate() {}

  /**
   * Returns an update to the new value if a condition holds, otherwise to the current value.
   *
   * @param condition a boolean scalar
   */
  static Program.Update where(Ops ops, Tensor condition, Program.Update update) {
    Tensor old = ops.read(update.variable());
    Tensor holds = ops.cast(condition, DataType.FLOAT32);
    // Select does not broadcast its condition, so this is true for each element, even for NaN.
    Tensor same = ops.cast(ops.compare(Op.Comparison.EQUAL, old, old), DataType.FLOAT32);
    Tensor everywhere =
        ops.compare(Op.Comparison.GREATER, ops.multiply(same, holds), ops.constant(0.5));
    return new Program.Update(update.variable(), ops.select(everywhere, update.value(), old));
  }
}
