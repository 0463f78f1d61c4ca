package dev.espalier.layer;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.Tensor;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A layer with the name that it has in a model. Immutable and thread-safe; two applications of one
 * instance share their variables.
 *
 * @param name letters, digits, {@code _}, {@code -} and {@code .}; unique in the model
 * @param layer the layer that has this name
 */
public record NamedLayer(String name, Layer layer) implements MultiOutputLayer {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.-]+");

  /** Checks the name. */
  public NamedLayer {
    checkName(name);
    if (layer instanceof NamedLayer inner) {
      throw new EspalierException(
          ErrorCode.INVALID_ARGUMENT,
          "The layer is already named \"" + inner.name() + "\".",
          "Name a layer once.");
    }
  }

  /**
   * Checks the name of a layer or model.
   *
   * @throws EspalierException {@link ErrorCode#INVALID_ARGUMENT} if it has other characters
   */
  public static void checkName(String name) {
    if (!NAME.matcher(name).matches()) {
      throw new EspalierException(
          ErrorCode.INVALID_ARGUMENT,
          "\"" + name + "\" cannot be the name of a layer.",
          "Use letters, digits, '_', '-' and '.'; '/' separates nested models.");
    }
  }

  @Override
  public List<Tensor> callAll(CallContext context, Tensor... inputs) {
    return layer.callAll(context, inputs);
  }

  @Override
  public String typeName() {
    return layer.typeName();
  }
}
