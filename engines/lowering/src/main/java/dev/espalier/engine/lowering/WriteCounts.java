package dev.espalier.engine.lowering;

import dev.espalier.graph.Variable;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/**
 * How often the variables of a session were written, so that what was computed of some is computed
 * again only when one of them has changed. Not thread-safe.
 */
public final class WriteCounts {
  private final Map<String, Long> counts = new HashMap<>();
  private long total;

  /** Counts variables that were written. */
  public void add(Collection<Variable> written) {
    written.forEach(variable -> counts.merge(variable.name(), 1L, Long::sum));
    total += written.size();
  }

  /** Returns how often any variable was written. */
  public long total() {
    return total;
  }

  /** Returns how often a variable was written. */
  public long of(Variable variable) {
    return counts.getOrDefault(variable.name(), 0L);
  }
}
