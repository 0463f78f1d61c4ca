package dev.espalier.plugin;

import dev.espalier.data.Split;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/**
 * Splits of a data set. Immutable.
 *
 * @param available splits with samples of their own, in the order of {@link Split}
 * @param random whether the splits are drawn at random, because neither the publisher nor the user
 *     split the data
 */
public record DatasetSplits(Set<Split> available, boolean random) {
  /** Copies the set. */
  public DatasetSplits {
    EnumSet<Split> sorted = EnumSet.noneOf(Split.class);
    sorted.addAll(available);
    available = Collections.unmodifiableSet(sorted);
  }

  /** Returns the splits of a data set that comes with a training, a validation and a test split. */
  public static DatasetSplits all() {
    return of(EnumSet.allOf(Split.class));
  }

  /** Returns the splits of a data set that comes with these. */
  public static DatasetSplits of(Set<Split> available) {
    return new DatasetSplits(available, false);
  }

  /** Returns the splits of a data set that has none of its own and is divided at random. */
  public static DatasetSplits drawn(Set<Split> available) {
    return new DatasetSplits(available, true);
  }

  /** Returns whether a split has samples of its own. */
  public boolean has(Split split) {
    return available.contains(split);
  }
}
