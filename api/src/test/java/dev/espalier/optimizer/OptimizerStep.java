package dev.espalier.optimizer;

import dev.espalier.graph.DataType;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Initializer;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Program;
import dev.espalier.graph.ReferenceInterpreter;
import dev.espalier.graph.Shape;
import dev.espalier.graph.Tensor;
import dev.espalier.graph.TensorType;
import dev.espalier.graph.Variable;
import dev.espalier.initializer.Initializers;
import dev.espalier.random.RandomKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The optimizer's arithmetic for one weight, run step by step. */
public final class OptimizerStep implements Optimizer.Update {
  private final Ops ops = new Ops();
  private final Variable weight;
  private final List<Program.Update> updates = new ArrayList<>();
  private final Map<String, Variable> slots = new HashMap<>();
  private final Map<String, HostArray> values = new HashMap<>();
  private final Program program;

  public OptimizerStep(Optimizer optimizer) {
    this(optimizer, "w");
  }

  /**
   * Traces an optimizer.
   *
   * @param name of the weight, which starts at 1
   */
  public OptimizerStep(Optimizer optimizer, String name) {
    weight =
        new Variable(
            name,
            new TensorType(DataType.FLOAT32, Shape.of(1)),
            Variable.Role.WEIGHT,
            true,
            Initializers.ones());
    Tensor gradient = ops.input("gradient", weight.type());
    optimizer.update(this, ops.read(weight), gradient);
    program = new Program("step", ops.toGraph(), List.of(), updates);
    for (Variable variable : program.variables()) {
      values.put(
          variable.name(),
          variable
              .initializer()
              .create(variable.type().dataType(), variable.shape(), RandomKey.ofSeed(0).stream()));
    }
  }

  public double run(double gradient, double learningRate) {
    Map<String, HostArray> feeds =
        Map.of(
            "gradient", HostArray.wrap(Shape.of(1), (float) gradient),
            "rate", HostArray.scalar((float) learningRate));
    values.putAll(ReferenceInterpreter.run(program, feeds, values).updates());
    return values.get(weight.name()).item();
  }

  /** Returns the value of a slot. */
  public double slot(String name) {
    return values.get(slots.get(name).name()).item();
  }

  /** Returns the slots that the optimizer asked for, by name. */
  public Set<String> slots() {
    return slots.keySet();
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
    return ops.input("rate", TensorType.float32());
  }

  @Override
  public Tensor slot(String name, TensorType type, Initializer initializer) {
    Variable slot =
        new Variable(weight.name() + "/" + name, type, Variable.Role.SLOT, false, initializer);
    slots.put(name, slot);
    return ops.read(slot);
  }

  @Override
  public void assignSlot(String name, Tensor value) {
    updates.add(new Program.Update(slots.get(name), value));
  }

  @Override
  public void assign(Tensor value) {
    updates.add(new Program.Update(weight, value));
  }
}
