package dev.espalier.core.internal.file;

import java.util.Map;
import java.util.regex.Pattern;

/**
 * The names by which checkpoints refer to classes. Those of Espalier itself are named without their
 * package, so that a checkpoint stays valid when a class moves; those of plugins in full.
 */
public final class TypeNames {
  private static final String LAMBDA = "$$Lambda";
  private static final Pattern OUR_PACKAGE =
      Pattern.compile("\\bdev\\.espalier\\.(?:[a-z0-9]+\\.)*(?=[A-Z])");
  private static final Map<String, String> RENAMED =
      Map.of("ReduceLROnPlateau", "ReduceLROnPlateau");

  private TypeNames() {}

  /** Returns a name that is the same in the next process: those of lambdas are numbered. */
  public static String of(Class<?> type) {
    String name = type.getName();
    int lambda = name.indexOf(LAMBDA);
    return current(lambda < 0 ? name : "a lambda of " + name.substring(0, lambda));
  }

  /** Returns what {@link #of} returns now for a class that an earlier version noted by a name. */
  public static String current(String name) {
    String simple = OUR_PACKAGE.matcher(name).replaceAll("");
    return RENAMED.getOrDefault(simple, simple);
  }
}
