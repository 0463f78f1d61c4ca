package dev.espalier.core.internal.data;

import dev.espalier.core.internal.program.ImageSize;
import dev.espalier.data.Image;
import dev.espalier.model.InferenceSettings;

/**
 * How images are brought to the size that a program is fed.
 *
 * @param size of the images as fed
 * @param settings of the model
 */
public record ImageFitting(ImageSize size, InferenceSettings settings) {
  /** Returns an image of this size. */
  Image fit(Image image) {
    return settings.resize(image, size.height(), size.width());
  }

  /** Returns what must be the same for a run to be resumed. */
  @Override
  public String toString() {
    return settings.resizing() == null ? size.toString() : size + ", " + settings.resizing();
  }
}
