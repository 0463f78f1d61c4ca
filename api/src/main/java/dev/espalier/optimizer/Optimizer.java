package dev.espalier.optimizer;

import dev.espalier.graph.Initializer;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Tensor;
import dev.espalier.graph.TensorType;
import dev.espalier.graph.Variable;
import dev.espalier.schedule.LearningRateSchedule;
import java.util.List;

/**
 * Updates weights along their gradients. An optimizer is traced like a layer, into the training
 * step: {@link #updateAll} once for all weights, which by default calls {@link #update} once per
 * weight. Implementations are immutable and thread-safe, usually records.
 */
public interface Optimizer {
  /** Returns the name users write, such as {@code sgd}. */
  String name();

  /** Returns the learning rate: a constant, which callbacks may change, or a schedule. */
  LearningRateSchedule learningRate();

  /**
   * Adds the update of one weight to the step: calls {@link Update#assign} with its new value.
   *
   * @param weight its value at the start of the step
   * @param gradient of the loss, of the weight's shape
   */
  void update(Update update, Tensor weight, Tensor gradient);

  /**
   * Adds the updates of all weights to the step. An optimizer that needs several weights at once
   * overrides this; by default each weight is updated separately.
   */
  default void updateAll(Group group) {
    for (Gradient gradient : group.gradients()) {
      group
          .ops()
          .within(
              name() + " of " + gradient.update().variable().name(),
              () -> {
                update(gradient.update(), gradient.weight(), gradient.gradient());
                return gradient;
              });
    }
  }

  /** What an optimizer can use while it adds the updates of all weights. */
  interface Group {
    /** Returns the operations. */
    Ops ops();

    /** Returns the learning rate of this step, a float32 scalar. */
    Tensor learningRate();

    /** Returns the weights with their gradients, in the order of the model. */
    List<Gradient> gradients();

    /**
     * Returns the value of a slot of all weights together, created at its first use.
     *
     * @param name such as {@code iterations}
     */
    Tensor slot(String name, TensorType type, Initializer initializer);

    /** Assigns a new value to a slot of all weights at the end of the step. */
    void assignSlot(String name, Tensor value);
  }

  /**
   * A weight with the gradient of the loss.
   *
   * @param update takes the weight's new value
   * @param weight its value at the start of the step
   * @param gradient of the weight's shape
   */
  record Gradient(Update update, Tensor weight, Tensor gradient) {}

  /** What an optimizer can use while it adds the update of one weight. */
  interface Update {
    /** Returns the operations. */
    Ops ops();

    /** Returns the weight's variable. */
    Variable variable();

    /** Returns the learning rate of this step, a float32 scalar. */
    Tensor learningRate();

    /**
     * Returns the value of a slot that belongs to this weight, created at the first use.
     *
     * @param name such as {@code momentum}
     */
    Tensor slot(String name, TensorType type, Initializer initializer);

    /** Assigns a new value to a slot of this weight at the end of the step. */
    void assignSlot(String name, Tensor value);

    /** Assigns the new value to the weight at the end of the step. */
    void assign(Tensor value);
  }
}
