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
 * @param stepsPerExchange 1 for synchronous data parallelism; more for local SGD, in which workers
 *     average their weights after so many steps
 */
public record DistributedOptions(int stepsPerRound, int restarts, int stepsPerExchange) {
  /** Checks the ranges. */
  public DistributedOptions {
    atLeast(1, "number of steps per round", stepsPerRound);
    atLeast(0, "number of restarts", restarts);
    atLeast(1, "number of steps per exchange", stepsPerExchange);
  }

  private static void atLeast(int least, String what, int value) {
    if (value < least) {
      throw new EspalierException(
          ErrorCode.INVALID_TRAINING_SETTING,
          "The " + what + " is " + value + ".",
          "Give a number of " + least + " or more.");
    }
  }

  /** Returns the defaults: 100 steps per round, 3 restarts, gradients averaged in each step. */
  public static DistributedOptions defaults() {
    return new DistributedOptions(100, 3, 1);
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
    private int stepsPerExchange;

    private Builder(DistributedOptions start) {
      stepsPerRound = start.stepsPerRound;
      restarts = start.restarts;
      stepsPerExchange = start.stepsPerExchange;
    }

    /**
     * Sets after how many steps the driver gets the weights and calls the callbacks, 100 by
     * default; a round ends with the epoch at the latest. What a callback does in the hook of a
     * step, such as to stop or to save a checkpoint, has effect at the end of the round: with 1
     * exactly as in one process. If a worker is lost, the steps of its round are repeated.
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

    /**
     * Sets after how many steps workers average what they have trained, 1 by default.
     *
     * <p>With 1, the gradients of each step are averaged, and the results are those of one process.
     * With more, training is local SGD (Stich, 2019), which exchanges less: each worker takes the
     * steps on its samples of each batch alone, with an update of its own, and then weights,
     * running means and variances, and the slots of the optimizer, such as its momentum, are
     * replaced by their means over the workers, each counting the same. Nothing stays local: after
     * an exchange all workers are equal. Workers also exchange at the end of each round. Gradients
     * are clipped on each worker by those of its samples, and batch normalizations in training mode
     * normalize by its samples. A batch of fewer samples than there are workers is one step of all.
     * The results depend on the number of workers and equal those of no other training; loss and
     * metrics are of the weights that each worker had in the step.
     */
    public Builder stepsPerExchange(int count) {
      stepsPerExchange = count;
      return this;
    }

    /** Returns the options. */
    public DistributedOptions build() {
      return new DistributedOptions(stepsPerRound, restarts, stepsPerExchange);
    }
  }
}
