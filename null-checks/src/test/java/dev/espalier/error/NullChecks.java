package dev.espalier.error;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes down what is checked. */
public final class NullChecks {
  /** The names of the parameters since the list was cleared, those of elements with a star. */
  public static final List<String> CHECKED = new ArrayList<>();

  private NullChecks() {}

  /** Notes the name. */
  public static void notNull(@Nullable Object value, String name) {
    CHECKED.add(name);
  }

  /** Notes the name with a star. */
  public static void noNulls(@Nullable Object value, String name) {
    CHECKED.add(name + "*");
  }
}
