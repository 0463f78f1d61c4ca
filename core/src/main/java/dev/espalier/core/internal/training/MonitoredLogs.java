package dev.espalier.core.internal.training;

import dev.espalier.callback.Callback;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.error.NearestNames;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;

/**
 * The names in the logs of a training: the loss, the metrics, both for validation, the learning
 * rate, and values added by callbacks. Immutable.
 */
public final class MonitoredLogs {
  private final Set<String> names = new TreeSet<>();

  private MonitoredLogs() {}

  /**
   * Returns the names in a training with these callbacks.
   *
   * @param reported names in the logs of a batch: {@link
   *     dev.espalier.training.TrainingConfig#logNames}
   */
  public static MonitoredLogs of(Collection<String> reported, Collection<Callback> callbacks) {
    MonitoredLogs logs = new MonitoredLogs();
    logs.names.addAll(reported);
    // Monitoring validation values is accepted even without validation data, which a run may or may
    // not have.
    Set.copyOf(logs.names).forEach(name -> logs.names.add("val_" + name));
    logs.names.add("learning_rate");
    callbacks.forEach(callback -> logs.names.addAll(callback.addedLogs()));
    return logs;
  }

  /** Returns whether there is a value of that name. */
  public boolean contain(String name) {
    return names.contains(name);
  }

  /** Returns the names that a callback depends on but that are not in the logs. */
  public Set<String> missing(Callback callback) {
    Set<String> missing = new TreeSet<>(callback.monitoredLogs());
    missing.removeAll(names);
    return missing;
  }

  /**
   * Checks what a callback depends on.
   *
   * @throws EspalierException {@link ErrorCode#CALLBACK_FAILED} listing the nearest names
   */
  public void require(Callback callback) {
    for (String name : missing(callback)) {
      throw new EspalierException(
          ErrorCode.CALLBACK_FAILED,
          "The callback "
              + callback.getClass().getName()
              + " monitors \""
              + name
              + "\", which is not in the logs of this training.",
          remedy(name));
    }
  }

  /** Returns what to do about a missing name. */
  public String remedy(String missing) {
    return "They have, nearest first: "
        + String.join(", ", NearestNames.sorted(missing, names))
        + ". A callback that adds logs must list them in addedLogs().";
  }
}
