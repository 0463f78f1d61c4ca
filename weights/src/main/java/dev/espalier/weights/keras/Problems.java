package dev.espalier.weights.keras;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is wrong with a model of Keras: errors that end the reading at once, and what this product
 * lacks, which is gathered. Not thread-safe.
 */
final class Problems {
  private static final Logger log = LoggerFactory.getLogger(Problems.class);
  private static final int LISTED = 50;

  private final Path file;
  private final List<String> unsupported = new ArrayList<>();
  private final List<String> leftOut = new ArrayList<>();

  Problems(Path file) {
    this.file = file;
  }

  /** Returns the error for a file that Keras cannot have written. */
  EspalierException invalid(String place, String problem, @Nullable Throwable cause) {
    return new EspalierException(
        ErrorCode.INVALID_WEIGHT_FILE,
        "The file "
            + file
            + " does not hold a readable Keras model: at "
            + place
            + ", "
            + problem
            + ".",
        "Download it again and compare its checksum, or save it again in Keras.",
        cause);
  }

  EspalierException invalid(String place, String problem) {
    return invalid(place, problem, null);
  }

  /** Returns an error that says where in the file something went wrong, as it may do already. */
  EspalierException located(String place, EspalierException cause) {
    if (cause.problem().contains(file.toString())) {
      return cause;
    }
    return new EspalierException(
        cause.code(),
        "The model in the file " + file + " cannot be built: at " + place + ", " + cause.problem(),
        cause.remedy(),
        cause);
  }

  /** Returns the error for weights that do not fit the configuration beside them. */
  EspalierException notItsWeights(EspalierException cause) {
    return new EspalierException(
        cause.code(),
        "The file " + file + " does not hold the weights of its own model. " + cause.problem(),
        "Download the file again, or save it again in Keras.",
        cause);
  }

  /** Notes something of a layer that has no counterpart. */
  void unsupported(String layer, String what) {
    unsupported.add(layer + ": " + what);
  }

  /** Notes a layer that does nothing in predictions and is left out of trainings, too. */
  void leftOut(String layer) {
    leftOut.add(layer);
  }

  /** Warns of the layers that are left out, if there are any. */
  void warnOfLeftOut() {
    String message = leftOutMessage();
    if (message != null) {
      log.warn(message);
    }
  }

  @Nullable String leftOutMessage() {
    if (leftOut.isEmpty()) {
      return null;
    }
    return "The model in the file "
        + file
        + " has layers that change their input at random in training, and these are left out: "
        + listed(leftOut, ", ")
        + ". Predictions are the same. For a training, add augmentations such as random-flip to it.";
  }

  private static String listed(List<String> noted, String separator) {
    List<String> lines = noted.stream().distinct().toList();
    String first = String.join(separator, lines.subList(0, Math.min(LISTED, lines.size())));
    int more = lines.size() - LISTED;
    return more > 0 ? first + separator + "and " + more + " more" : first;
  }

  /** Throws one error that lists all that is unsupported, if anything is. */
  void throwIfUnsupported() {
    if (unsupported.isEmpty()) {
      return;
    }
    throw new EspalierException(
        ErrorCode.INVALID_MODEL,
        "The model in the file "
            + file
            + " has what Espalier cannot represent: "
            + listed(unsupported, "; ")
            + ".",
        "Change the model in Keras and save it again; the guide \"Weights\" lists what can be"
            + " read.");
  }
}
