package dev.espalier.core.configuration;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import java.util.ArrayList;
import java.util.List;

/** Collects problems to report them together. */
final class ConfigurationProblems {
  private final List<EspalierException> problems = new ArrayList<>();

  void add(EspalierException problem) {
    if (!isFull()) {
      problems.add(problem);
    }
  }

  /** Returns whether the maximum number of problems is reached. */
  boolean isFull() {
    return problems.size() > ConfigurationLimits.PROBLEMS;
  }

  int count() {
    return problems.size();
  }

  /** Runs a check and collects its error. */
  void catching(Runnable check) {
    if (isFull()) {
      return;
    }
    try {
      check.run();
    } catch (EspalierException e) {
      add(e);
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
              ? "More than " + ConfigurationLimits.PROBLEMS + " settings are wrong, such as"
              : problems.size() + " settings are wrong",
          problems.subList(0, Math.min(problems.size(), ConfigurationLimits.PROBLEMS)),
          "Correct all of them.");
    }
  }
}
