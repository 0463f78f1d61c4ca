package dev.espalier.core.internal.file;

import java.util.Map;
import java.util.regex.Pattern;

/**
 * The names by which checkpoints refer to classes. Espalier's own classes are named without their
 * package, so that checkpoints remain valid when a class moves; those of plugins are fully
 * qualified.
 */
public final class TypeNames {
  private static final String LAMBDA = "$$Lambda";
  private static final Pattern OUR_PACKAGE =
      Pattern.compile("\\bdev\\.espalier\\.(?:[a-z0-9]+\\.)*(?=[A-Z])");
  private static final Map<String, String> RENAMED =
      Map.of("ReduceLrOnPlateau", "ReduceLROnPlateau");

  private TypeNames() {}

  /**
   * Returns a name that is the same in every process; the number in the name of a lambda is not.
   */
  public static String of(Class<?> type) {
    String name = type.getName();
    int lambda = name.indexOf(LAMBDA);
    return current(lambda < 0 ? name : "a lambda of " + name.substring(0, lambda));
  }

  /** Returns the current {@link #of name} of a class for the name that an earlier version wrote. */
  public static String current(String name) {
    String simple = OUR_PACKAGE.matcher(name).replaceAll("");
    return RENAMED.getOrDefault(simple, simple);
  }
}
