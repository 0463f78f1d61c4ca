package dev.espalier.data;

import java.nio.file.Path;

/**
 * A file that a data set skipped because it could not be read.
 *
 * @param file the file
 * @param reason full sentence that says why and names the file
 */
public record UnreadableFile(Path file, String reason) {}
