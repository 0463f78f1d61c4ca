package dev.espalier.core.internal.file;

import dev.espalier.error.EspalierException;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A record type that may have gained components since a file was written. New components come last,
 * and the constructor without them is kept: it provides their values for older files. It also keeps
 * callers of that constructor compiling; in Kotlin, {@code @JvmOverloads} generates it.
 */
record GrownRecord(Class<?> type) {
  /**
   * Returns the constructor that takes the first {@code count} components, null if there is none.
   */
  private @Nullable Constructor<?> constructor(int count) {
    Class<?>[] types =
        Arrays.stream(type.getRecordComponents())
            .limit(count)
            .map(RecordComponent::getType)
            .toArray(Class<?>[]::new);
    try {
      Constructor<?> constructor = type.getDeclaredConstructor(types);
      constructor.setAccessible(true);
      return constructor;
    } catch (NoSuchMethodException e) {
      return null;
    }
  }

  /** Returns whether a file may contain only the first {@code count} components. */
  boolean isMadeOf(int count) {
    return constructor(count) != null;
  }

  /**
   * Creates a record from its first components.
   *
   * @throws InvocationTargetException with the exception of the constructor
   */
  Object create(List<? extends @Nullable Object> first) throws InvocationTargetException {
    Constructor<?> constructor = constructor(first.size());
    try {
      if (constructor != null) {
        return constructor.newInstance(first.toArray());
      }
    } catch (InstantiationException | IllegalAccessException e) {
      throw new IllegalStateException(type + " cannot be made", e);
    }
    throw new IllegalStateException(type + " cannot be made of " + first.size() + " components");
  }

  /**
   * Returns the names of a record's last components whose values are those of a file without them.
   */
  static List<String> asBefore(Record value, List<? extends @Nullable Object> components) {
    GrownRecord grown = new GrownRecord(value.getClass());
    List<String> names = new ArrayList<>();
    int named = components.size();
    for (int count = components.size() - 1; count >= 0; count--) {
      if (grown.isMadeOf(count)) {
        try {
          if (!grown.create(components.subList(0, count)).equals(value)) {
            break;
          }
        } catch (InvocationTargetException e) {
          break; // the remaining components determine whether these are valid
        }
        // Components that were added together share one constructor without them.
        while (named > count) {
          named--;
          names.add(value.getClass().getRecordComponents()[named].getName());
        }
      }
    }
    return names;
  }

  /** Returns the error for a constructor that failed. */
  EspalierException failure(FileProblems problems, String place, InvocationTargetException failed) {
    Throwable cause = failed.getCause() == null ? failed : failed.getCause();
    return problems.at(
        place,
        cause instanceof EspalierException known ? known.problem() : cause.toString(),
        cause);
  }
}
