package dev.espalier.onnx;

import dev.espalier.graph.Op;
import java.util.List;

/**
 * Expresses a primitive by operations of ONNX.
 *
 * @param <T> the primitive
 */
@FunctionalInterface
interface ExportRule<T extends Op> {
  /** Returns the value of each output of the primitive. */
  List<Value> export(T op, Call call);

  /** A rule for a primitive with one output. */
  @FunctionalInterface
  interface OfOneOutput<T extends Op> {
    Value export(T op, Call call);
  }
}
