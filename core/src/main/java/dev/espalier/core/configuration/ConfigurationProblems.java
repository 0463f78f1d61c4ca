package dev.espalier.core.configuration;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Collects what is wrong, to tell it all at once. */
final class ConfigurationProblems {
  private final List<EspalierException> problems = new ArrayList<>();

  void add(EspalierException problem) {
    if (!isFull()) {
      problems.add(problem);
    }
  }

  /** Returns whether there are so many that nobody wants to read more. */
  boolean isFull() {
    return problems.size() > ConfigurationLimits.PROBLEMS;
  }

  int count() {
    return problems.size();
  }

  /** Runs a check and keeps what it throws. */
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
      EspalierException all =
          new EspalierException(
              ErrorCode.INVALID_CONFIGURATION,
              (isFull()
                      ? "More than " + ConfigurationLimits.PROBLEMS + " settings are wrong, such as"
                      : problems.size() + " settings are wrong")
                  + ":\n"
                  + problems.stream()
                      .limit(ConfigurationLimits.PROBLEMS)
                      .map(one -> "- " + one.problem() + " " + one.remedy())
                      .collect(Collectors.joining("\n"))
                  + "\n",
              "Correct all of them.");
      problems.forEach(all::addSuppressed);
      throw all;
    }
  }
}
