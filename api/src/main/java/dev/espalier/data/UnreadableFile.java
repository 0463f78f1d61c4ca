package dev.espalier.data;

import java.nio.file.Path;

/**
 * A file that a data set left out because it could not be read.
 *
 * @param reason in words, a full sentence that names the file
 */
public record UnreadableFile(Path file, String reason) {}
