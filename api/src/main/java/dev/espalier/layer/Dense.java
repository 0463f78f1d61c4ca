package dev.espalier.layer;

import dev.espalier.activation.Activation;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.Initializer;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Shape;
import dev.espalier.graph.Tensor;
import dev.espalier.initializer.Initializers;
import dev.espalier.internal.ArgumentChecks;
import dev.espalier.layer.internal.LastAxis;
import dev.espalier.layer.internal.LayerChecks;
import java.util.function.Consumer;

/**
 * Fully connected layer: {@code y = activation(x kernel + bias)} along the last axis. Input {@code
 * [batch, ..., in]}, output {@code [batch, ..., units]}. Variables: {@code kernel} {@code [in,
 * units]} and {@code bias} {@code [units]}. Immutable and thread-safe.
 *
 * @param units size of the last axis of the output
 * @param useBias whether there is a bias
 * @param activation applied to the output
 * @param kernelInitializer initial values of the kernel
 * @param biasInitializer initial values of the bias
 */
public record Dense(
    int units,
    boolean useBias,
    Activation activation,
    Initializer kernelInitializer,
    Initializer biasInitializer)
    implements Layer {
  /** Checks the number of units. */
  public Dense {
    ArgumentChecks.positive("number of units", units);
  }

  /** Returns a layer with Keras' defaults. */
  public static Dense of(int units) {
    return new Dense(
        units, true, Activation.LINEAR, Initializers.glorotUniform(), Initializers.zeros());
  }

  /** Returns this layer with or without a bias. */
  public Dense useBias(boolean value) {
    return with(changed -> changed.useBias = value);
  }

  /** Returns this layer with a function applied to its output. */
  public Dense activation(Activation function) {
    return with(changed -> changed.activation = function);
  }

  /** Returns this layer with other initial values of the kernel. */
  public Dense kernelInitializer(Initializer initializer) {
    return with(changed -> changed.kernelInitializer = initializer);
  }

  /** Returns this layer with other initial values of the bias. */
  public Dense biasInitializer(Initializer initializer) {
    return with(changed -> changed.biasInitializer = initializer);
  }

  @Override
  public Tensor call(CallContext context, Tensor... inputs) {
    Ops ops = context.ops();
    Tensor x = LayerChecks.single(inputs);
    Shape shape = x.shape();
    if (shape.rank() < 2) {
      throw new EspalierException(
          ErrorCode.SHAPE_MISMATCH,
          "The input has the shape " + shape + ".",
          "The input needs a batch axis and at least one more axis.");
    }
    int width = shape.size(-1);
    Tensor kernel = context.weight("kernel", Shape.of(width, units), kernelInitializer);
    Tensor y = LastAxis.multiply(ops, x, kernel);
    if (useBias) {
      y = ops.add(y, context.weight("bias", Shape.of(units), biasInitializer));
    }
    return activation.apply(ops, y);
  }

  private Dense with(Consumer<Settings> change) {
    Settings changed = new Settings(this);
    change.accept(changed);
    return changed.toLayer();
  }

  /** Changes only while {@link #with} makes a copy. */
  private static final class Settings {
    private final int units;
    private boolean useBias;
    private Activation activation;
    private Initializer kernelInitializer;
    private Initializer biasInitializer;

    Settings(Dense layer) {
      units = layer.units;
      useBias = layer.useBias;
      activation = layer.activation;
      kernelInitializer = layer.kernelInitializer;
      biasInitializer = layer.biasInitializer;
    }

    Dense toLayer() {
      return new Dense(units, useBias, activation, kernelInitializer, biasInitializer);
    }
  }
}
