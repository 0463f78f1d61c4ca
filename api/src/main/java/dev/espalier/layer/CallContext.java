package dev.espalier.layer;

import dev.espalier.graph.Initializer;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Shape;
import dev.espalier.graph.Tensor;
import dev.espalier.graph.TensorType;

/**
 * What a layer can use while it is traced: variables, the phase, random values and operations.
 * Created by the framework, one for each call of a layer; used only by the thread that calls the
 * layer.
 */
public interface CallContext {
  /**
   * Returns the path of the layer: its name after those of the models around it, such as {@code
   * base/stem_conv}. The framework adds it to errors, so a layer need not.
   */
  String path();

  /** Returns the operations, which check shapes and name the layer in their errors. */
  Ops ops();

  /** Returns whether the model is traced for training or for inference. */
  Phase phase();

  /**
   * Returns whether the layer is trainable. A frozen layer gets no gradients and, if it keeps a
   * running mean and variance, must behave as in {@link Phase#INFERENCE}; see {@link #training()}.
   */
  boolean trainable();

  /**
   * Returns whether the layer updates non-trainable variables such as a running mean and variance:
   * in training, unless the layer is frozen. As in Keras, a frozen layer runs in inference mode.
   */
  default boolean training() {
    return phase() == Phase.TRAINING && trainable();
  }

  /**
   * Returns the value of a trainable float32 variable of this layer, which is created at the first
   * call.
   *
   * @param name unique within the layer, such as {@code kernel}
   * @param shape shape of the variable
   * @param initializer initial values
   */
  Tensor weight(String name, Shape shape, Initializer initializer);

  /**
   * Returns the value of a non-trainable variable of this layer, such as a running mean, which is
   * created at the first call. Gradients do not change it; {@link #update} does.
   *
   * @param name unique within the layer, such as {@code moving_mean}
   * @param type data type and shape of the variable
   * @param initializer initial values
   */
  Tensor nonTrainable(String name, TensorType type, Initializer initializer);

  /**
   * Assigns a new value to a non-trainable variable of this layer at the end of the step.
   *
   * @param name name of the variable, which {@link #nonTrainable} created before
   * @param value new value, of the variable's type
   */
  void update(String name, Tensor value);

  /**
   * Adds a value to the loss of each sample, such as a penalty on a weight or on the layer's
   * output. It counts in training and evaluation, whatever the loss of the model is.
   *
   * @param loss a float32 scalar
   * @throws dev.espalier.error.EspalierException {@code SHAPE_MISMATCH} if it is not a float32
   *     scalar
   */
  void addLoss(Tensor loss);

  /**
   * Returns random values uniformly distributed from 0 (inclusive) to 1 (exclusive), new ones in
   * each step. They depend on the seed of the run, the layer, the name and the step, not on the
   * engine.
   *
   * @param name unique within the layer
   * @param shape shape of the values; its first size may be the unknown batch size
   */
  Tensor randomUniform(String name, Shape shape);

  /** Returns the context of a layer inside this one; its variables are named below it. */
  CallContext child(String name, boolean trainable);
}
