package dev.espalier.core.internal.training;

import dev.espalier.data.Dataset;
import dev.espalier.training.FitOptions;
import dev.espalier.training.History;
import dev.espalier.training.TrainingConfig;

/** Fits of a session whose steps are computed elsewhere than on its device. */
public interface RemoteTraining {
  /** Checks that a model can be trained elsewhere with these settings. */
  void require(TrainingConfig config);

  /**
   * Trains; afterwards, the session has weights, slots and counters of the end of the training.
   *
   * @param options as for {@link FitLoop}, in which the loop and its callbacks run
   */
  History fit(TrainerSession session, Dataset dataset, FitOptions options);
}
