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
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Collects the updates of an optimizer to all its weights. Not thread-safe. */
final class WeightGroup implements Optimizer.Group {
  private final Ops ops;
  private final Tensor learningRate;
  private final List<WeightUpdate> updates = new ArrayList<>();
  private final List<Optimizer.Gradient> gradients = new ArrayList<>();
  private final Slots slots;
  private final @Nullable Tensor condition;

  /**
   * Creates an empty collection.
   *
   * @param multipliers of the learning rate, by the names of variables; 1 for others
   * @param prefix of the names of slots, empty for the trainer's optimizer
   * @param condition whether weights and slots are updated in a step, or null for always
   */
  WeightGroup(
      Ops ops,
      Tensor learningRate,
      Map<String, Double> multipliers,
      String prefix,
      List<Variable> weights,
      List<Tensor> changes,
      @Nullable Tensor condition) {
    this.ops = ops;
    this.learningRate = learningRate;
    this.slots = new Slots(ops, prefix + "optimizer");
    this.condition = condition;
    for (int i = 0; i < weights.size(); i++) {
      double multiplier = multipliers.getOrDefault(weights.get(i).name(), 1.0);
      Tensor rate = multiplier == 1 ? learningRate : ops.multiply(learningRate, multiplier);
      WeightUpdate update = new WeightUpdate(ops, weights.get(i), rate, prefix);
      updates.add(update);
      gradients.add(new Optimizer.Gradient(update, ops.read(weights.get(i)), changes.get(i)));
    }
  }

  List<Variable> slots() {
    List<Variable> all = new ArrayList<>();
    updates.forEach(update -> all.addAll(update.slots()));
    all.addAll(slots.variables());
    return all;
  }

  List<Program.Update> updates() {
    List<Program.Update> all = new ArrayList<>();
    updates.forEach(update -> all.addAll(update.updates()));
    all.addAll(slots.updates());
    Tensor holds = condition;
    return holds == null
        ? all
        : all.stream().map(update -> ConditionalUpdate.where(ops, holds, update)).toList();
  }

  @Override
  public Ops ops() {
    return ops;
  }

  @Override
  public Tensor learningRate() {
    return learningRate;
  }

  @Override
  public List<Optimizer.Gradient> gradients() {
    return List.copyOf(gradients);
  }

  @Override
  public Tensor slot(String name, TensorType type, Initializer initializer) {
    return slots.read(name, type, initializer);
  }

  @Override
  public void assignSlot(String name, Tensor value) {
    slots.assign(name, value);
  }
}
