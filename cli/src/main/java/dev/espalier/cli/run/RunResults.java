package dev.espalier.cli.run;

import dev.espalier.core.ModelFile;
import dev.espalier.core.PluginRegistry;
import dev.espalier.core.Trainer;
import dev.espalier.data.Dataset;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.metric.Evaluation;
import dev.espalier.model.Weights;
import dev.espalier.training.EvaluationOptions;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The results of the models of a run.
 *
 * @param last the model after the last epoch
 * @param best the model of the best epoch, or null if none was saved
 * @param problem why the models were not evaluated on the test split, or null
 */
record RunResults(Measured last, @Nullable Measured best, @Nullable String problem) {
  /**
   * A model with its results.
   *
   * @param epoch the epoch of its weights
   * @param test loss and metrics on the test split, or null
   */
  record Measured(EpochRow epoch, @Nullable Evaluation test) {}

  /** Returns whether both models have the same weights. */
  boolean same() {
    return best != null && best.epoch().equals(last.epoch());
  }

  /**
   * Evaluates on the test split, if there is one. Afterwards, the trainer has the weights of the
   * best model.
   *
   * @param rows of all epochs
   * @param best of all phases
   */
  static RunResults of(
      TrainingRun.Plan plan,
      List<EpochRow> rows,
      BestModel best,
      Trainer trainer,
      EvaluationOptions options,
      PluginRegistry registry) {
    EpochRow lastEpoch = rows.get(rows.size() - 1);
    EpochRow bestEpoch =
        rows.stream().filter(row -> best.isOf(row.epoch())).findFirst().orElse(null);
    Weights bestWeights = null;
    Evaluation lastTest = null;
    Evaluation bestTest = null;
    String problem = null;
    try {
      if (bestEpoch != null) {
        bestWeights = ModelFile.read(best.file(), registry).model().weights();
        if (bestWeights.differences(trainer.weights()).isEmpty()) {
          // A callback may have restored them at the end of training.
          lastEpoch = bestEpoch;
        }
      }
      Dataset test = plan.data().test();
      if (test != null) {
        lastTest = trainer.evaluate(test, options);
        bestTest = lastTest;
        if (bestWeights != null && !lastEpoch.equals(bestEpoch)) {
          trainer.setWeights(bestWeights);
          bestTest = trainer.evaluate(test, options);
        }
      }
    } catch (EspalierException e) {
      if (e.code() == ErrorCode.INTERRUPTED) {
        throw e;
      }
      // A failed evaluation must not lose the trained models.
      problem = e.problem() + " " + e.remedy();
    }
    return new RunResults(
        new Measured(lastEpoch, lastTest),
        bestEpoch == null ? null : new Measured(bestEpoch, bestTest),
        problem);
  }
}
