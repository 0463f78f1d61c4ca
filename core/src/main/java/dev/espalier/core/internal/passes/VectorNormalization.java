package dev.espalier.core.internal.passes;

import dev.espalier.core.internal.passes.ReplicatedProgram.Joining;
import dev.espalier.core.internal.passes.ReplicatedProgram.Phase;
import dev.espalier.core.internal.passes.SampleDependence.Kind;
import dev.espalier.graph.Node;
import dev.espalier.graph.Op;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Program;
import dev.espalier.graph.Tensor;
import dev.espalier.graph.internal.RowByRow;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Divides a training step whose last layers normalize vectors with the mean and variance of the
 * batch, as the head of a fine-tuned model does. These layers are cheap, so each replica computes
 * them for the whole batch, from the vectors that all replicas have computed of their samples:
 *
 * <ol>
 *   <li>the vectors of the replica's samples, which are gathered;
 *   <li>for the whole batch, everything after them: losses, metrics, and the gradients of the loss
 *       with respect to weights and vectors;
 *   <li>if layers before them are trained, the gradients of their weights, from the gradients of
 *       the loss with respect to the replica's own vectors;
 *   <li>the updates.
 * </ol>
 */
final class VectorNormalization {
  private static final int VECTORS = 2;

  private final Program program;
  private final SampleDependence dependence;
  private final Set<Tensor> before = new HashSet<>();
  private final Map<Tensor, String> vectors = new LinkedHashMap<>();
  private final Map<Tensor, String> statistics = new LinkedHashMap<>();
  private final Map<Tensor, String> whole = new LinkedHashMap<>();
  private final List<Gradient> gradients = new ArrayList<>();
  private final Map<Tensor, Gradient> byOutput = new LinkedHashMap<>();

  /**
   * A gradient of the step.
   *
   * @param node computes it
   * @param of the tensor with respect to which it is computed
   * @param output the gradient
   * @param afterVectors whether the loss depends on the tensor other than by the vectors
   * @param beforeVectors whether the vectors depend on it
   */
  private record Gradient(
      Node node, Tensor of, Tensor output, boolean afterVectors, boolean beforeVectors) {}

  private VectorNormalization(Program program, SampleDependence dependence, Set<Tensor> after) {
    this.program = program;
    this.dependence = dependence;
    Set<Tensor> weights = new HashSet<>();
    for (Node node : nodes()) {
      for (Tensor output : node.outputs()) {
        if (dependence.kind(output) == Kind.ROWS && !after.contains(output)) {
          before.add(output);
        }
      }
      if (node.op() instanceof Op.ReadVariable) {
        weights.add(node.output());
      }
    }
    Set<Tensor> weighted = dependence.computedFrom(weights);
    Set<Tensor> used = new LinkedHashSet<>();
    nodes().stream()
        .filter(node -> !before.contains(node.output()))
        .forEach(node -> used.addAll(node.inputs()));
    program.outputs().forEach(output -> used.add(output.tensor()));
    used.stream()
        .filter(tensor -> before.contains(tensor) && weighted.contains(tensor))
        .forEach(tensor -> vectors.put(tensor, "vectors/" + vectors.size()));
  }

  /** Returns the phases of a step, or null if it does not end in this way. */
  static @Nullable ReplicatedProgram divided(Program program, SampleDependence dependence) {
    Set<Tensor> normalized = new HashSet<>();
    for (Node node : program.graph().nodes()) {
      if (node.op() instanceof Op.BatchNormTraining
          && node.output().shape().rank() == VECTORS
          && dependence.kind(node.output()) == Kind.ROWS) {
        normalized.addAll(node.outputs());
      }
    }
    if (normalized.isEmpty()) {
      return null;
    }
    VectorNormalization division =
        new VectorNormalization(program, dependence, dependence.computedFrom(normalized));
    return division.isApplicable() ? division.divided() : null;
  }

  private List<Node> nodes() {
    return program.graph().nodes();
  }

  private boolean isApplicable() {
    Set<Tensor> found = new HashSet<>();
    for (Node node : nodes()) {
      if (node.op() instanceof Op.Gradients) {
        found.addAll(node.outputs());
        boolean ofSamples =
            node.inputs().stream().skip(1).anyMatch(of -> dependence.kind(of) != Kind.SAME);
        if (ofSamples) {
          return false;
        }
      }
    }
    Set<Tensor> updates = dependence.computedFrom(found);
    boolean twice =
        nodes().stream()
            .anyMatch(
                node ->
                    node.op() instanceof Op.Gradients
                        && node.inputs().stream().anyMatch(updates::contains));
    return !twice && vectors.keySet().stream().allMatch(tensor -> tensor.shape().rank() == VECTORS);
  }

