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
 * A type of records that may have got components since a file was written. A component that is
 * added comes last, and the constructor without it stays: it says what the component is where a
 * file does not name it. Whoever calls that constructor from a program keeps compiling too, and in
 * Kotlin {@code @JvmOverloads} writes it.
 */
record GrownRecord(Class<?> type) {
  /** Returns the constructor that takes the first components, null if there is none. */
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

  /** Returns whether a file may leave out all components but the first ones. */
  boolean isMadeOf(int count) {
    return constructor(count) != null;
  }

  /**
   * Returns the record of its first components.
   *
   * @throws InvocationTargetException with what the constructor threw
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
   * Returns the names of the last components of a record that are what they were before they
   * existed.
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
          break; // what comes after decides whether these are valid
        }
        // Components that came together have one constructor without all of them.
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
