package dev.espalier.core.classifier;

import dev.espalier.error.EspalierException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The answer for one of several files. An unreadable file does not affect the others. Immutable.
 *
 * @param file the file
 * @param classification the answer, or null if the file could not be read
 * @param problem why the file could not be read, or null
 */
public record FileClassification(
    Path file, @Nullable Classification classification, @Nullable EspalierException problem) {
  /**
   * Returns the answer.
   *
   * @throws EspalierException the {@link #problem} if there is none
   */
  public Classification orThrow() {
    if (problem != null) {
      throw problem;
    }
    if (classification == null) {
      throw new IllegalStateException(file + " has neither an answer nor a problem");
    }
    return classification;
  }
}
