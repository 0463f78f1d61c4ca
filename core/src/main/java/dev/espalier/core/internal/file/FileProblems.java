package dev.espalier.core.internal.file;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import java.nio.file.Path;

/** Makes the errors about one damaged file, which all name the file and the place in it. */
record FileProblems(Path file, String remedy) {
  FileProblems(Path file) {
    this(file, "Fetch or write it again.");
  }

  EspalierException at(String place, String problem) {
    return at(place, problem, null);
  }

  EspalierException at(
      String place, String problem, @org.jspecify.annotations.Nullable Throwable cause) {
    return new EspalierException(
        ErrorCode.INVALID_WEIGHT_FILE,
        "The file "
            + file
            + " is damaged or not what it should be, at "
            + place
            + ": "
            + problem
            + ".",
        remedy,
        cause);
  }
}
