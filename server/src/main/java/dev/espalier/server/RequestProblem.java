package dev.espalier.server;

import com.google.gson.JsonObject;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import org.eclipse.jetty.http.BadMessageException;
import org.eclipse.jetty.http.HttpStatus;

/** Why a request is not answered: the status, and a sentence for the client. */
final class RequestProblem extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;

  RequestProblem(int status, String problem) {
    super(problem, null, false, false); // a fault of the client, of which there can be many
    this.status = status;
  }

  static RequestProblem badRequest(String problem) {
    return new RequestProblem(400, problem);
  }

  /** Returns what is wrong with a body that could not be read: the client, if it is too slow. */
  static RequestProblem unreadable(String problem, Exception cause) {
    for (Throwable e = cause; e != null; e = e.getCause()) {
      if (e instanceof BadMessageException bad && bad.getCode() == HttpStatus.REQUEST_TIMEOUT_408) {
        return new RequestProblem(bad.getCode(), "The body of the request arrives too slowly.");
      }
    }
    return badRequest(problem);
  }

  int status() {
    return status;
  }

  String problem() {
    return String.valueOf(getMessage());
  }

  /** Returns the status of an error: whose fault it is, and whether to try again. */
  static int status(ErrorCode code) {
    return switch (code) {
      case INVALID_IMAGE,
          INVALID_ARGUMENT,
          SHAPE_MISMATCH,
          UNKNOWN_NAME,
          UNKNOWN_LAYER,
          LABEL_OUT_OF_RANGE ->
          400;
      case CLASSIFIER_BUSY -> 429;
      case TIMED_OUT, CLOSED, INTERRUPTED, OUT_OF_MEMORY -> 503;
      case UNSUPPORTED_CAPABILITY, INVALID_MODEL -> 501;
      default -> 500;
    };
  }

  static JsonObject json(EspalierException error) {
    JsonObject json = json(error.problem());
    json.addProperty("code", error.code().id());
    json.addProperty("remedy", error.remedy());
    return json;
  }

  static JsonObject json(String problem) {
    JsonObject json = new JsonObject();
    json.addProperty("error", problem);
    return json;
  }
}
