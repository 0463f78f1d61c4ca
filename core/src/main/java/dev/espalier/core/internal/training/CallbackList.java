package dev.espalier.core.internal.training;

import dev.espalier.callback.BatchObservation;
import dev.espalier.callback.Callback;
import dev.espalier.callback.TrainingControl;
import dev.espalier.core.internal.file.Checkpoint;
import dev.espalier.core.internal.file.TypeNames;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Calls the hooks of all callbacks in order; errors name the callback and the hook. */
final class CallbackList implements Callback {
  private final List<Callback> callbacks;

  CallbackList(List<Callback> callbacks) {
    this.callbacks = List.copyOf(callbacks);
  }

  private void each(String hook, Consumer<Callback> call) {
    callbacks.forEach(callback -> call(hook, callback, call));
  }

  /** Calls a hook of a callback; an error names both. */
  static void call(String hook, Callback callback, Consumer<Callback> call) {
    try {
      call.accept(callback);
    } catch (EspalierException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new EspalierException(
          ErrorCode.CALLBACK_FAILED,
          "The callback " + callback.getClass().getName() + " failed in " + hook + ": " + e + ".",
          "Fix or remove the callback; the trainer is still usable.",
          e);
    }
  }

  /** Returns the state of each stateful callback, in order. */
  List<Checkpoint.Carried> states() {
    List<Checkpoint.Carried> states = new ArrayList<>();
    each(
        "state",
        callback ->
            states.add(
                new Checkpoint.Carried(TypeNames.of(callback.getClass()), callback.state())));
    return states;
  }

  /**
   * Restores the states of callbacks: the first callback of a class gets the first state of that
   * class, and so on.
   *
   * @return the classes of callbacks that are missing
   */
  List<String> restoreStates(List<Checkpoint.Carried> states) {
    Map<String, Deque<Callback>> byType = new HashMap<>();
    callbacks.forEach(
        callback ->
            byType
                .computeIfAbsent(TypeNames.of(callback.getClass()), type -> new ArrayDeque<>())
                .add(callback));
    List<String> missing = new ArrayList<>();
    for (Checkpoint.Carried carried : states) {
      Callback callback =
          byType.getOrDefault(TypeNames.current(carried.type()), new ArrayDeque<>()).poll();
      if (!carried.state().isEmpty()) {
        if (callback == null) {
          missing.add(carried.type());
        } else {
          call("restoreState", callback, any -> any.restoreState(carried.state()));
        }
      }
    }
    return missing;
  }

  @Override
  public void onTrainBegin(TrainBegin event) {
    each("onTrainBegin", callback -> callback.onTrainBegin(event));
  }

  @Override
  public void onEpochBegin(EpochBegin event) {
    each("onEpochBegin", callback -> callback.onEpochBegin(event));
  }

  @Override
  public void onTrainBatchBegin(BatchBegin event) {
    each("onTrainBatchBegin", callback -> callback.onTrainBatchBegin(event));
  }

  @Override
  public void onTrainBatchEnd(BatchEnd event) {
    each("onTrainBatchEnd", callback -> callback.onTrainBatchEnd(event));
  }

  @Override
  public void onEpochEnd(EpochEnd event) {
    each("onEpochEnd", callback -> callback.onEpochEnd(event));
  }

  @Override
  public void onTrainEnd(TrainEnd event) {
    each("onTrainEnd", callback -> callback.onTrainEnd(event));
  }

  /** Notifies all callbacks; their own failures are added to the exception as suppressed. */
  @Override
  public void onException(Failure event) {
    for (Callback callback : callbacks) {
      try {
        call("onException", callback, any -> any.onException(event));
      } catch (RuntimeException e) {
        if (e != event.exception()) {
          event.exception().addSuppressed(e);
        }
      }
    }
  }

  /** Runs code that calls hooks, and notifies all callbacks if it fails. */
  <T> T toldOfFailure(TrainingControl control, Supplier<T> body) {
    try {
      return body.get();
    } catch (RuntimeException | Error e) {
      onException(new Failure(control, e));
      throw e;
    }
  }

  /** Returns the union of what the callbacks observe of each batch. */
  BatchObservation observed() {
    List<String> gradients = new ArrayList<>();
    boolean inputs = false;
    for (Callback callback : callbacks) {
      BatchObservation wish = callback.observedBatch();
      inputs |= wish.inputs();
      gradients.addAll(wish.gradients());
    }
    return new BatchObservation(inputs, gradients);
  }

  @Override
  public void onTestBegin(TestBegin event) {
    each("onTestBegin", callback -> callback.onTestBegin(event));
  }

  @Override
  public void onTestBatchBegin(BatchBegin event) {
    each("onTestBatchBegin", callback -> callback.onTestBatchBegin(event));
  }

  @Override
  public void onTestBatchEnd(BatchEnd event) {
    each("onTestBatchEnd", callback -> callback.onTestBatchEnd(event));
  }

  @Override
  public void onTestEnd(TestEnd event) {
    each("onTestEnd", callback -> callback.onTestEnd(event));
  }
}
