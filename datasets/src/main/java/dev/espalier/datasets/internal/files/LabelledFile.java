package dev.espalier.datasets.internal.files;

import dev.espalier.data.Split;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An image file with the names of its classes.
 *
 * @param classNames at least one, each once
 * @param split the part it belongs to, or null where there are no parts
 */
public record LabelledFile(Path file, List<String> classNames, @Nullable Split split) {
  public LabelledFile {
    classNames = List.copyOf(classNames);
  }
}
