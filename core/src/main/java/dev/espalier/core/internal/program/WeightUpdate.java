package dev.espalier.core.internal.program;

import dev.espalier.graph.Initializer;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Program;
import dev.espalier.graph.Tensor;
import dev.espalier.graph.TensorType;
import dev.espalier.graph.Variable;
import dev.espalier.optimizer.Optimizer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Collects the update of an optimizer to one weight. Not thread-safe. */
final class WeightUpdate implements Optimizer.Update {
  private final Ops ops;
  private final Variable weight;
  private final Tensor learningRate;
  private final Slots slots;
  private @Nullable Tensor value;

  /**
   * Creates an empty update.
   *
   * @param prefix of the names of slots, empty for the trainer's optimizer
   */
  WeightUpdate(Ops ops, Variable weight, Tensor learningRate, String prefix) {
    this.ops = ops;
    this.weight = weight;
    this.learningRate = learningRate;
    this.slots = new Slots(ops, prefix + weight.name());
  }

  List<Variable> slots() {
    return slots.variables();
  }

  List<Program.Update> updates() {
    List<Program.Update> updates = new ArrayList<>();
    if (value != null) {
      updates.add(new Program.Update(weight, value));
    }
    updates.addAll(slots.updates());
    return updates;
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
    return slots.read(name, type, initializer);
  }

  @Override
  public void assignSlot(String name, Tensor slotValue) {
    slots.assign(name, slotValue);
  }

  @Override
  public void assign(Tensor newValue) {
    value = newValue;
  }
}
