package dev.espalier.core.configuration;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.option.Origin;
import java.util.ArrayList;
import java.util.List;

/** Collects problems to report them together. */
final class ConfigurationProblems {
  /** Number of problems reported at once. */
  private static final int PROBLEMS = 30;

  private final List<EspalierException> problems = new ArrayList<>();

  /** Returns the error about a setting that cannot be used. */
  static EspalierException invalid(String problem, String remedy) {
    return new EspalierException(ErrorCode.INVALID_OPTION, problem, remedy);
  }

  /** Adds the error about a setting that cannot be used, with the place where it was written. */
  void add(Origin origin, String problem, String remedy) {
    add(origin.locate(invalid(problem, remedy)));
  }

  void add(EspalierException problem) {
    if (!isFull()) {
      problems.add(problem);
    }
  }

  /** Returns whether the maximum number of problems is reached. */
  boolean isFull() {
    return problems.size() > PROBLEMS;
  }

  int count() {
    return problems.size();
  }

  /** Runs a check and collects its error. */
  void catching(Runnable check) {
    catching(Origin.program(), check); // which has no place to name
  }

  /** Runs a check and collects its error, with the place where the setting was written. */
  void catching(Origin origin, Runnable check) {
    if (isFull()) {
      return;
    }
    try {
      check.run();
    } catch (EspalierException e) {
      add(origin.locate(e));
    }
  }

  void throwIfAny() {
    if (problems.size() == 1) {
      throw problems.get(0);
    }
    if (!problems.isEmpty()) {
      throw EspalierException.ofSeveral(
          ErrorCode.INVALID_CONFIGURATION,
          isFull()
              ? "More than " + PROBLEMS + " settings are wrong, such as"
              : problems.size() + " settings are wrong",
          problems.subList(0, Math.min(problems.size(), PROBLEMS)),
          "Correct all of them.");
    }
  }
}
