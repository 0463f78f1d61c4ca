package dev.espalier.core.finetuning;

import dev.espalier.callback.Callback;
import dev.espalier.core.Trainer;
import dev.espalier.training.History;
import java.util.List;

/**
 * Observes a {@link PhasedTraining}. Called by the thread that trains, between the fits; both
 * methods do nothing by default.
 */
public interface PhaseListener {
  /**
   * A phase is about to start: the trainer has its trainable layers and its optimizer.
   *
   * @param index of the phase, from 0
   * @return callbacks to call in this phase, after those of the phase itself
   */
  default List<Callback> onPhaseBegin(TrainingPhase phase, int index, Trainer trainer) {
    return List.of();
  }

  /**
   * A phase has ended.
   *
   * @param history of this phase; its epochs are numbered through all phases
   */
  default void onPhaseEnd(TrainingPhase phase, int index, Trainer trainer, History history) {}
}
