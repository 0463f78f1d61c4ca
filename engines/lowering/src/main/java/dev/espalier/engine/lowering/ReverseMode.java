package dev.espalier.engine.lowering;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.Node;
import dev.espalier.graph.Op;
import dev.espalier.graph.Program;
import dev.espalier.graph.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Adds the operations of an {@link Op.Gradients} node: reverse-mode differentiation over the nodes
 * of the program. Gradients of the same tensor are summed in graph order, so the result does not
 * depend on timing. Use an instance once.
 */
final class ReverseMode<C, V> {
  private final String engine;
  private final Program program;
  private final ProgramLowering<C, V> lowering;
  private final LoweringTarget<C, V> target;
  private final Map<Tensor, List<V>> contributions = new HashMap<>();

  ReverseMode(
      String engine, Program program, ProgramLowering<C, V> lowering, LoweringTarget<C, V> target) {
    this.engine = engine;
    this.program = program;
    this.lowering = lowering;
    this.target = target;
  }

  /** Returns the gradients of the node's first input with respect to its other inputs. */
  List<V> gradients(Node gradients) {
    Tensor scalar = gradients.inputs().get(0);
    List<Tensor> wanted = gradients.inputs().subList(1, gradients.inputs().size());
    List<Node> before =
        program.graph().nodes().subList(0, program.graph().nodes().indexOf(gradients));
    Set<Tensor> dependent = dependent(before, wanted);

    target.enter(gradients, LoweringTarget.Purpose.GRADIENT);
    contributions.put(scalar, new ArrayList<>(List.of(target.one())));
    for (int i = before.size() - 1; i >= 0; i--) {
      propagate(before.get(i), dependent);
    }

    target.enter(gradients, LoweringTarget.Purpose.GRADIENT);
    List<V> results = new ArrayList<>();
    for (Tensor tensor : wanted) {
      V gradient = total(tensor);
      results.add(gradient != null ? gradient : target.zerosLike(lowering.value(tensor)));
    }
    return results;
  }

  /**
   * Returns the tensors that depend on one of {@code wanted}, through which gradients have to pass.
   */
  private static Set<Tensor> dependent(List<Node> nodes, List<Tensor> wanted) {
    Set<Tensor> dependent = new HashSet<>(wanted);
    for (Node node : nodes) {
      if (node.inputs().stream().anyMatch(dependent::contains)) {
        node.outputs().stream()
            .filter(output -> output.dataType().isFloat())
            .forEach(dependent::add);
      }
    }
    return dependent;
  }

  private void propagate(Node node, Set<Tensor> dependent) {
    boolean reachesWanted = node.inputs().stream().anyMatch(dependent::contains);
    if (!reachesWanted || node.outputs().stream().noneMatch(contributions::containsKey)) {
      return;
    }
    if (node.op() instanceof Op.Gradients) {
      throw new EspalierException(
          ErrorCode.UNSUPPORTED_CAPABILITY,
          "The program \"" + program.name() + "\" computes gradients of gradients.",
          "The engine " + engine + " supports first derivatives only.");
    }
    Lowered<V> forward = lowering.lowered(node);
    if (forward == null || forward.pullback() == null) {
      return;
    }
    target.enter(node, LoweringTarget.Purpose.GRADIENT);
    V dy = total(node.output());
    if (dy == null) {
      return;
    }
    List<@Nullable V> gradients =
        forward.pullback().apply(dy, input -> dependent.contains(node.inputs().get(input)));
    for (int i = 0; i < gradients.size(); i++) {
      V gradient = gradients.get(i);
      Tensor input = node.inputs().get(i);
      if (gradient != null && dependent.contains(input)) {
        contributions.computeIfAbsent(input, key -> new ArrayList<>()).add(gradient);
      }
    }
  }

  /** Returns the sum of the gradients of a tensor, null if it has none. */
  private @Nullable V total(Tensor tensor) {
    List<V> terms = contributions.get(tensor);
    if (terms == null) {
      return null;
    }
    V sum = terms.size() == 1 ? terms.get(0) : target.sum(terms);
    contributions.put(tensor, new ArrayList<>(List.of(sum)));
    return sum;
  }
}
