package dev.espalier.weights.internal;

import dev.espalier.error.EspalierException;
import dev.espalier.graph.Shape;
import dev.espalier.model.StoredType;
import java.util.List;

/**
 * Checks the shapes that a file claims before memory is taken for them: all arrays together may not
 * be much larger than the file. Not thread-safe.
 */
public final class ArrayBudget {
  private static final int MOST_AXES = 16;

  private final WeightFile file;
  private final long limit;
  private long claimed;

  /**
   * Starts with nothing claimed.
   *
   * @param limit the bytes that all arrays may have together
   */
  public ArrayBudget(WeightFile file, long limit) {
    this.file = file;
    this.limit = limit;
  }

  /**
   * Returns the shape of an array at the place where the reader of the file is.
   *
   * @throws EspalierException {@code INVALID_WEIGHT_FILE} for a shape that cannot be
   */
  public Shape shape(List<Long> sizes, StoredType type) {
    if (sizes.size() > MOST_AXES) {
      throw file.invalid("there is an array of " + sizes.size() + " axes");
    }
    long elements = 1;
    for (long size : sizes) {
      if (size < 0 || (size > 0 && elements > (Integer.MAX_VALUE - 8) / size)) {
        throw tooLarge(sizes);
      }
      elements *= size;
    }
    // In memory an element has up to four bytes, whatever it has in the file.
    claimed += elements * Math.max(type.bytes(), Float.BYTES);
    if (claimed > limit) {
      throw tooLarge(sizes);
    }
    return Shape.of(sizes.stream().map(Math::toIntExact).toList());
  }

  private EspalierException tooLarge(List<Long> sizes) {
    return file.invalid(
        "the shape " + sizes + " asks for more than a file of " + file.size() + " bytes can hold");
  }
}
