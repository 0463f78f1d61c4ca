package dev.espalier.callback;

import dev.espalier.graph.NamePattern;
import dev.espalier.stability.Incubating;
import java.util.List;

/**
 * What a callback wants to observe of each training batch. Immutable.
 *
 * @param inputs whether it wants what was fed: images, targets, weights of samples
 * @param gradients names of variables whose gradients it wants, such as {@code dense/kernel};
 *     {@code *} stands for any characters
 */
@Incubating
public record BatchObservation(boolean inputs, List<String> gradients) {
  /** Copies the list. */
  public BatchObservation {
    gradients = List.copyOf(gradients);
  }

  /** Returns an observation of nothing. */
  public static BatchObservation nothing() {
    return new BatchObservation(false, List.of());
  }

  /** Returns an observation of what was fed. */
  public static BatchObservation ofInputs() {
    return new BatchObservation(true, List.of());
  }

  /**
   * Returns an observation of gradients before clipping.
   *
   * @param variables names of variables; {@code *} matches any characters
   */
  public static BatchObservation ofGradients(String... variables) {
    return new BatchObservation(false, List.of(variables));
  }

  /** Returns whether the gradient of a variable is wanted. */
  public boolean wantsGradient(String variable) {
    return gradients.stream().anyMatch(text -> NamePattern.of(text).matches(variable));
  }
}
