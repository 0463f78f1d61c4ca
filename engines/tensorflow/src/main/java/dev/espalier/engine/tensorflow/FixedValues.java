package dev.espalier.engine.tensorflow;

import dev.espalier.graph.Node;
import dev.espalier.graph.Op;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Program;
import dev.espalier.graph.Tensor;
import dev.espalier.graph.Variable;
import dev.espalier.initializer.Zeros;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A program in two: what it computes of variables alone, such as kernels into which a batch
 * normalization is folded, and the rest, which reads these values. A program that runs for several
 * slices of a batch computes them once.
 *
 * @param values gives the values; has no inputs
 * @param program the rest; it reads variables of its own
 * @param variables those variables, in the order of the outputs of {@code values}
 */
record FixedValues(Program values, Program program, List<Variable> variables) {
  /** Divides a program that updates no variables. */
  static FixedValues of(Program program) {
    Division division = new Division();
    program.graph().nodes().forEach(division::add);
    return division.result(program);
  }

  /** Divides one program, once. */
  private static final class Division {
    private final Ops values = new Ops();
    private final Ops rest = new Ops();

    /** What is computed of variables and constants alone, as computed in the first program. */
    private final Map<Tensor, Tensor> fixed = new HashMap<>();

    private final Map<Tensor, Tensor> copies = new HashMap<>();

    /** Values that the rest reads. */
    private final Map<Tensor, Variable> read = new LinkedHashMap<>();

    void add(Node node) {
      if (node.op() instanceof Op.Constant) {
        // A few bytes, for both.
        copy(node, values, fixed, false);
        copy(node, rest, copies, false);
      } else if (isFixed(node)) {
        copy(node, values, fixed, false);
      } else {
        copy(node, rest, copies, true);
      }
    }

    private boolean isFixed(Node node) {
      if (node.op() instanceof Op.ReadVariable) {
        return true;
      }
      return !node.inputs().isEmpty()
          && node.inputs().stream().allMatch(fixed::containsKey)
          && node.outputs().stream().allMatch(Division::canBeRead);
    }

    /** Returns whether a variable can have the type of a tensor: no type of 16 bits. */
    private static boolean canBeRead(Tensor tensor) {
      return tensor.shape().isStatic() && !tensor.dataType().isHalf();
    }

    private void copy(Node node, Ops ops, Map<Tensor, Tensor> known, boolean reads) {
      List<Tensor> results =
          ops.within(
              node.scope(),
              () -> {
                List<Tensor> inputs = new ArrayList<>();
                for (Tensor input : node.inputs()) {
                  Tensor copy = known.get(input);
                  inputs.add(copy == null && reads ? reading(input) : required(copy, input));
                }
                return ops.apply(node.op(), inputs);
              });
      for (int i = 0; i < results.size(); i++) {
        known.put(node.outputs().get(i), results.get(i));
      }
    }

    private Tensor reading(Tensor tensor) {
      required(fixed.get(tensor), tensor);
      Variable variable = read.get(tensor);
      if (variable == null) {
        variable =
            new Variable(
                "fixed/" + read.size(),
                tensor.type(),
                Variable.Role.NON_TRAINABLE,
                false,
                new Zeros());
        read.put(tensor, variable);
      }
      return rest.read(variable);
    }

    private static Tensor required(@Nullable Tensor copy, Tensor tensor) {
      if (copy == null) {
        throw new IllegalStateException("not copied: " + tensor);
      }
      return copy;
    }

    FixedValues result(Program program) {
      List<Program.Output> results =
          program.outputs().stream()
              .map(
                  output -> {
                    Tensor copy = copies.get(output.tensor());
                    return new Program.Output(
                        output.name(), copy == null ? reading(output.tensor()) : copy);
                  })
              .toList();
      List<Program.Output> given = new ArrayList<>();
      read.forEach(
          (tensor, variable) ->
              given.add(new Program.Output(variable.name(), required(fixed.get(tensor), tensor))));
      return new FixedValues(
          new Program("weights of " + program.name(), values.toGraph(), given, List.of()),
          new Program(program.name(), rest.toGraph(), results, List.of()),
          List.copyOf(read.values()));
    }
  }
}
