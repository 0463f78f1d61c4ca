package dev.espalier.option;

import dev.espalier.error.EspalierException;

/**
 * Where a setting was made. Immutable.
 *
 * @param source decides which of two settings of the same name takes precedence
 * @param place place to name in messages, such as {@code espalier.conf, line 3} or {@code --device}
 */
public record Origin(Source source, String place) {
  /** Where settings are made, the weakest first: what comes later wins. */
  public enum Source {
    /** What holds if nothing is said. */
    DEFAULT,
    /** A configuration file that was found in the working folder, not named by the user. */
    FOUND_FILE,
    /** A configuration file that the user or the program named. */
    FILE,
    /** A variable of the process. */
    ENVIRONMENT,
    /** An option on the command line. */
    COMMAND_LINE,
    /** The program's own code. */
    PROGRAM
  }

  /** Returns the origin of default values. */
  public static Origin byDefault() {
    return new Origin(Source.DEFAULT, "default");
  }

  /**
   * Returns a place in a file that the user or the program named.
   *
   * @param line from 1, or less if it is not known
   */
  public static Origin file(String file, int line) {
    return new Origin(Source.FILE, lineOf(file, line));
  }

  /**
   * Returns a place in a file that was found in the working folder.
   *
   * @param line from 1, or less if it is not known
   */
  public static Origin foundFile(String file, int line) {
    return new Origin(Source.FOUND_FILE, lineOf(file, line));
  }

  private static String lineOf(String file, int line) {
    return line < 1 ? file : file + ", line " + line;
  }

  /** Returns a variable of the process. */
  public static Origin environment(String variable) {
    return new Origin(Source.ENVIRONMENT, "environment variable " + variable);
  }

  /** Returns an option on the command line, such as {@code --device}. */
  public static Origin commandLine(String option) {
    return new Origin(Source.COMMAND_LINE, option);
  }

  /** Returns the origin of what the program sets in its code. */
  public static Origin program() {
    return new Origin(Source.PROGRAM, "set by the program");
  }

  /** Returns whether a setting from here gives way to one from there. */
  public boolean yieldsTo(Origin other) {
    return source.compareTo(other.source) <= 0;
  }

  /**
   * Returns an error about a setting from this origin, with the place appended to its problem;
   * unchanged for defaults and the program.
   */
  public EspalierException locate(EspalierException error) {
    if (source == Source.DEFAULT || source == Source.PROGRAM) {
      return error;
    }
    String problem = error.problem();
    String located =
        problem.endsWith(".")
            ? problem.substring(0, problem.length() - 1) + " (" + place + ")."
            : problem + " (" + place + ")";
    return new EspalierException(error.code(), located, error.remedy(), error.getCause());
  }

  /** Returns the place. */
  @Override
  public String toString() {
    return place;
  }
}
