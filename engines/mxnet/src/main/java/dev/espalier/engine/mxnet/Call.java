package dev.espalier.engine.mxnet;

import dev.espalier.engine.lowering.LoweringCall;
import dev.espalier.engine.mxnet.Instruction.Value;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Node;
import dev.espalier.graph.Shape;
import java.util.List;
import java.util.Map;

/**
 * The context for lowering one node.
 *
 * @param inputs the lowered inputs of the node
 */
record Call(Node node, List<Value> inputs, InstructionWriter mx) implements LoweringCall<Value> {
  /** Returns a scalar constant. */
  Value number(double value) {
    return mx.constant(HostArray.scalar((float) value));
  }

  /** Returns the same elements in another shape, of which one size may be unknown. */
  Value reshape(Value value, Shape shape) {
    return mx.apply("_np_reshape", Map.of("newshape", shape.sizes()), value);
  }
}
