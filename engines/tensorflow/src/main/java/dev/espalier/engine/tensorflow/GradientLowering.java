package dev.espalier.engine.tensorflow;

import dev.espalier.engine.tensorflow.Lowering.Lowered;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.DataType;
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
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Output;

/**
 * Adds the operations of an {@link Op.Gradients} node: reverse-mode differentiation over the
 * program's nodes. Gradients that meet in one tensor are added in the order of the graph, so that
 * the sum does not depend on timing.
 */
final class GradientLowering {
  private final Program program;
  private final GraphWriter tf;
  private final Map<Node, Lowered> lowered;
  private final Map<Tensor, Output<?>> values;
  private final Consumer<Node> enter;
  private final Map<Tensor, List<Output<?>>> contributions = new HashMap<>();

  /**
   * Prepares the differentiation.
   *
   * @param lowered what the nodes before became
   * @param values what the tensors before became
   * @param enter called before operations for a node are added, to name them
   */
  GradientLowering(
      Program program,
      GraphWriter tf,
      Map<Node, Lowered> lowered,
      Map<Tensor, Output<?>> values,
      Consumer<Node> enter) {
    this.program = program;
    this.tf = tf;
    this.lowered = lowered;
    this.values = values;
    this.enter = enter;
  }

  /** Returns the gradients of the node's first input with respect to its other inputs. */
  List<Output<?>> lower(Node gradients) {
    Tensor scalar = gradients.inputs().get(0);
    List<Tensor> wanted = gradients.inputs().subList(1, gradients.inputs().size());
    List<Node> before =
        program.graph().nodes().subList(0, program.graph().nodes().indexOf(gradients));
    Set<Tensor> dependent = dependent(before, wanted);

    enter.accept(gradients);
    contributions.put(scalar, new ArrayList<>(List.of(tf.number(1))));
    for (int i = before.size() - 1; i >= 0; i--) {
      propagate(before.get(i), dependent);
    }

    enter.accept(gradients);
    List<Output<?>> results = new ArrayList<>();
    for (Tensor tensor : wanted) {
      Output<?> gradient = total(tensor);
      results.add(gradient != null ? gradient : zeros(tensor));
    }
    return results;
  }

  /** Returns the tensors through which a gradient can reach one of {@code wanted}. */
  private static Set<Tensor> dependent(List<Node> nodes, List<Tensor> wanted) {
    Set<Tensor> dependent = new HashSet<>(wanted);
    for (Node node : nodes) {
      if (node.inputs().stream().anyMatch(dependent::contains)) {
        node.outputs().stream()
            .filter(output -> output.dataType() == DataType.FLOAT32)
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
          "The program \"" + program.name() + "\" differentiates gradients.",
          "The engine tensorflow computes first derivatives only.");
    }
    Lowered forward = lowered.get(node);
    if (forward == null || forward.pullback() == null) {
      return;
    }
    enter.accept(node);
    Output<?> dy = total(node.output());
    if (dy == null) {
      return;
    }
    List<@Nullable Output<?>> gradients = forward.pullback().apply(dy);
    for (int i = 0; i < gradients.size(); i++) {
      Output<?> gradient = gradients.get(i);
      Tensor input = node.inputs().get(i);
      if (gradient != null && dependent.contains(input)) {
        contributions.computeIfAbsent(input, key -> new ArrayList<>()).add(gradient);
      }
    }
  }

  /** Returns the sum of the gradients that arrived at a tensor, null if none did. */
  private @Nullable Output<?> total(Tensor tensor) {
    List<Output<?>> terms = contributions.get(tensor);
    if (terms == null) {
      return null;
    }
    Output<?> sum = tf.sum(terms);
    contributions.put(tensor, new ArrayList<>(List.of(sum)));
    return sum;
  }

  private Output<?> zeros(Tensor tensor) {
    Output<?> value = values.get(tensor);
    if (value == null) {
      throw new IllegalStateException("The graph uses " + tensor + " before it is computed.");
    }
    return tf.apply("ZerosLike", value);
  }
}