  private ReplicatedProgram divided() {
    if (vectors.isEmpty()) {
      // The vectors are fed, as cached features are: all of the step comes after them.
      return new ReplicatedProgram(List.of(new Phase(program, false, Map.of())), List.of());
    }
    collectGradients();
    Set<Tensor> afterGradients = dependence.computedFrom(byOutput.keySet());
    List<Program.Output> early = new ArrayList<>();
    List<Program.Output> late = new ArrayList<>();
    program
        .outputs()
        .forEach(output -> (afterGradients.contains(output.tensor()) ? late : early).add(output));
    Set<Tensor> updated = new HashSet<>();
    late.forEach(output -> collectUpdated(output.tensor(), updated));
    program.updates().forEach(update -> collectUpdated(update.value(), updated));

    Phase samples = samples();
    List<Phase> phases = new ArrayList<>(List.of(samples, afterVectors(early)));
    if (gradients.stream().anyMatch(Gradient::beforeVectors)) {
      phases.add(beforeVectors());
    }
    phases.add(new Phase(update(late, updated), false, Map.of()));
    return new ReplicatedProgram(phases, BatchDivision.normalizations(samples.program()));
  }

  private void collectGradients() {
    for (Node node : nodes()) {
      if (!(node.op() instanceof Op.Gradients)) {
        continue;
      }
      Tensor scalar = node.inputs().get(0);
      for (int i = 0; i < node.outputs().size(); i++) {
        Tensor of = node.inputs().get(i + 1);
        Set<Tensor> reached = dependence.computedFrom(Set.of(of));
        boolean beforeVectors = vectors.keySet().stream().anyMatch(reached::contains);
        boolean afterVectors =
            !beforeVectors || dependence.computedFrom(Set.of(of), before).contains(scalar);
        Gradient gradient =
            new Gradient(node, of, node.outputs().get(i), afterVectors, beforeVectors);
        gradients.add(gradient);
        byOutput.put(gradient.output(), gradient);
      }
    }
  }

  /** Notes what the last phase computes to give a tensor, and what it is fed. */
  private void collectUpdated(Tensor wanted, Set<Tensor> updated) {
    List<Tensor> open = new ArrayList<>(List.of(wanted));
    while (!open.isEmpty()) {
      Tensor tensor = open.remove(open.size() - 1);
      Node node = dependence.producer(tensor);
      if (byOutput.containsKey(tensor)) {
        continue;
      }
      if (node.op() instanceof Op.BatchNormTraining && before.contains(node.output())) {
        statistics.computeIfAbsent(tensor, any -> "total/" + statistics.size());
      } else if (node.inputs().stream().anyMatch(in -> RowByRow.isBatch(in.shape()))) {
        whole.computeIfAbsent(tensor, any -> "whole/" + whole.size());
      } else if (updated.add(tensor)) {
        open.addAll(node.inputs());
      }
    }
  }

  private Phase samples() {
    List<Program.Output> outputs = new ArrayList<>();
    Map<String, Joining> joinings = new LinkedHashMap<>();
    vectors.forEach(
        (tensor, name) -> {
          outputs.add(new Program.Output(name, tensor));
          joinings.put(name, Joining.ROWS);
        });
    statistics.forEach(
        (tensor, name) -> {
          outputs.add(new Program.Output(name, tensor));
          joinings.put(name, Joining.MEAN);
        });
    return new Phase(
        new DeadCodeElimination()
            .apply(new Program(program.name(), program.graph(), outputs, List.of())),
        true,
        joinings);
  }

  /** Returns what a tensor is computed from, up to the given tensors and including them. */
  private Set<Tensor> neededFor(Set<Tensor> wanted, Set<Tensor> given) {
    Set<Tensor> needed = new HashSet<>(wanted);
    for (int i = nodes().size() - 1; i >= 0; i--) {
      Node node = nodes().get(i);
      if (node.outputs().stream().anyMatch(o -> needed.contains(o) && !given.contains(o))) {
        needed.addAll(node.inputs());
      }
    }
    return needed;
  }

  private Phase afterVectors(List<Program.Output> early) {
    Map<String, Tensor> named = new LinkedHashMap<>();
    early.forEach(output -> named.put(output.name(), output.tensor()));
    whole.forEach((tensor, name) -> named.put(name, tensor));
    Set<Tensor> wanted = new HashSet<>(named.values());
    gradients.forEach(
        gradient -> {
          wanted.add(gradient.node().inputs().get(0));
          if (gradient.afterVectors()) {
            wanted.add(gradient.of());
          }
        });
    wanted.addAll(vectors.keySet());
    Set<Tensor> needed = neededFor(wanted, vectors.keySet());
    GraphRewriter rewriter = new GraphRewriter(program);
    Ops ops = rewriter.ops();
    List<Program.Output> outputs = new ArrayList<>();
    for (Node node : nodes()) {
      String name = vectors.get(node.output());
      if (name != null) {
        rewriter.replace(node.output(), ops.input(name, node.output().type()));
      } else if (node.op() instanceof Op.Gradients) {
        outputs.addAll(gradientsAfterVectors(node, rewriter));
      } else if (node.outputs().stream().anyMatch(needed::contains)) {
        rewriter.copy(node);
      }
    }
    named.forEach(
        (name, tensor) -> outputs.add(new Program.Output(name, rewriter.replacement(tensor))));
    return new Phase(
        new Program(program.name() + " after vectors", ops.toGraph(), outputs, List.of()),
        false,
        Map.of());
  }

