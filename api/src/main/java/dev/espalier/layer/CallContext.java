package dev.espalier.layer;

import dev.espalier.graph.Initializer;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Shape;
import dev.espalier.graph.Tensor;
import dev.espalier.graph.TensorType;

/**
 * What a layer may ask for while it is traced. Made by the framework, one for each call of a layer;
 * used by the thread that calls the layer.
 */
public interface CallContext {
  /**
   * Returns where the layer stands: its name after those of the models around it, such as {@code
   * base/stem_conv}. Errors name it, a layer need not.
   */
  String path();

  /** Returns the operations, which check shapes and name the layer in errors. */
  Ops ops();

  /** Returns what the model is traced for. */
  Phase phase();

  /**
   * Returns whether the layer may learn. A frozen layer gets no gradient; one with running
   * statistics must behave as in {@link Phase#INFERENCE} then, for which there is {@link
   * #learning()}.
   */
  boolean trainable();

  /** Returns whether running statistics move: in training, unless the layer is frozen. */
  default boolean learning() {
    return phase() == Phase.TRAINING && trainable();
  }

  /** Returns the value of a float32 weight of this layer, which is created at the first call. */
  Tensor weight(String name, Shape shape, Initializer initializer);

  /** Returns the value of a variable of this layer that gradients do not move. */
  Tensor statistic(String name, TensorType type, Initializer initializer);

  /** Gives a statistic of this layer a new value at the end of the step. */
  void update(String statistic, Tensor value);

  /**
   * Adds a number to the loss of each sample: a penalty on a weight or on what the layer gives. It
   * counts in training and evaluation, whatever the loss of the model is.
   *
   * @param loss float32, of no axis
   * @throws dev.espalier.error.EspalierException {@code SHAPE_MISMATCH} if it is something else
   */
  void addLoss(Tensor loss);

  /**
   * Returns numbers from 0 inclusive to 1 exclusive, new ones in each step. They depend on the seed
   * of the run, the layer, the name and the step, not on the engine.
   *
   * @param shape its first size may be the unknown batch
   */
  Tensor randomUniform(String name, Shape shape);

  /** Returns the context of a layer inside this one; its variables are named below it. */
  CallContext child(String name, boolean trainable);
}
