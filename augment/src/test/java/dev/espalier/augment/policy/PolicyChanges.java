package dev.espalier.augment.policy;

import dev.espalier.data.Image;
import java.util.HashMap;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Operations of policies with fixed strengths. */
public final class PolicyChanges {
  private PolicyChanges() {}

  /** Returns the changes by the names that photographs.tsv has for them. */
  public static Map<String, UnaryOperator<Image>> all() {
    Map<String, UnaryOperator<Image>> changes = new HashMap<>();
    changes.put("pillow equalize", PolicyOperation::equalize);
    changes.put("pillow auto contrast", PolicyOperation::autoContrast);
    return changes;
  }
}
