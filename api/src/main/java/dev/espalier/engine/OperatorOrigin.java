package dev.espalier.engine;

/**
 * What an engine's operator computes a part of. Where an engine computes several primitives with
 * one operator, such as a convolution with its bias, this is the last of them.
 *
 * @param layer the layer as errors name it, or the stage of the training step; empty for what
 *     belongs to the program as a whole, such as storing new values of variables
 * @param primitive name of the primitive operation, such as {@code Conv2d}; empty like the layer
 * @param gradient whether it computes the gradients of the primitive rather than its value
 */
public record OperatorOrigin(String layer, String primitive, boolean gradient) {
  /** Returns the origin of what belongs to the program as a whole. */
  public static OperatorOrigin ofProgram() {
    return new OperatorOrigin("", "", false);
  }
}
