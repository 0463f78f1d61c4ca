package dev.espalier.core.internal.training;

import dev.espalier.core.internal.program.StepProgram;
import dev.espalier.graph.HostArray;
import dev.espalier.model.Weights;
import java.util.List;
import java.util.Map;

/** Computes the steps of a training elsewhere than on the device of its session. */
public interface RemoteSteps {
  /** Checks, before any hook is called, that a training step can be computed. */
  void require(StepProgram step);

  /** Returns the largest number of steps to ask for at once. */
  int stepsAtOnce();

  /**
   * Trains.
   *
   * @param state of the session before the first step
   * @param from index of the first step in the epoch
   * @param to index after the last one
   */
  Trained train(SessionState state, int from, int to);

  /**
   * Computes the steps of the validation, and returns the results of each.
   *
   * @param state of the session
   * @param steps number of batches
   */
  List<Map<String, HostArray>> evaluate(SessionState state, int steps);

  /**
   * What a training gives.
   *
   * @param results of each step
   * @param weights of the model after the last one
   * @param slots of the optimizer after the last one
   */
  record Trained(List<Map<String, HostArray>> results, Weights weights, Weights slots) {
    /** Copies the list. */
    public Trained {
      results = List.copyOf(results);
    }
  }
}
