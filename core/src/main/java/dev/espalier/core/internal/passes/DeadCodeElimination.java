package dev.espalier.core.internal.passes;

import dev.espalier.graph.Node;
import dev.espalier.graph.Program;
import dev.espalier.graph.Tensor;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Removes every operation that no output or update depends on. */
final class DeadCodeElimination implements Pass {
  @Override
  public Program apply(Program program) {
    Set<Tensor> needed = new HashSet<>();
    program.outputs().forEach(output -> needed.add(output.tensor()));
    program.updates().forEach(update -> needed.add(update.value()));
    List<Node> nodes = program.graph().nodes();
    for (int i = nodes.size() - 1; i >= 0; i--) {
      Node node = nodes.get(i);
      if (node.outputs().stream().anyMatch(needed::contains)) {
        needed.addAll(node.inputs());
      }
    }
    GraphRewriter rewriter = new GraphRewriter(program);
    return rewriter.rewrite(
        node -> {
          if (node.outputs().stream().anyMatch(needed::contains)) {
            rewriter.copy(node);
          }
        });
  }
}
