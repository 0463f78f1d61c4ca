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

  /** Returns the wish to see nothing. */
  public static BatchObservation nothing() {
    return new BatchObservation(false, List.of());
  }

  /** Returns the wish to see what was fed. */
  public static BatchObservation ofInputs() {
    return new BatchObservation(true, List.of());
  }

  /**
   * Returns the wish to see gradients, as they were before they were clipped.
   *
   * @param variables names of variables; {@code *} stands for any characters
   */
  public static BatchObservation ofGradients(String... variables) {
    return new BatchObservation(false, List.of(variables));
  }

  /** Returns whether the gradient of a variable is wanted. */
  public boolean wantsGradient(String variable) {
    return gradients.stream().anyMatch(text -> NamePattern.of(text).matches(variable));
  }
}
