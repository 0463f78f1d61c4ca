package dev.espalier.graph;

/**
 * A value that persists from step to step: a weight, a running mean or variance, or a slot of an
 * optimizer. Variables are equal if their names are. Immutable.
 *
 * @param name unique in a model, such as {@code block2a_expand_conv/kernel}
 * @param type data type and shape, all sizes known
 * @param role what the variable is for
 * @param trainable whether gradients may update it; always false for running means, running
 *     variances and slots
 * @param initializer initial value
 */
public record Variable(
    String name, TensorType type, Role role, boolean trainable, Initializer initializer) {

  /** What a variable is for. */
  public enum Role {
    /** Trainable by gradients: kernel, bias, gamma, beta. */
    WEIGHT,
    /** Not trained by gradients: running mean and variance, or the mean of a normalization. */
    NON_TRAINABLE,
    /** Belongs to an optimizer: a velocity, a step counter. */
    SLOT
  }

  /**
   * Returns this variable, trainable or not. Running means, running variances and slots never
   * become trainable.
   */
  public Variable withTrainable(boolean value) {
    return new Variable(name, type, role, value && role == Role.WEIGHT, initializer);
  }

  /** Returns the shape. */
  public Shape shape() {
    return type.shape();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Variable variable && name.equals(variable.name);
  }

  @Override
  public int hashCode() {
    return name.hashCode();
  }
}
