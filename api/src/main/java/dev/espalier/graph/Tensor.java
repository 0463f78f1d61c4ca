package dev.espalier.graph;

/**
 * A symbolic value in a {@link Graph}: what one operation gives and others take. It holds no data.
 * Two tensors are the same only if they are one object. Immutable.
 */
public final class Tensor {
  private final int id;
  private final TensorType type;

  Tensor(int id, TensorType type) {
    this.id = id;
    this.type = type;
  }

  /** Returns the number of this tensor, unique in its graph, in the order of creation. */
  public int id() {
    return id;
  }

  /** Returns the data type and shape. */
  public TensorType type() {
    return type;
  }

  /** Returns the shape; the batch axis may be unknown. */
  public Shape shape() {
    return type.shape();
  }

  /** Returns the data type. */
  public DataType dataType() {
    return type.dataType();
  }

  @Override
  public String toString() {
    return "%" + id + ":" + type;
  }
}
