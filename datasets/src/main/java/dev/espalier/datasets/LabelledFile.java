package dev.espalier.datasets;

import dev.espalier.data.Split;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A picture file with the name of its class.
 *
 * @param split the part it belongs to, or null where there are no parts
 */
record LabelledFile(Path file, String className, @Nullable Split split) {}
