package dev.espalier.core.internal.classifier;

import dev.espalier.core.internal.program.ImageSize;
import org.jspecify.annotations.Nullable;

/**
 * What is computed for an image; requests with equal tasks can share a batch.
 *
 * @param kind what is computed
 * @param layer the layer that it is about, or null
 * @param size of the images fed
 */
public record InferenceTask(Kind kind, @Nullable String layer, ImageSize size) {
  /** What is computed. */
  public enum Kind {
    /** The outputs of the model. */
    OUTPUTS,
    /** The output of a layer. */
    FEATURES,
    /** Where a layer sees a class. */
    ACTIVATION_MAP
  }
}
