package dev.espalier.core.internal.passes;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.DataType;
import dev.espalier.graph.Node;
import dev.espalier.graph.Op;
import dev.espalier.graph.Program;
import dev.espalier.graph.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Divides a program into two halves, so that several replicas can run it on one batch: the first
 * half computes sums and means over the samples that a replica is fed, such as gradients; the
 * second half, which is fed those of all samples, computes the updates. Immutable.
 *
 * <p>Means and sums are divided as early as possible: what follows from them, such as clipping by
 * the norm of all gradients, sees the values of the whole batch. The mean and variance of batch
 * normalization in training mode are taken to be means, which makes them those of one replica.
 */
public final class BatchDivision {
  /** Prefix of the names under which sums and means are returned and fed. */
  private static final String TOTAL = "total/";

  private final Program program;
  private final Map<Tensor, Node> producers = new HashMap<>();
  private final Map<Tensor, Kind> kinds = new HashMap<>();
  private final Map<Tensor, String> crossing = new LinkedHashMap<>();
  private final Set<Tensor> later = new HashSet<>();
  private final Map<String, Joining> joinings = new LinkedHashMap<>();
  private final Program samples;
  private final @Nullable Program update;

  /** How the values that replicas compute of their samples become that of the whole batch. */
  public enum Joining {
    /** One after the other, in the order of the samples. */
    ROWS,
    /** Their mean, weighted by the number of samples. */
    MEAN,
    /** Their sum. */
    SUM
  }

  /** What the value of a tensor depends on. */
  private enum Kind {
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

  private BatchDivision(Program program) {
    this.program = program;
    for (Node node : program.graph().nodes()) {
      List<Kind> found = kinds(node);
      for (int i = 0; i < found.size(); i++) {
        kinds.put(node.outputs().get(i), found.get(i));
        producers.put(node.outputs().get(i), node);
      }
    }
    List<Program.Output> early = new ArrayList<>();
    List<Program.Output> late = new ArrayList<>();
    program.outputs().forEach(output -> (isLate(output.tensor()) ? late : early).add(output));
    late.forEach(output -> collectLater(output.tensor()));
    program.updates().forEach(each -> collectLater(each.value()));
    early.forEach(output -> joinings.put(output.name(), joining(output.tensor())));
    this.samples = samples(early);
    this.update = late.isEmpty() && program.updates().isEmpty() ? null : update(late);
  }

  /**
   * Divides a program.
   *
   * @throws EspalierException {@link ErrorCode#INVALID_TRAINING_SETTING} if an update depends on
   *     several samples other than by sums and means, or an output does and is not a metric's
   */
  public static BatchDivision of(Program program) {
    return new BatchDivision(program);
  }

  private List<Kind> kinds(Node node) {
    int outputs = node.outputs().size();
    if (node.op() instanceof Op.Input) {
      return List.of(FeatureBoundary.isBatch(node.output().shape()) ? Kind.ROWS : Kind.SAME);
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

  private Kind kind(Tensor tensor) {
    Kind kind = kinds.get(tensor);
    if (kind == null) {
      throw new IllegalStateException("nothing computes " + tensor);
    }
    return kind;
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

  /** Returns whether an output is computed by the second half. */
  private boolean isLate(Tensor output) {
    return kind(output) == Kind.TOTALS || kind(output) == Kind.SAME;
  }

  private Node producer(Tensor tensor) {
    Node node = producers.get(tensor);
    if (node == null) {
      throw new IllegalStateException("nothing computes " + tensor);
    }
    return node;
  }

  /** Returns whether a node makes sums or means of samples. */
  private boolean isTotal(Node node) {
    return node.op() instanceof Op.Gradients
        || node.inputs().stream().anyMatch(input -> kind(input) == Kind.ROWS);
  }

  /** Notes what the second half needs to compute a tensor, and what it is fed. */
  private void collectLater(Tensor needed) {
    List<Tensor> open = new ArrayList<>(List.of(needed));
    while (!open.isEmpty()) {
      Tensor tensor = open.remove(open.size() - 1);
      Kind kind = kind(tensor);
      if (kind == Kind.ROWS || kind == Kind.MIXED) {
        throw indivisible(tensor);
      }
      Node node = producer(tensor);
      if (kind != Kind.SAME && kind != Kind.TOTALS && isTotal(node)) {
        crossing.computeIfAbsent(tensor, any -> TOTAL + crossing.size());
      } else if (later.add(tensor)) {
        open.addAll(node.inputs());
      }
    }
  }

  private Joining joining(Tensor output) {
    return switch (kind(output)) {
      case ROWS -> Joining.ROWS;
      case MEAN -> Joining.MEAN;
      default -> {
        // What metrics accumulate is added up over batches, so also over parts of a batch.
        if (output.dataType() != DataType.FLOAT32 || !output.shape().isStatic()) {
          throw indivisible(output);
        }
        yield Joining.SUM;
      }
    };
  }

  private Program samples(List<Program.Output> early) {
    List<Program.Output> outputs = new ArrayList<>(early);
    crossing.forEach(
        (tensor, name) -> {
          outputs.add(new Program.Output(name, tensor));
          joinings.put(name, kind(tensor) == Kind.MEAN ? Joining.MEAN : Joining.SUM);
        });
    return new DeadCodeElimination()
        .apply(new Program(program.name(), program.graph(), outputs, List.of()));
  }

  private Program update(List<Program.Output> late) {
    GraphRewriter rewriter =
        new GraphRewriter(
            new Program(program.name() + " update", program.graph(), late, program.updates()));
    return rewriter.rewrite(
        node -> {
          for (Tensor output : node.outputs()) {
            String name = crossing.get(output);
            if (name != null) {
              rewriter.replace(output, rewriter.ops().input(name, output.type()));
            }
          }
          if (node.outputs().stream().anyMatch(later::contains)) {
            rewriter.copy(node);
          }
        });
  }

  private EspalierException indivisible(Tensor tensor) {
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

  /**
   * Returns the first half, which is fed samples and updates nothing. Its outputs are those of the
   * whole program that depend on samples, and the totals.
   */
  public Program samples() {
    return samples;
  }

  /**
   * Returns the second half, which is fed the totals and updates variables, or null if there is
   * nothing to do. Its outputs are those of the whole program that depend on no single sample.
   */
  public @Nullable Program update() {
    return update;
  }

  /** Returns how the outputs of the first half are joined, by name. */
  public Map<String, Joining> joinings() {
    return Collections.unmodifiableMap(joinings);
  }

  /**
   * Returns the layers that normalize with the mean and variance of the samples of one replica,
   * each as {@code name (Type)}.
   */
  public List<String> batchNormalizations() {
    return samples.graph().nodes().stream()
        .filter(node -> node.op() instanceof Op.BatchNormTraining)
        .map(Node::scope)
        .distinct()
        .toList();
  }
}
