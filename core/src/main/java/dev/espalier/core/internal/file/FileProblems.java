package dev.espalier.core.internal.file;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Creates the errors for a damaged file, which name the file and the place in it.
 *
 * @param version of Espalier that wrote the file, or null while it is unknown
 */
record FileProblems(Path file, String remedy, @Nullable String version) {
  FileProblems(Path file) {
    this(file, "Download or save it again.");
  }

  FileProblems(Path file, String remedy) {
    this(file, remedy, null);
  }

  /** Returns the problems of a file whose writer is known. */
  FileProblems writtenBy(String writer) {
    return new FileProblems(file, remedy, writer);
  }

  EspalierException at(String place, String problem) {
    return at(place, problem, null);
  }

  EspalierException at(String place, String problem, @Nullable Throwable cause) {
    return new EspalierException(
        ErrorCode.INVALID_WEIGHT_FILE,
        "The file "
            + file
            + " is damaged or has unexpected content at "
            + place
            + ": "
            + problem
            + ".",
        remedy,
        cause);
  }

  /** Returns the error for something that a newer version may have added. */
  EspalierException unknown(String place, String problem) {
    if (version == null) {
      return at(place, problem);
    }
    return new EspalierException(
        ErrorCode.INVALID_WEIGHT_FILE,
        "The file "
            + file
            + " was written by Espalier "
            + version
            + " and contains something unknown at "
            + place
            + ": "
            + problem
            + ".",
        "Read it with Espalier "
            + version
            + " or newer and with the plugins that it was written with; if you already do,"
            + " download or save it again.");
  }
}
