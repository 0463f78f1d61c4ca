package dev.espalier.nullchecks;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Methods with all kinds of parameters. */
public class Sample {
  /** Takes one that may be null. */
  public Sample(String name, @Nullable String other) {
    super();
  }

  /** Takes collections. */
  public static void collections(
      List<String> names,
      List<@Nullable String> holes,
      Map<String, int[]> arrays,
      String... rest) {}

  /** Takes a generic value and one that may be null. */
  public static <A, B extends @Nullable Object> void generic(A always, B sometimes) {}

  /** Begins with what frames refer to. */
  public static Object loop(String text, int times) {
    return new Sample(times > 1 ? text + times : text, null);
  }

  /** Changes a value. */
  public Sample with(List<String> values) {
    return this;
  }

  /** Only looks at a value. */
  public void look(List<String> values, int count) {}

  /** Is called with anything. */
  @Override
  public boolean equals(@Nullable Object other) {
    return this == other;
  }

  @Override
  public int hashCode() {
    return 1;
  }

  void internal(String name) {}

  /** A record without a constructor in its source. */
  public record Pair(String first, int second) {}

  /** Has a method that is written for it. */
  public enum Kind {
    /** The only one. */
    ONE
  }

  /** Has a method with a body. */
  public interface Shape {
    /** Has none. */
    void area(String unit);

    /** Has one. */
    default void named(String name) {}
  }
}
