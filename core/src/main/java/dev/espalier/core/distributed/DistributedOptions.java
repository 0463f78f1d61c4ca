package dev.espalier.core.distributed;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import java.util.function.Consumer;

/**
 * How a training is distributed. Immutable.
 *
 * @param stepsPerRound number of steps that workers train before the driver gets the weights and
 *     calls the callbacks
 * @param restarts how often a training may go on after a worker was lost
 */
public record DistributedOptions(int stepsPerRound, int restarts) {
  /** Checks the ranges. */
  public DistributedOptions {
    atLeast(1, "number of steps per round", stepsPerRound);
    atLeast(0, "number of restarts", restarts);
  }

  private static void atLeast(int least, String what, int value) {
    if (value < least) {
      throw new EspalierException(
          ErrorCode.INVALID_TRAINING_SETTING,
          "The " + what + " is " + value + ".",
          "Give a number of " + least + " or more.");
    }
  }

  /** Returns the defaults: 100 steps per round, 3 restarts. */
  public static DistributedOptions defaults() {
    return new DistributedOptions(100, 3);
  }

  /** Returns the defaults with the changes made to the builder. */
  public static DistributedOptions of(Consumer<? super Builder> settings) {
    Builder builder = new Builder(defaults());
    settings.accept(builder);
    return builder.build();
  }

  /** Collects options. Not thread-safe. */
  public static final class Builder {
    private int stepsPerRound;
    private int restarts;

    private Builder(DistributedOptions start) {
      stepsPerRound = start.stepsPerRound;
      restarts = start.restarts;
    }

    /**
     * Sets after how many steps the driver gets the weights and calls the callbacks, 100 by
     * default; a round ends with the epoch at the latest. What a callback does in the hook of a
     * step, such as to stop or to save a checkpoint, has effect at the end of the round: with 1
     * exactly as in one process. A worker that is lost costs what was done of a round.
     */
    public Builder stepsPerRound(int count) {
      stepsPerRound = count;
      return this;
    }

    /** Sets how often a training may go on after a worker was lost; 3 by default. */
    public Builder restarts(int count) {
      restarts = count;
      return this;
    }

    /** Returns the options. */
    public DistributedOptions build() {
      return new DistributedOptions(stepsPerRound, restarts);
    }
  }
}
