package dev.espalier.core.internal.passes;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.Node;
import dev.espalier.graph.Op;
import dev.espalier.graph.Program;
import dev.espalier.graph.Tensor;
import dev.espalier.graph.internal.RowByRow;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How each tensor of a program depends on the samples of a batch. The mean and variance of batch
 * normalization in training mode are taken to be means, and the normalized samples to depend on
 * nothing but themselves. Immutable.
 */
final class SampleDependence {
  private final Program program;
  private final Map<Tensor, Node> producers = new HashMap<>();
  private final Map<Tensor, Kind> kinds = new HashMap<>();

  /** What the value of a tensor depends on. */
  enum Kind {
    /** Not on the samples. */
    SAME,
    /** Row by row on the samples. */
    ROWS,
    /** A mean over the samples, or an affine function of such means. */
    MEAN,
    /** A sum over the samples, or a linear function of such sums. */
    SUM,
    /** On means and sums in any other way, and not on single samples. */
    TOTALS,
    /** On several samples in any other way. */
    MIXED
  }

  SampleDependence(Program program) {
    this.program = program;
    for (Node node : program.graph().nodes()) {
      List<Kind> found = kinds(node);
      for (int i = 0; i < found.size(); i++) {
        kinds.put(node.outputs().get(i), found.get(i));
        producers.put(node.outputs().get(i), node);
      }
    }
  }

  /** Returns the node that computes a tensor. */
  Node producer(Tensor tensor) {
    Node node = producers.get(tensor);
    if (node == null) {
      throw new IllegalStateException("nothing computes " + tensor);
    }
    return node;
  }

  /** Returns the kind of a tensor. */
  Kind kind(Tensor tensor) {
    Kind kind = kinds.get(tensor);
    if (kind == null) {
      throw new IllegalStateException("nothing computes " + tensor);
    }
    return kind;
  }

  /** Returns the tensors that are computed from any of some tensors, and these. */
  Set<Tensor> computedFrom(Set<Tensor> tensors) {
    return computedFrom(tensors, Set.of());
  }

  /**
   * Returns the tensors that are computed from any of some tensors other than by the given ones.
   */
  Set<Tensor> computedFrom(Set<Tensor> tensors, Set<Tensor> otherThanBy) {
    Set<Tensor> reached = new HashSet<>(tensors);
    for (Node node : program.graph().nodes()) {
      if (node.inputs().stream().anyMatch(reached::contains)) {
        node.outputs().stream().filter(o -> !otherThanBy.contains(o)).forEach(reached::add);
      }
    }
    return reached;
  }

  /** Returns the error for a tensor that replicas cannot compute together. */
  EspalierException indivisible(Tensor tensor) {
    Node culprit = producer(tensor);
    Tensor from = culprit(culprit);
    while (from != null) {
      culprit = producer(from);
      from = culprit(culprit);
    }
    return new EspalierException(
        ErrorCode.INVALID_TRAINING_SETTING,
        "The program \""
            + program.name()
            + "\" cannot be divided over several devices: "
            + culprit.scope()
            + " needs all samples of a batch at once ("
            + culprit.op().primitive()
            + ").",
        "Train on one device. On several, samples can meet only in a mean or a sum over the batch"
            + " from which the loss, an update or a metric is computed.");
  }

  private @Nullable Tensor culprit(Node node) {
    return node.inputs().stream().filter(i -> kind(i) == Kind.MIXED).findFirst().orElse(null);
  }

  private List<Kind> kinds(Node node) {
    int outputs = node.outputs().size();
    if (node.op() instanceof Op.Input) {
      return List.of(RowByRow.isBatch(node.output().shape()) ? Kind.ROWS : Kind.SAME);
    }
    List<Kind> inputs = node.inputs().stream().map(this::kind).toList();
    if (node.op() instanceof Op.Gradients) {
      return inputs.stream().skip(1).map(of -> gradient(inputs.get(0), of)).toList();
    }
    if (node.op() instanceof Op.BatchNormTraining
        && inputs.equals(List.of(Kind.ROWS, Kind.SAME, Kind.SAME))) {
      return List.of(Kind.ROWS, Kind.MEAN, Kind.MEAN);
    }
    return Collections.nCopies(outputs, kind(node, inputs));
  }

  private Kind kind(Node node, List<Kind> inputs) {
    boolean rows = inputs.contains(Kind.ROWS);
    boolean totals =
        inputs.contains(Kind.MEAN) || inputs.contains(Kind.SUM) || inputs.contains(Kind.TOTALS);
    if (inputs.contains(Kind.MIXED) || (rows && totals)) {
      return Kind.MIXED;
    }
    if (rows) {
      return ofRows(node);
    }
    return totals ? ofTotals(node.op(), inputs) : Kind.SAME;
  }

  private Kind ofRows(Node node) {
    if (RowByRow.computes(node, tensor -> kind(tensor) == Kind.ROWS)) {
      return Kind.ROWS;
    }
    if (node.op() instanceof Op.Reduce reduce) {
      if (reduce.reduction() == Op.Reduction.SUM) {
        return Kind.SUM;
      }
      if (reduce.reduction() == Op.Reduction.MEAN) {
        return Kind.MEAN;
      }
    }
    return Kind.MIXED;
  }

  /** Returns the kind of a function of sums, means, and values that are the same for all. */
  private static Kind ofTotals(Op op, List<Kind> inputs) {
    Kind first = inputs.get(0);
    boolean linear =
        op instanceof Op.Reshape
            || op instanceof Op.Transpose
            || op instanceof Op.StopGradient
            || (op instanceof Op.Unary unary && unary.function() == Op.UnaryFunction.NEGATE);
    if (linear) {
      return first;
    }
    if (!(op instanceof Op.Binary binary)) {
      return Kind.TOTALS;
    }
    Kind second = inputs.get(1);
    return switch (binary.function()) {
      case ADD, SUBTRACT -> sum(first, second);
      case MULTIPLY -> first == Kind.SAME ? second : second == Kind.SAME ? first : Kind.TOTALS;
      case DIVIDE -> second == Kind.SAME ? first : Kind.TOTALS;
      default -> Kind.TOTALS;
    };
  }

  private static Kind sum(Kind first, Kind second) {
    if (first == second) {
      return first;
    }
    Set<Kind> both = Set.of(first, second);
    return both.equals(Set.of(Kind.MEAN, Kind.SAME)) ? Kind.MEAN : Kind.TOTALS;
  }

  /** Returns the kind of the gradient of a scalar with respect to a tensor. */
  private static Kind gradient(Kind scalar, Kind of) {
    boolean divisible = scalar == Kind.MEAN || scalar == Kind.SUM || scalar == Kind.SAME;
    if (divisible && of == Kind.SAME) {
      return scalar;
    }
    // A row of the gradient of a mean depends on the number of rows, unlike that of a sum.
    return scalar == Kind.SUM && of == Kind.ROWS ? Kind.ROWS : Kind.MIXED;
  }
}
