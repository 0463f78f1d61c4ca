package dev.espalier.core.internal.training;

import dev.espalier.callback.Callback;
import dev.espalier.callback.Logs;
import dev.espalier.training.History;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Records the logs of each epoch after the user's callbacks have changed them. */
final class HistoryRecorder implements Callback {
  private final List<History.Epoch> epochs = new ArrayList<>();

  @Override
  public void onEpochEnd(EpochEnd event) {
    epochs.add(new History.Epoch(event.epoch(), event.logs().asMap()));
  }

  List<History.Epoch> epochs() {
    return List.copyOf(epochs);
  }

  /** Continues after the epochs of an earlier run. */
  void restore(List<History.Epoch> before) {
    epochs.clear();
    epochs.addAll(before);
  }

  /** Returns the logs of the last epoch, empty if there are none. */
  Logs lastLogs() {
    return epochs.isEmpty() ? Logs.empty() : new Logs(epochs.get(epochs.size() - 1).values());
  }

  History toHistory(@Nullable String stopReason) {
    return new History(epochs, stopReason);
  }
}
