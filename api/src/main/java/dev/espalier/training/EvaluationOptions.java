package dev.espalier.training;

import dev.espalier.callback.Callback;
import java.io.PrintStream;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Options of evaluation and prediction. Immutable.
 *
 * @param batchSize number of samples per step
 * @param dropRemainder whether to drop an incomplete last batch; prediction never does
 * @param callbacks callbacks whose test hooks an evaluation calls, in this order
 * @param workers number of threads that prepare batches, 0 for a number that suits the machine
 * @param prefetch maximum number of batches prepared ahead
 * @param verbosity how much progress is shown
 * @param output where progress is shown, or null for the standard output
 */
public record EvaluationOptions(
    int batchSize,
    boolean dropRemainder,
    List<Callback> callbacks,
    int workers,
    int prefetch,
    Verbosity verbosity,
    @Nullable PrintStream output) {

  /** Copies the list and checks the ranges. */
  public EvaluationOptions {
    LoadingRanges.atLeast(1, "batch size", batchSize);
    LoadingRanges.require(workers, prefetch);
    callbacks = List.copyOf(callbacks);
  }

  /**
   * Returns the defaults: batches of 32, nothing left out, no callbacks, 4 batches ahead, no
   * progress.
   */
  public static EvaluationOptions defaults() {
    return new EvaluationOptions(32, false, List.of(), 0, 4, Verbosity.SILENT, null);
  }

  /** Returns the defaults with the changes made to the builder. */
  public static EvaluationOptions of(Consumer<? super Builder> settings) {
    Builder builder = defaults().toBuilder();
    settings.accept(builder);
    return builder.build();
  }

  /** Returns a builder that starts from these options. */
  public Builder toBuilder() {
    return new Builder(this);
  }

  /** Collects options. Not thread-safe. */
  public static final class Builder {
    private int batchSize;
    private boolean dropRemainder;
    private List<Callback> callbacks;
    private int workers;
    private int prefetch;
    private @Nullable Verbosity verbosity;
    private @Nullable PrintStream output;

    private Builder(EvaluationOptions start) {
      batchSize = start.batchSize;
      dropRemainder = start.dropRemainder;
      callbacks = start.callbacks;
      workers = start.workers;
      prefetch = start.prefetch;
      verbosity =
          start.verbosity == Verbosity.SILENT && start.output == null ? null : start.verbosity;
      output = start.output;
    }

    /** Sets the number of samples per step. */
    public Builder batchSize(int samples) {
      batchSize = samples;
      return this;
    }

    /** Sets whether samples that fill no batch are left out of an evaluation. */
    public Builder dropRemainder(boolean drop) {
      dropRemainder = drop;
      return this;
    }

    /** Sets the callbacks, replacing earlier ones. */
    public Builder callbacks(Callback... values) {
      callbacks = List.of(values);
      return this;
    }

    /** Sets the number of threads that prepare batches, 0 for a number that suits the machine. */
    public Builder workers(int count) {
      workers = count;
      return this;
    }

    /** Sets the maximum number of batches prepared ahead. */
    public Builder prefetch(int batches) {
      prefetch = batches;
      return this;
    }

    /** Sets how much progress is shown; without an output, nothing is shown by default. */
    public Builder verbosity(Verbosity value) {
      verbosity = value;
      return this;
    }

    /** Sets where progress is shown, and asks for it unless {@link #verbosity} says how much. */
    public Builder output(PrintStream stream) {
      output = stream;
      return this;
    }

    private Verbosity shown() {
      if (verbosity != null) {
        return verbosity;
      }
      return output == null ? Verbosity.SILENT : Verbosity.AUTO;
    }

    /** Returns the options. */
    public EvaluationOptions build() {
      return new EvaluationOptions(
          batchSize, dropRemainder, callbacks, workers, prefetch, shown(), output);
    }
  }
}
