package dev.espalier.engine.tensorflow;

import dev.espalier.engine.lowering.LoweringCall;
import dev.espalier.graph.Node;
import java.util.List;
import org.tensorflow.Output;

/**
 * The context for lowering one node.
 *
 * @param inputs the lowered inputs of the node
 * @param onProcessor whether the session runs on the CPU
 */
record Call(Node node, List<Output<?>> inputs, GraphWriter tf, boolean onProcessor)
    implements LoweringCall<Output<?>> {}
