package dev.espalier.core.internal.program;

import dev.espalier.graph.Initializer;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Program;
import dev.espalier.graph.Tensor;
import dev.espalier.graph.TensorType;
import dev.espalier.graph.Variable;
import dev.espalier.training.Optimizer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Collects what an optimizer does to one weight. Not thread-safe. */
final class WeightUpdate implements Optimizer.Update {
  private final Ops ops;
  private final Variable weight;
  private final Tensor learningRate;
  private final Map<String, Variable> slots = new LinkedHashMap<>();
  private final Map<String, Tensor> slotValues = new LinkedHashMap<>();
  private @Nullable Tensor value;

  WeightUpdate(Ops ops, Variable weight, Tensor learningRate) {
    this.ops = ops;
    this.weight = weight;
    this.learningRate = learningRate;
  }

  List<Variable> slots() {
    return List.copyOf(slots.values());
  }

  List<Program.Update> updates() {
    List<Program.Update> updates = new ArrayList<>();
    if (value != null) {
      updates.add(new Program.Update(weight, value));
    }
    slotValues.forEach(
        (name, slotValue) -> updates.add(new Program.Update(known(name), slotValue)));
    return updates;
  }

  private Variable known(String name) {
    Variable slot = slots.get(name);
    if (slot == null) {
      throw new IllegalStateException(
          "the optimizer assigns the slot " + name + " of " + weight.name() + " without asking");
    }
    return slot;
  }

  @Override
  public Ops ops() {
    return ops;
  }

  @Override
  public Variable variable() {
    return weight;
  }

  @Override
  public Tensor learningRate() {
    return learningRate;
  }

  @Override
  public Tensor slot(String name, TensorType type, Initializer initializer) {
    Variable slot =
        slots.computeIfAbsent(
            name,
            key ->
                new Variable(
                    weight.name() + "/" + key, type, Variable.Role.SLOT, false, initializer));
    return ops.read(slot);
  }

  @Override
  public void assignSlot(String name, Tensor slotValue) {
    slotValues.put(name, slotValue);
  }

  @Override
  public void assign(Tensor newValue) {
    value = newValue;
  }
}
