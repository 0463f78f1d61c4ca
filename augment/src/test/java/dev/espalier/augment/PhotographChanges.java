package dev.espalier.augment;

import dev.espalier.augment.color.ColorChanges;
import dev.espalier.augment.geometry.GeometryChanges;
import dev.espalier.augment.policy.PolicyChanges;
import dev.espalier.data.Image;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/** The changes that photographs.tsv names, with the fixed strengths that it was made with. */
public final class PhotographChanges {
  private static final Map<String, UnaryOperator<Image>> CHANGES = changes();

  private PhotographChanges() {}

  public static UnaryOperator<Image> named(String name) {
    UnaryOperator<Image> change = CHANGES.get(name);
    if (change == null) {
      throw new AssertionError("photographs.tsv has a change that no test knows: " + name);
    }
    return change;
  }

  public static Set<String> names() {
    return CHANGES.keySet();
  }

  private static Map<String, UnaryOperator<Image>> changes() {
    Map<String, UnaryOperator<Image>> changes = new HashMap<>(GeometryChanges.all());
    changes.putAll(ColorChanges.all());
    changes.putAll(PolicyChanges.all());
    return changes;
  }
}
