package dev.espalier.core.internal.passes;

import dev.espalier.core.internal.passes.ReplicatedProgram.Joining;
import dev.espalier.core.internal.passes.ReplicatedProgram.Phase;
import dev.espalier.core.internal.passes.SampleDependence.Kind;
import dev.espalier.graph.DataType;
import dev.espalier.graph.Node;
import dev.espalier.graph.Op;
import dev.espalier.graph.Program;
import dev.espalier.graph.Tensor;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Divides a program at its sums and means over the batch: the first phase computes those of the
 * samples of a replica, such as gradients; the second, which is fed those of all samples, computes
 * what follows from them, such as clipping by the norm of all gradients, and the updates.
 */
final class BatchDivision {
  /** Prefix of the names under which sums and means are returned and fed. */
  private static final String TOTAL = "total/";

  private final Program program;
  private final SampleDependence dependence;
  private final Map<Tensor, String> crossing = new LinkedHashMap<>();
  private final Set<Tensor> later = new HashSet<>();

  private BatchDivision(Program program, SampleDependence dependence) {
    this.program = program;
    this.dependence = dependence;
  }

  static ReplicatedProgram divided(Program program, SampleDependence dependence) {
    return new BatchDivision(program, dependence).divided();
  }

  private ReplicatedProgram divided() {
    List<Program.Output> early = new ArrayList<>();
    List<Program.Output> late = new ArrayList<>();
    program.outputs().forEach(output -> (isLate(output.tensor()) ? late : early).add(output));
    late.forEach(output -> collectLater(output.tensor()));
    program.updates().forEach(each -> collectLater(each.value()));
    Phase samples = samples(early);
    List<Phase> phases = new ArrayList<>(List.of(samples));
    if (!late.isEmpty() || !program.updates().isEmpty()) {
      phases.add(new Phase(update(late), false, Map.of()));
    }
    return new ReplicatedProgram(phases, normalizations(samples.program()));
  }

  /** Returns the layers that normalize with the mean and variance of a batch. */
  static List<String> normalizations(Program program) {
    return program.graph().nodes().stream()
        .filter(node -> node.op() instanceof Op.BatchNormTraining)
        .map(Node::scope)
        .distinct()
        .toList();
  }

  /** Returns whether an output is computed by the second phase. */
  private boolean isLate(Tensor output) {
    Kind kind = dependence.kind(output);
    return kind == Kind.TOTALS || kind == Kind.SAME;
  }

  /** Returns whether a node makes sums or means of samples. */
  private boolean isTotal(Node node) {
    return node.op() instanceof Op.Gradients
        || node.inputs().stream().anyMatch(input -> dependence.kind(input) == Kind.ROWS);
  }

  /** Notes what the second phase needs to compute a tensor, and what it is fed. */
  private void collectLater(Tensor needed) {
    List<Tensor> open = new ArrayList<>(List.of(needed));
    while (!open.isEmpty()) {
      Tensor tensor = open.remove(open.size() - 1);
      Kind kind = dependence.kind(tensor);
      if (kind == Kind.ROWS || kind == Kind.MIXED) {
        throw dependence.indivisible(tensor);
      }
      Node node = dependence.producer(tensor);
      if (kind != Kind.SAME && kind != Kind.TOTALS && isTotal(node)) {
        crossing.computeIfAbsent(tensor, any -> TOTAL + crossing.size());
      } else if (later.add(tensor)) {
        open.addAll(node.inputs());
      }
    }
  }

  private Joining joining(Tensor output) {
    return switch (dependence.kind(output)) {
      case ROWS -> Joining.ROWS;
      case MEAN -> Joining.MEAN;
      default -> {
        // What metrics accumulate is added up over batches, so also over parts of a batch.
        if (output.dataType() != DataType.FLOAT32 || !output.shape().isStatic()) {
          throw dependence.indivisible(output);
        }
        yield Joining.SUM;
      }
    };
  }

  private Phase samples(List<Program.Output> early) {
    List<Program.Output> outputs = new ArrayList<>(early);
    crossing.forEach((tensor, name) -> outputs.add(new Program.Output(name, tensor)));
    Map<String, Joining> joinings = new LinkedHashMap<>();
    outputs.forEach(output -> joinings.put(output.name(), joining(output.tensor())));
    Program samples =
        new DeadCodeElimination()
            .apply(new Program(program.name(), program.graph(), outputs, List.of()));
    return new Phase(samples, true, joinings);
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
}
