package dev.espalier.datasets.internal.files;

import dev.espalier.data.Split;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An image file with the names of its classes.
 *
 * @param file path of the image
 * @param classNames at least one, without duplicates
 * @param split the split it belongs to, or null without splits
 * @param weight weight of the image in the loss
 */
public record LabelledFile(
    Path file, List<String> classNames, @Nullable Split split, double weight) {
  public LabelledFile {
    classNames = List.copyOf(classNames);
  }

  /** Takes an image that counts as most do. */
  public LabelledFile(Path file, List<String> classNames, @Nullable Split split) {
    this(file, classNames, split, 1);
  }
}
