package dev.espalier.core.internal.training;

import dev.espalier.core.internal.file.Checkpoint;
import java.io.Serializable;

/**
 * Where the training of a session is, without weights and slots. Immutable.
 *
 * @param epochsTrained total epochs, which determine the order of samples
 * @param stepsTrained total steps, which determine the random numbers of dropout
 * @param learningRate of the next step
 * @param changes to weights or slots other than by steps
 */
public record SessionState(
    long epochsTrained, long stepsTrained, Checkpoint.Rate learningRate, long changes)
    implements Serializable {
  /** Returns the state after some more steps, as far as weights and slots are concerned. */
  public SessionState afterSteps(int steps) {
    return new SessionState(epochsTrained, stepsTrained + steps, learningRate, changes);
  }

  /** Returns whether weights and slots are the same as at another moment of the training. */
  public boolean hasWeightsOf(SessionState other) {
    return stepsTrained == other.stepsTrained && changes == other.changes;
  }
}
