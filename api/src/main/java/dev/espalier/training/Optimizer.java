package dev.espalier.training;

import dev.espalier.graph.Initializer;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Tensor;
import dev.espalier.graph.TensorType;
import dev.espalier.graph.Variable;
import dev.espalier.schedule.LearningRateSchedule;

/**
 * Moves weights along their gradients. Traced like a layer, once per weight, into the training
 * step. Implementations are immutable, usually records.
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

  /** What an optimizer may ask for while it adds the update of one weight. */
  interface Update {
    /** Returns the operations. */
    Ops ops();

    /** Returns the weight's variable. */
    Variable variable();

    /** Returns the learning rate of this step, a float32 number. */
    Tensor learningRate();

    /**
     * Returns the value of a slot that belongs to this weight, created at the first use.
     *
     * @param name such as {@code momentum}
     */
    Tensor slot(String name, TensorType type, Initializer initializer);

    /** Gives a slot of this weight a new value at the end of the step. */
    void assignSlot(String name, Tensor value);

    /** Gives the weight its new value at the end of the step. */
    void assign(Tensor value);
  }
}
