package dev.espalier.core.configuration;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Options that components had once, and what says the same now. */
final class RemovedOptions {
  private static final Map<String, String> REMEDIES =
      Map.of(
          "optimizer.cosine-decay-steps",
          "Write learning-rate { name = cosine-decay, initial-learning-rate = 0.1, steps = 1000 }"
              + " (or epochs = 5) for a cosine, or learning-rate = 0.1 for a constant learning"
              + " rate.");

  private RemovedOptions() {}

  /** Returns the error for an option that is no more, or null if it never was one. */
  static @Nullable EspalierException find(String kind, String component, String option) {
    String remedy = REMEDIES.get(kind + "." + option);
    return remedy == null
        ? null
        : new EspalierException(
            ErrorCode.INVALID_OPTION,
            "The "
                + kind
                + " "
                + component
                + " has no option \""
                + option
                + "\" any more: schedules have names of their own.",
            remedy);
  }
}
