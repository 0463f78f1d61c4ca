package dev.espalier.core.dataquality;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Problems of a data set that a model finds. Immutable.
 *
 * @param labels samples that are probably mislabelled; null if labels cannot be checked, because a
 *     sample may have several, or because fewer than two classes have enough samples
 * @param uncheckedClasses names of the classes that have samples, but too few to be checked
 * @param nearDuplicates near-duplicates in each of the other splits, in their order
 */
public record DataIssues(
    @Nullable LabelIssues labels,
    List<String> uncheckedClasses,
    List<NearDuplicates> nearDuplicates) {
  /** Copies the lists. */
  public DataIssues {
    uncheckedClasses = List.copyOf(uncheckedClasses);
    nearDuplicates = List.copyOf(nearDuplicates);
  }
}
