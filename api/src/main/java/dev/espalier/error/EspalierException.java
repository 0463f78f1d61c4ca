package dev.espalier.error;

import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The one exception that Espalier throws for a problem a user can fix. Its message says what was
 * wrong and where; {@link #remedy()} says what to do; {@link #code()} is stable and is explained in
 * {@code docs/errors.md}.
 *
 * <p>What a message says of names and files is {@linkplain PrintableText printable} and of bounded
 * length, wherever it comes from: a message can be shown on a terminal or written to a log.
 *
 * <p>Immutable but for the stack trace and the suppressed exceptions, as every {@link Throwable}.
 */
public final class EspalierException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** More than any sentence needs, and little enough to read. */
  private static final int LONGEST_TEXT = 2000;

  /** Of several problems, each gets less room than one alone. */
  private static final int LONGEST_LINE = 500;

  private static final int LINES = 50;

  private static final Pattern PLUGIN_ID =
      Pattern.compile("(?!ESP-)[A-Z][A-Z0-9]{1,15}-[0-9]{1,6}");

  private final ErrorCode code;
  private final String id;
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
    this(new Texts(printable(problem), printable(remedy)), code, code.id(), cause);
  }

  /**
   * Returns an error of a plugin, with an identification of the plugin's own.
   *
   * @param id a prefix of the plugin in capital letters, a hyphen and a number, such as {@code
   *     ECA-7}; {@code ESP} is Espalier's. The plugin's documentation explains it
   * @param kind the code that is nearest: programs treat the error as one of those
   * @param problem what was wrong and where, a full sentence
   * @param remedy what the reader can do about it, a full sentence
   * @throws EspalierException {@link ErrorCode#INVALID_ARGUMENT} for an id of another form
   */
  public static EspalierException ofPlugin(
      String id, ErrorCode kind, String problem, String remedy) {
    if (!PLUGIN_ID.matcher(id).matches()) {
      throw new EspalierException(
          ErrorCode.INVALID_ARGUMENT,
          "An error of a plugin cannot have the id \"" + id + "\".",
          "Give a prefix of your own in capital letters, a hyphen and a number, such as ECA-7.");
    }
    return new EspalierException(new Texts(printable(problem), printable(remedy)), kind, id, null);
  }

  private EspalierException(Texts texts, ErrorCode code, String id, @Nullable Throwable cause) {
    super(texts.problem() + " " + texts.remedy() + " [" + id + "]", cause);
    this.id = id;
    this.code = Objects.requireNonNull(code, "code");
    this.problem = texts.problem();
    this.remedy = texts.remedy();
  }

  /**
   * Returns an error that combines several. Its problem lists theirs, one per line, up to a limit;
   * all of them are its {@linkplain #getSuppressed() suppressed} exceptions.
   *
   * @param problem what they have in common, without the punctuation mark that ends a sentence
   * @param remedy what the reader can do about all of them, a full sentence
   */
  public static EspalierException ofSeveral(
      ErrorCode code, String problem, List<EspalierException> errors, String remedy) {
    String lines =
        errors.stream()
            .limit(LINES)
            .map(one -> "\n- " + PrintableText.of(one.problem + " " + one.remedy, LONGEST_LINE))
            .collect(Collectors.joining());
    String more = errors.size() > LINES ? "\n- and " + (errors.size() - LINES) + " more" : "";
    EspalierException all =
        new EspalierException(
            new Texts(printable(problem) + ":" + lines + more + "\n", printable(remedy)),
            code,
            code.id(),
            null);
    errors.forEach(all::addSuppressed);
    return all;
  }

  private static String printable(String text) {
    return PrintableText.of(text, LONGEST_TEXT);
  }

  /** Returns the stable identification of this kind of error. */
  public ErrorCode code() {
    return code;
  }

  /**
   * Returns the stable id that messages end with, such as {@code ESP-101}: that of the {@link
   * #code()}, or a plugin's own.
   */
  public String id() {
    return id;
  }

  /** Returns what was wrong and where. */
  public String problem() {
    return problem;
  }

  /** Returns what to do about it. */
  public String remedy() {
    return remedy;
  }

  /** What is printable already. */
  private record Texts(String problem, String remedy) {}
}
