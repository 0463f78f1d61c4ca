package dev.espalier.layer;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.Initializer;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Shape;
import dev.espalier.graph.Tensor;
import dev.espalier.graph.TensorType;
import dev.espalier.regularizer.Regularizer;
import java.util.ArrayList;
import java.util.List;

/**
 * A layer with a regularizer on one of its weights: Keras' {@code kernel_regularizer} and {@code
 * bias_regularizer}, for layers of any kind. The penalty is added to the loss in training and
 * evaluation as long as the layer is trainable. The variables keep their names. Immutable and
 * thread-safe.
 *
 * <pre>{@code
 * Regularized.kernel(Dense.of(100), Regularizers.l2(1e-4)).named("head").on(features)
 * }</pre>
 *
 * @param layer the layer whose weight is regularized
 * @param variable name of the weight within the layer, such as {@code kernel}
 * @param regularizer penalty on the weight
 */
public record Regularized(Layer layer, String variable, Regularizer regularizer)
    implements MultiOutputLayer {
  /** Checks that the layer has no name yet: name the regularized one. */
  public Regularized {
    if (layer instanceof NamedLayer named) {
      throw new EspalierException(
          ErrorCode.INVALID_ARGUMENT,
          "The layer to regularize is named \"" + named.name() + "\" already.",
          "Give the name to the regularized layer.");
    }
  }

  /** Returns a layer whose {@code kernel} is regularized. */
  public static Regularized kernel(Layer layer, Regularizer regularizer) {
    return new Regularized(layer, "kernel", regularizer);
  }

  /** Returns a layer whose {@code bias} is regularized. */
  public static Regularized bias(Layer layer, Regularizer regularizer) {
    return new Regularized(layer, "bias", regularizer);
  }

  @Override
  public String typeName() {
    return layer.typeName();
  }

  @Override
  public List<Tensor> callAll(CallContext context, Tensor... inputs) {
    Watching watching = new Watching(context, variable);
    List<Tensor> outputs = layer.callAll(watching, inputs);
    if (watching.values.isEmpty()) {
      throw new EspalierException(
          ErrorCode.INVALID_MODEL,
          "The layer has no weight \"" + variable + "\" to regularize.",
          "It has "
              + (watching.names.isEmpty() ? "none" : String.join(", ", watching.names))
              + ".");
    }
    if (context.trainable()) {
      context.addLoss(regularizer.penalty(context.ops(), watching.values.get(0)));
    }
    return outputs;
  }

  /** The context of the layer, with a look at the weight that is asked for. */
  private static final class Watching implements CallContext {
    private final CallContext context;
    private final String variable;
    private final List<String> names = new ArrayList<>();
    private final List<Tensor> values = new ArrayList<>();

    Watching(CallContext context, String variable) {
      this.context = context;
      this.variable = variable;
    }

    @Override
    public Tensor weight(String name, Shape shape, Initializer initializer) {
      Tensor value = context.weight(name, shape, initializer);
      names.add(name);
      if (name.equals(variable)) {
        values.add(value);
      }
      return value;
    }

    @Override
    public String path() {
      return context.path();
    }

    @Override
    public Ops ops() {
      return context.ops();
    }

    @Override
    public Phase phase() {
      return context.phase();
    }

    @Override
    public boolean trainable() {
      return context.trainable();
    }

    @Override
    public Tensor nonTrainable(String name, TensorType type, Initializer initializer) {
      return context.nonTrainable(name, type, initializer);
    }

    @Override
    public void update(String name, Tensor value) {
      context.update(name, value);
    }

    @Override
    public void addLoss(Tensor loss) {
      context.addLoss(loss);
    }

    @Override
    public Tensor randomUniform(String name, Shape shape) {
      return context.randomUniform(name, shape);
    }

    @Override
    public CallContext child(String name, boolean trainable) {
      return context.child(name, trainable);
    }
  }
}
