package dev.espalier.graph;

/**
 * Something that keeps its value from step to step: a weight, a running statistic or a slot of an
 * optimizer. Variables are the same if their names are.
 *
 * @param name unique in a model, such as {@code block2a_expand_conv/kernel}
 * @param type data type and shape, all sizes known
 * @param trainable whether training may move it by gradients; always false for statistics and slots
 */
public record Variable(
    String name, TensorType type, Role role, boolean trainable, Initializer initializer) {

  /** What a variable is for. */
  public enum Role {
    /** Learned by gradients: kernel, bias, gamma, beta. */
    WEIGHT,
    /** Follows the data: moving mean and variance, or set once: the mean of a normalization. */
    STATISTIC,
    /** Belongs to an optimizer: a velocity, a step counter. */
    SLOT
  }

  /** Returns this variable, trainable or not. A statistic or slot never becomes trainable. */
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
