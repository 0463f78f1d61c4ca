package dev.espalier.engine.onnxruntime;

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
 * @param samples gives values of samples: outputs of the program, and what the rest needs
 * @param rest gives the other outputs; it is fed inputs of the program and outputs of the first
 *     program; null if there are none
 * @param largest bytes of the largest value that the first program computes for one sample
 */
record SlicedProgram(Program samples, @Nullable Program rest, long largest) {
  /** What the rest is fed must be this many times smaller than what the parts compute. */
  private static final int SMALLER = 4;

  /** Returns a program in parts, or null if it does not divide like that. */
  static @Nullable SlicedProgram of(Program program) {
    return program.updates().isEmpty() ? new Division(program).divided() : null;
  }

  /** Divides one program, once. */
  private static final class Division {
    private final Program program;
    private final Map<Tensor, Node> producers = new HashMap<>();

    /** Tensors with a row for each sample that depends on this sample alone. */
    private final Set<Tensor> rows = new HashSet<>();

    /** Other tensors that depend on samples. */
    private final Set<Tensor> mixed = new HashSet<>();

    private long largest;

    Division(Program program) {
      this.program = program;
      for (Node node : program.graph().nodes()) {
        node.outputs().forEach(output -> producers.put(output, node));
        sort(node);
      }
    }

    private void sort(Node node) {
      if (isRows(node)) {
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
      Map<Tensor, String> crossing = crossing(late);
      crossing.forEach((tensor, name) -> early.add(new Program.Output(name, tensor)));
      long crossingBytes = crossing.keySet().stream().mapToLong(Division::bytes).sum();
      if (early.isEmpty() || SMALLER * crossingBytes > largest) {
        return null;
      }
      return new SlicedProgram(
          part(program.name(), early, Map.of()),
          late.isEmpty() ? null : part(program.name() + " of a batch", late, crossing),
          largest);
    }

    /** Returns the values of samples that other outputs are computed from, with a name for each. */
    private Map<Tensor, String> crossing(List<Program.Output> late) {
      Map<Tensor, String> crossing = new LinkedHashMap<>();
      for (Tensor tensor : needed(late, rows)) {
        if (rows.contains(tensor) && !isInput(tensor)) {
          crossing.put(tensor, "of samples/" + crossing.size());
        }
      }
      return crossing;
    }

    /** Returns what outputs are computed from, without what given tensors are computed from. */
    private Set<Tensor> needed(List<Program.Output> outputs, Set<Tensor> given) {
      Set<Tensor> needed = new LinkedHashSet<>();
      List<Tensor> open = new ArrayList<>();
      outputs.forEach(output -> open.add(output.tensor()));
      while (!open.isEmpty()) {
        Tensor tensor = open.remove(open.size() - 1);
        if (needed.add(tensor) && !given.contains(tensor)) {
          open.addAll(node(tensor).inputs());
        }
      }
      return needed;
    }

    private Program part(String name, List<Program.Output> outputs, Map<Tensor, String> fed) {
      Set<Tensor> needed = needed(outputs, fed.keySet());
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
          List.of());
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
