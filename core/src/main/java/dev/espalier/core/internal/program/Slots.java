package dev.espalier.core.internal.program;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.Initializer;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Program;
import dev.espalier.graph.Tensor;
import dev.espalier.graph.TensorType;
import dev.espalier.graph.Variable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The state that an optimizer or step keeps between steps, under one prefix. Not thread-safe. */
final class Slots {
  private final Ops ops;
  private final String owner;
  private final Map<String, Variable> variables = new LinkedHashMap<>();
  private final Map<String, Tensor> values = new LinkedHashMap<>();

  /**
   * Creates an empty collection.
   *
   * @param owner prefix of the slots' names
   */
  Slots(Ops ops, String owner) {
    this.ops = ops;
    this.owner = owner;
  }

  List<Variable> variables() {
    return List.copyOf(variables.values());
  }

  List<Program.Update> updates() {
    List<Program.Update> updates = new ArrayList<>();
    values.forEach((name, value) -> updates.add(new Program.Update(known(name), value)));
    return updates;
  }

  Tensor read(String name, TensorType type, Initializer initializer) {
    return ops.read(
        variables.computeIfAbsent(
            name,
            key -> new Variable(owner + "/" + key, type, Variable.Role.SLOT, false, initializer)));
  }

  void assign(String name, Tensor value) {
    known(name);
    values.put(name, value);
  }

  private Variable known(String name) {
    Variable slot = variables.get(name);
    if (slot == null) {
      throw new EspalierException(
          ErrorCode.INVALID_TRAINING_SETTING,
          "The slot \"" + name + "\" of " + owner + " is given a value before it was asked for.",
          "Call slot first, which defines its type.");
    }
    return slot;
  }
}
