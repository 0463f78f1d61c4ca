package dev.espalier.callbacks;

import dev.espalier.callback.Callback;
import java.util.function.Consumer;

/**
 * Calls functions at the hooks that are given: Keras' LambdaCallback, for what is too small for a
 * class.
 *
 * <pre>{@code
 * LambdaCallback.of(
 *     hooks ->
 *         hooks
 *             .onEpochEnd(event -> log.info("epoch {}: {}", event.epoch(), event.logs()))
 *             .onTrainEnd(event -> queue.close()))
 * }</pre>
 *
 * <p>A hook that is not given does nothing; functions for the same hook are called in order. A
 * callback that keeps state between hooks is better a class, which can save the state with
 * checkpoints. Immutable; for two concurrent trainings if the functions are.
 */
public final class LambdaCallback implements Callback {
  private final Consumer<? super TrainBegin> onTrainBegin;
  private final Consumer<? super EpochBegin> onEpochBegin;
  private final Consumer<? super BatchBegin> onTrainBatchBegin;
  private final Consumer<? super BatchEnd> onTrainBatchEnd;
  private final Consumer<? super EpochEnd> onEpochEnd;
  private final Consumer<? super TrainEnd> onTrainEnd;
  private final Consumer<? super Failure> onException;
  private final Consumer<? super TestBegin> onTestBegin;
  private final Consumer<? super BatchBegin> onTestBatchBegin;
  private final Consumer<? super BatchEnd> onTestBatchEnd;
  private final Consumer<? super TestEnd> onTestEnd;

  private LambdaCallback(Hooks hooks) {
    onTrainBegin = hooks.onTrainBegin;
    onEpochBegin = hooks.onEpochBegin;
    onTrainBatchBegin = hooks.onTrainBatchBegin;
    onTrainBatchEnd = hooks.onTrainBatchEnd;
    onEpochEnd = hooks.onEpochEnd;
    onTrainEnd = hooks.onTrainEnd;
    onException = hooks.onException;
    onTestBegin = hooks.onTestBegin;
    onTestBatchBegin = hooks.onTestBatchBegin;
    onTestBatchEnd = hooks.onTestBatchEnd;
    onTestEnd = hooks.onTestEnd;
  }

  /** Returns the callback with the functions that the builder is given. */
  public static LambdaCallback of(Consumer<? super Hooks> settings) {
    Hooks hooks = new Hooks();
    settings.accept(hooks);
    return new LambdaCallback(hooks);
  }

  @Override
  public void onTrainBegin(TrainBegin event) {
    onTrainBegin.accept(event);
  }

  @Override
  public void onEpochBegin(EpochBegin event) {
    onEpochBegin.accept(event);
  }

  @Override
  public void onTrainBatchBegin(BatchBegin event) {
    onTrainBatchBegin.accept(event);
  }

  @Override
  public void onTrainBatchEnd(BatchEnd event) {
    onTrainBatchEnd.accept(event);
  }

  @Override
  public void onEpochEnd(EpochEnd event) {
    onEpochEnd.accept(event);
  }

  @Override
  public void onTrainEnd(TrainEnd event) {
    onTrainEnd.accept(event);
  }

  @Override
  public void onException(Failure event) {
    onException.accept(event);
  }

  @Override
  public void onTestBegin(TestBegin event) {
    onTestBegin.accept(event);
  }

  @Override
  public void onTestBatchBegin(BatchBegin event) {
    onTestBatchBegin.accept(event);
  }

  @Override
  public void onTestBatchEnd(BatchEnd event) {
    onTestBatchEnd.accept(event);
  }

  @Override
  public void onTestEnd(TestEnd event) {
    onTestEnd.accept(event);
  }

  /** Collects the functions. Not thread-safe. */
  public static final class Hooks {
    private Consumer<TrainBegin> onTrainBegin = event -> {};
    private Consumer<EpochBegin> onEpochBegin = event -> {};
    private Consumer<BatchBegin> onTrainBatchBegin = event -> {};
    private Consumer<BatchEnd> onTrainBatchEnd = event -> {};
    private Consumer<EpochEnd> onEpochEnd = event -> {};
    private Consumer<TrainEnd> onTrainEnd = event -> {};
    private Consumer<Failure> onException = event -> {};
    private Consumer<TestBegin> onTestBegin = event -> {};
    private Consumer<BatchBegin> onTestBatchBegin = event -> {};
    private Consumer<BatchEnd> onTestBatchEnd = event -> {};
    private Consumer<TestEnd> onTestEnd = event -> {};

    private Hooks() {}

    /** Calls a function at the start of training. */
    public Hooks onTrainBegin(Consumer<? super TrainBegin> function) {
      onTrainBegin = onTrainBegin.andThen(function);
      return this;
    }

    /** Calls a function at the start of each epoch. */
    public Hooks onEpochBegin(Consumer<? super EpochBegin> function) {
      onEpochBegin = onEpochBegin.andThen(function);
      return this;
    }

    /** Calls a function at the start of each training batch. */
    public Hooks onTrainBatchBegin(Consumer<? super BatchBegin> function) {
      onTrainBatchBegin = onTrainBatchBegin.andThen(function);
      return this;
    }

    /** Calls a function at the end of each training batch. */
    public Hooks onTrainBatchEnd(Consumer<? super BatchEnd> function) {
      onTrainBatchEnd = onTrainBatchEnd.andThen(function);
      return this;
    }

    /** Calls a function at the end of each epoch. */
    public Hooks onEpochEnd(Consumer<? super EpochEnd> function) {
      onEpochEnd = onEpochEnd.andThen(function);
      return this;
    }

    /** Calls a function at the end of training. */
    public Hooks onTrainEnd(Consumer<? super TrainEnd> function) {
      onTrainEnd = onTrainEnd.andThen(function);
      return this;
    }

    /** Calls a function at a failure of the training or evaluation. */
    public Hooks onException(Consumer<? super Failure> function) {
      onException = onException.andThen(function);
      return this;
    }

    /** Calls a function at the start of each evaluation. */
    public Hooks onTestBegin(Consumer<? super TestBegin> function) {
      onTestBegin = onTestBegin.andThen(function);
      return this;
    }

    /** Calls a function at the start of each evaluation batch. */
    public Hooks onTestBatchBegin(Consumer<? super BatchBegin> function) {
      onTestBatchBegin = onTestBatchBegin.andThen(function);
      return this;
    }

    /** Calls a function at the end of each evaluation batch. */
    public Hooks onTestBatchEnd(Consumer<? super BatchEnd> function) {
      onTestBatchEnd = onTestBatchEnd.andThen(function);
      return this;
    }

    /** Calls a function at the end of each evaluation. */
    public Hooks onTestEnd(Consumer<? super TestEnd> function) {
      onTestEnd = onTestEnd.andThen(function);
      return this;
    }
  }
}
