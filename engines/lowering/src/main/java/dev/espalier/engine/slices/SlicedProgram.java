package dev.espalier.engine.slices;

import dev.espalier.graph.Node;
import dev.espalier.graph.Op;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Program;
import dev.espalier.graph.Tensor;
import dev.espalier.graph.internal.RowByRow;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A program of which the larger part computes each sample by itself, such as a model, and the rest
 * what concerns several samples, such as the sum of their losses. The first program can be run for
 * a few samples at a time: what its operations hand on then stays in the cache of the processor.
 *
 * <p>A program that trains divides too if a frozen base is its larger part: whatever gradients pass
 * through is in the rest.
 *
 * @param samples gives values of samples: outputs of the program, and what the rest needs
 * @param rest gives the other outputs and updates variables; it is fed inputs of the program and
 *     outputs of the first program; null if there is nothing of that
 * @param largest bytes of the largest value that the first program computes for one sample
 */
record SlicedProgram(Program samples, @Nullable Program rest, long largest) {
  /** What the rest is fed must be this many times smaller than what the parts compute. */
  private static final int SMALLER = 4;

  /** Returns a program in parts, or null if it does not divide like that. */
  static @Nullable SlicedProgram of(Program program) {
    return new Division(program).divided();
  }

  /** Divides one program, once. */
  private static final class Division {
    private final Program program;
    private final Map<Tensor, Node> producers = new HashMap<>();

    /** Tensors with a row for each sample that depends on this sample alone. */
    private final Set<Tensor> rows = new HashSet<>();

    /** Other tensors that depend on samples, and all that gradients pass through. */
    private final Set<Tensor> mixed = new HashSet<>();

    /** What gradients are computed with respect to. */
    private final Set<Tensor> differentiated = new HashSet<>();

    private long largest;

    Division(Program program) {
      this.program = program;
      for (Node node : program.graph().nodes()) {
        if (node.op() instanceof Op.Gradients) {
          differentiated.addAll(node.inputs().subList(1, node.inputs().size()));
        }
      }
      for (Node node : program.graph().nodes()) {
        node.outputs().forEach(output -> producers.put(output, node));
        sort(node);
      }
    }

    private void sort(Node node) {
      if (node.outputs().stream().anyMatch(differentiated::contains)) {
        mixed.addAll(node.outputs());
      } else if (isRows(node)) {
        Tensor output = node.output();
        rows.add(output);
        largest = Math.max(largest, bytes(output));
      } else if (node.inputs().stream().anyMatch(in -> rows.contains(in) || mixed.contains(in))) {
        mixed.addAll(node.outputs());
      }
    }

    private boolean isRows(Node node) {
      if (node.op() instanceof Op.Input input) {
        return RowByRow.isBatch(input.type().shape());
      }
      return node.inputs().stream().anyMatch(rows::contains)
          && node.inputs().stream().noneMatch(mixed::contains)
          && RowByRow.computes(node, rows::contains);
    }

    /** Returns the size of a tensor, or of its values for one sample. */
    private static long bytes(Tensor tensor) {
      return tensor.shape().withoutBatch().elementCount() * tensor.dataType().bytes();
    }

    private boolean isInput(Tensor tensor) {
      return node(tensor).op() instanceof Op.Input;
    }

    private Node node(Tensor tensor) {
      Node node = producers.get(tensor);
      if (node == null) {
        throw new IllegalStateException("nothing computes " + tensor);
      }
      return node;
    }

    @Nullable SlicedProgram divided() {
      List<Program.Output> early = new ArrayList<>();
      List<Program.Output> late = new ArrayList<>();
      program
          .outputs()
          .forEach(output -> (rows.contains(output.tensor()) ? early : late).add(output));
      Set<Tensor> wanted = wanted(late, program.updates());
      Map<Tensor, String> crossing = crossing(wanted);
      crossing.forEach((tensor, name) -> early.add(new Program.Output(name, tensor)));
      long crossingBytes = crossing.keySet().stream().mapToLong(Division::bytes).sum();
      if (early.isEmpty()
          || SMALLER * crossingBytes > largest
          || crossing.keySet().stream().anyMatch(tensor -> tensor.dataType().isHalf())) {
        return null;
      }
      Program samples = part(program.name(), early, List.of(), Map.of());
      if (program.updates().stream()
          .anyMatch(update -> samples.variables().contains(update.variable()))) {
        return null;
      }
      return new SlicedProgram(
          samples,
          wanted.isEmpty()
              ? null
              : part(program.name() + " of a batch", late, program.updates(), crossing),
          largest);
    }

    private static Set<Tensor> wanted(List<Program.Output> outputs, List<Program.Update> updates) {
      Set<Tensor> wanted = new LinkedHashSet<>();
      outputs.forEach(output -> wanted.add(output.tensor()));
      updates.forEach(update -> wanted.add(update.value()));
      return wanted;
    }

    /** Returns the values of samples that other outputs are computed from, with a name for each. */
    private Map<Tensor, String> crossing(Set<Tensor> late) {
      Map<Tensor, String> crossing = new LinkedHashMap<>();
      for (Tensor tensor : needed(late, rows)) {
        if (rows.contains(tensor) && !isInput(tensor)) {
          crossing.put(tensor, "of samples/" + crossing.size());
        }
      }
      return crossing;
    }

    /** Returns what results are computed from, without what given tensors are computed from. */
    private Set<Tensor> needed(Set<Tensor> results, Set<Tensor> given) {
      Set<Tensor> needed = new LinkedHashSet<>();
      List<Tensor> open = new ArrayList<>(results);
      while (!open.isEmpty()) {
        Tensor tensor = open.remove(open.size() - 1);
        if (needed.add(tensor) && !given.contains(tensor)) {
          open.addAll(node(tensor).inputs());
        }
      }
      return needed;
    }

    private Program part(
        String name,
        List<Program.Output> outputs,
        List<Program.Update> updates,
        Map<Tensor, String> fed) {
      Set<Tensor> needed = needed(wanted(outputs, updates), fed.keySet());
      Ops ops = new Ops();
      Map<Tensor, Tensor> copies = new HashMap<>();
      for (Node node : program.graph().nodes()) {
        if (node.outputs().stream().noneMatch(needed::contains)) {
          continue;
        }
        List<Tensor> results = ops.within(node.scope(), () -> copy(node, ops, copies, fed));
        for (int i = 0; i < results.size(); i++) {
          copies.put(node.outputs().get(i), results.get(i));
        }
      }
      return new Program(
          name,
          ops.toGraph(),
          outputs.stream()
              .map(output -> new Program.Output(output.name(), copied(copies, output.tensor())))
              .toList(),
          updates.stream()
              .map(update -> new Program.Update(update.variable(), copied(copies, update.value())))
              .toList());
    }

    private static List<Tensor> copy(
        Node node, Ops ops, Map<Tensor, Tensor> copies, Map<Tensor, String> fed) {
      String given = fed.get(node.output());
      if (given != null) {
        return List.of(ops.input(given, node.output().type()));
      }
      return ops.apply(
          node.op(), node.inputs().stream().map(input -> copied(copies, input)).toList());
    }

    private static Tensor copied(Map<Tensor, Tensor> copies, Tensor tensor) {
      Tensor copy = copies.get(tensor);
      if (copy == null) {
        throw new IllegalStateException("not copied: " + tensor);
      }
      return copy;
    }
  }
}