  private List<Program.Output> gradientsAfterVectors(Node node, GraphRewriter rewriter) {
    List<String> names = new ArrayList<>();
    List<Tensor> of = new ArrayList<>();
    for (Gradient gradient : of(node)) {
      if (gradient.afterVectors()) {
        names.add(afterName(gradient));
        of.add(rewriter.replacement(gradient.of()));
      }
    }
    if (of(node).stream().anyMatch(Gradient::beforeVectors)) {
      vectors.forEach(
          (tensor, name) -> {
            names.add(cotangentName(node, name));
            of.add(rewriter.replacement(tensor));
          });
    }
    Ops ops = rewriter.ops();
    List<Tensor> found =
        ops.within(
            node.scope(),
            () -> ops.gradients(rewriter.replacement(node.inputs().get(0)), List.copyOf(of)));
    return IntStream.range(0, names.size())
        .mapToObj(i -> new Program.Output(names.get(i), found.get(i)))
        .toList();
  }

  private List<Gradient> of(Node node) {
    return gradients.stream().filter(gradient -> gradient.node().equals(node)).toList();
  }

  private String afterName(Gradient gradient) {
    return "gradient after/" + gradients.indexOf(gradient);
  }

  private String beforeName(Gradient gradient) {
    return "gradient before/" + gradients.indexOf(gradient);
  }

  private String cotangentName(Node node, String vector) {
    return "cotangent/" + nodes().indexOf(node) + "/" + vector;
  }

  private Phase beforeVectors() {
    Set<Tensor> wanted = new HashSet<>(vectors.keySet());
    gradients.stream().filter(Gradient::beforeVectors).forEach(one -> wanted.add(one.of()));
    Set<Tensor> needed = neededFor(wanted, Set.of());
    GraphRewriter rewriter = new GraphRewriter(program);
    Ops ops = rewriter.ops();
    List<Program.Output> outputs = new ArrayList<>();
    Map<String, Joining> joinings = new LinkedHashMap<>();
    for (Node node : nodes()) {
      if (node.outputs().stream().anyMatch(needed::contains)) {
        rewriter.copy(node);
      }
    }
    for (Node node : nodes()) {
      List<Gradient> wished = of(node).stream().filter(Gradient::beforeVectors).toList();
      if (!wished.isEmpty()) {
        List<Tensor> found =
            ops.within(
                node.scope(),
                () ->
                    ops.gradients(
                        productWithCotangents(node, rewriter),
                        wished.stream().map(one -> rewriter.replacement(one.of())).toList()));
        for (int i = 0; i < found.size(); i++) {
          outputs.add(new Program.Output(beforeName(wished.get(i)), found.get(i)));
          joinings.put(beforeName(wished.get(i)), Joining.SUM);
        }
      }
    }
    return new Phase(
        new Program(program.name() + " before vectors", ops.toGraph(), outputs, List.of()),
        true,
        joinings);
  }

  /** Returns a number whose gradients, with the cotangents constant, are those of the loss. */
  private Tensor productWithCotangents(Node node, GraphRewriter rewriter) {
    Ops ops = rewriter.ops();
    return vectors.entrySet().stream()
        .map(
            vector -> {
              Tensor own = rewriter.replacement(vector.getKey());
              Tensor cotangent = ops.input(cotangentName(node, vector.getValue()), own.type());
              return ops.sum(ops.multiply(own, cotangent), 0, 1);
            })
        .reduce(ops::add)
        .orElseThrow();
  }

  private Program update(List<Program.Output> late, Set<Tensor> updated) {
    GraphRewriter rewriter =
        new GraphRewriter(
            new Program(program.name() + " update", program.graph(), late, program.updates()));
    Ops ops = rewriter.ops();
    return rewriter.rewrite(
        node -> {
          for (Tensor output : node.outputs()) {
            String name = statistics.getOrDefault(output, whole.get(output));
            Gradient gradient = byOutput.get(output);
            if (name != null) {
              rewriter.replace(output, ops.input(name, output.type()));
            } else if (gradient != null) {
              rewriter.replace(output, fed(gradient, ops));
            }
          }
          if (node.outputs().stream().anyMatch(updated::contains)) {
            rewriter.copy(node);
          }
        });
  }

  private Tensor fed(Gradient gradient, Ops ops) {
    if (!gradient.beforeVectors()) {
      return ops.input(afterName(gradient), gradient.output().type());
    }
    Tensor before = ops.input(beforeName(gradient), gradient.output().type());
    return gradient.afterVectors()
        ? ops.add(ops.input(afterName(gradient), gradient.output().type()), before)
        : before;
  }
}
