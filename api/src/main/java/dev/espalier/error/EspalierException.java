package dev.espalier.error;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The one exception that Espalier throws for a problem a user can mend. Its message says what was
 * wrong and where; {@link #remedy()} says what to do; {@link #code()} is stable and is explained in
 * {@code docs/errors.md}.
 *
 * <p>Immutable but for the stack trace and the suppressed exceptions, as every {@link Throwable}.
 */
public final class EspalierException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ErrorCode code;
  private final String problem;
  private final String remedy;

  /**
   * Creates an error.
   *
   * @param problem what was wrong and where, a full sentence
   * @param remedy what the reader can do about it, a full sentence
   */
  public EspalierException(ErrorCode code, String problem, String remedy) {
    this(code, problem, remedy, null);
  }

  /** Creates an error that was caused by {@code cause}. */
  public EspalierException(
      ErrorCode code, String problem, String remedy, @Nullable Throwable cause) {
    super(problem + " " + remedy + " [" + code.id() + "]", cause);
    this.code = Objects.requireNonNull(code, "code");
    this.problem = problem;
    this.remedy = remedy;
  }

  /** Returns the stable identification of this kind of error. */
  public ErrorCode code() {
    return code;
  }

  /** Returns what was wrong and where. */
  public String problem() {
    return problem;
  }

  /** Returns what to do about it. */
  public String remedy() {
    return remedy;
  }
}
