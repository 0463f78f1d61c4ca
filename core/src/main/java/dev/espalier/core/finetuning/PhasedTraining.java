package dev.espalier.core.finetuning;

import dev.espalier.callback.Callback;
import dev.espalier.core.Trainer;
import dev.espalier.core.internal.training.RemoteTraining;
import dev.espalier.data.Dataset;
import dev.espalier.engine.Engine;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.model.Model;
import dev.espalier.stability.Incubating;
import dev.espalier.training.FitOptions;
import dev.espalier.training.History;
import dev.espalier.training.TrainingConfig;
import java.util.ArrayList;
import java.util.List;

/**
 * Trains a model in phases, one after the other, with one trainer: the weights stay on the device,
 * and epochs are numbered through all phases.
 *
 * @param phases at least one with epochs
 * @param training the training data
 * @param options how to fit in every phase; the callbacks come before those of a phase, and the
 *     number of epochs is that of the phases
 */
public record PhasedTraining(List<TrainingPhase> phases, Dataset training, FitOptions options) {
  /**
   * Leaves out phases without epochs.
   *
   * @throws EspalierException {@link ErrorCode#INVALID_TRAINING_SETTING} if no phase has epochs
   */
  public PhasedTraining {
    phases = phases.stream().filter(phase -> phase.epochs() > 0).toList();
    if (phases.isEmpty()) {
      throw new EspalierException(
          ErrorCode.INVALID_TRAINING_SETTING,
          "There is nothing to train: no phase has epochs.",
          "Give one phase or more a number of epochs above 0.");
    }
  }

  /**
   * Returns a trainer at the start of the first phase.
   *
   * @param config the optimizer in it is replaced by that of each phase
   * @param engine stays open when the trainer is closed
   */
  public Trainer trainer(Model model, TrainingConfig config, Engine engine) {
    return Trainer.of(ofFirstPhase(model), ofFirstPhase(config), engine);
  }

  /**
   * Returns a trainer at the start of the first phase, whose steps are computed elsewhere.
   *
   * @param config the optimizer in it is replaced by that of each phase
   * @param engine stays open when the trainer is closed
   * @param remote such as {@link dev.espalier.core.distributed.ClusterTraining}
   */
  @Incubating
  public Trainer trainer(Model model, TrainingConfig config, Engine engine, RemoteTraining remote) {
    return Trainer.of(ofFirstPhase(model), ofFirstPhase(config), engine, remote);
  }

  private Model ofFirstPhase(Model model) {
    return phases.get(0).change().apply(model);
  }

  private TrainingConfig ofFirstPhase(TrainingConfig config) {
    return config.with(builder -> builder.optimizer(phases.get(0).optimizer()));
  }

  /**
   * Trains.
   *
   * @param trainer from {@link #trainer}
   * @return the epochs of all phases
   * @throws EspalierException as {@link Trainer#fit(Dataset, FitOptions)}
   */
  public History run(Trainer trainer, PhaseListener listener) {
    int epochs = 0;
    History all = new History(List.of(), null);
    for (int i = 0; i < phases.size(); i++) {
      TrainingPhase phase = phases.get(i);
      if (i > 0) {
        trainer.changeModel(phase.change());
        if (!phase.continuesOptimizer()) {
          trainer.changeOptimizer(phase.optimizer());
        }
      }
      List<Callback> callbacks = new ArrayList<>(options.callbacks());
      callbacks.addAll(phase.callbacks());
      callbacks.addAll(listener.onPhaseBegin(phase, i, trainer));
      FitOptions fit =
          options.toBuilder()
              .initialEpoch(epochs)
              .epochs(epochs + phase.epochs())
              .callbacks(callbacks)
              .build();
      History history = trainer.fit(training, fit);
      epochs += history.epochs().size();
      all = all.then(history);
      listener.onPhaseEnd(phase, i, trainer, history);
    }
    return all;
  }
}
