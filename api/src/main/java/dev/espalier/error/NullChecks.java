package dev.espalier.error;

import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Refuses null as an argument. The build adds calls of this class to the public methods and
 * constructors of this project, so that no source has to; see {@code docs/decisions/}.
 */
public final class NullChecks {
  private NullChecks() {}

  /**
   * Checks that an argument is given.
   *
   * @throws EspalierException {@link ErrorCode#INVALID_ARGUMENT} naming it if it is null
   */
  public static void notNull(@Nullable Object value, String name) {
    if (value == null) {
      throw new EspalierException(
          ErrorCode.INVALID_ARGUMENT, "The argument \"" + name + "\" is null.", "Give a value.");
    }
  }

  /**
   * Checks that a collection, a map or an array is given and contains no null, at any depth.
   *
   * @throws EspalierException {@link ErrorCode#INVALID_ARGUMENT} naming it if it does
   */
  public static void noNulls(@Nullable Object value, String name) {
    notNull(value, name);
    content(value, name);
  }

  private static void content(@Nullable Object value, String name) {
    if (value instanceof Object[] array) {
      elements(Arrays.asList(array), name);
    } else if (value instanceof Collection<?> collection) {
      elements(collection, name);
    } else if (value instanceof Map<?, ?> map) {
      elements(map.keySet(), name);
      elements(map.values(), name);
    }
  }

  private static void elements(Collection<? extends @Nullable Object> elements, String name) {
    int position = 0;
    for (Object element : elements) {
      if (element == null) {
        throw new EspalierException(
            ErrorCode.INVALID_ARGUMENT,
            "The argument \"" + name + "\" contains null at position " + position + ".",
            "Leave it out, or give a value.");
      }
      content(element, name);
      position++;
    }
  }
}
