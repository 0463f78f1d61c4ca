package dev.espalier.cli.run;

import dev.espalier.core.ModelFile;
import dev.espalier.core.PluginRegistry;
import dev.espalier.core.Trainer;
import dev.espalier.data.Dataset;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.metric.Evaluation;
import dev.espalier.model.Weights;
import dev.espalier.report.PredictionAnalysis;
import dev.espalier.report.RunHistory;
import dev.espalier.training.EvaluationOptions;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The results of the models of a run.
 *
 * @param last the model after the last epoch
 * @param best the model of the best epoch, or null if none was saved
 * @param problem why the models were not evaluated on the test split, or null
 * @param analysis what the predictions of the best model show, or of the last one if there is no
 *     best; null if they could not be made
 * @param analysisProblem why they could not be made, or null
 */
record RunResults(
    Measured last,
    @Nullable Measured best,
    @Nullable String problem,
    @Nullable PredictionAnalysis analysis,
    @Nullable String analysisProblem) {
  /**
   * A model with its results.
   *
   * @param epoch the epoch of its weights
   * @param test loss and metrics on the test split, or null
   */
  record Measured(RunHistory.Epoch epoch, @Nullable Evaluation test) {}

  /** Returns whether both models have the same weights. */
  boolean same() {
    return best != null && best.epoch().equals(last.epoch());
  }

  /**
   * Evaluates on the test split, if there is one. Afterwards, the trainer has the weights of the
   * best model.
   *
   * @param history of all phases
   * @param best of all phases
   */
  static RunResults of(
      TrainingRun.Plan plan,
      RunHistory history,
      BestModel best,
      Trainer trainer,
      EvaluationOptions options,
      PluginRegistry registry) {
    List<RunHistory.Epoch> epochs = history.epochs();
    RunHistory.Epoch lastEpoch = epochs.get(epochs.size() - 1);
    RunHistory.Epoch bestEpoch =
        epochs.stream().filter(epoch -> best.isOf(epoch.number())).findFirst().orElse(null);
    Weights bestWeights = null;
    Evaluation lastTest = null;
    Evaluation bestTest = null;
    PredictionAnalysis analysis = null;
    String analysisProblem = null;
    Dataset test = plan.data().test();
    String problem = null;
    try {
      if (bestEpoch != null) {
        bestWeights = ModelFile.read(best.file(), registry).model().weights();
        if (bestWeights.differences(trainer.weights()).isEmpty()) {
          // A callback may have restored them at the end of training.
          lastEpoch = bestEpoch;
        }
      }
      if (test != null) {
        lastTest = trainer.evaluate(test, options);
        bestTest = lastTest;
      }
      if (bestWeights != null && !lastEpoch.equals(bestEpoch)) {
        trainer.setWeights(bestWeights);
        bestTest = test == null ? null : trainer.evaluate(test, options);
      }
    } catch (EspalierException e) {
      if (e.code() == ErrorCode.INTERRUPTED) {
        throw e;
      }
      // A failed evaluation must not lose the trained models.
      problem = e.problem() + " " + e.remedy();
    }
    try {
      analysis = analysis(trainer, test == null ? plan.validation() : test, options);
    } catch (EspalierException e) {
      if (e.code() == ErrorCode.INTERRUPTED) {
        throw e;
      }
      analysisProblem = e.problem() + " " + e.remedy();
    }
    return new RunResults(
        new Measured(lastEpoch, lastTest),
        bestEpoch == null ? null : new Measured(bestEpoch, bestTest),
        problem,
        analysis,
        analysisProblem);
  }

  private static PredictionAnalysis analysis(
      Trainer trainer, Dataset dataset, EvaluationOptions options) {
    Dataset analysed = PredictionAnalysis.analysable(dataset);
    return PredictionAnalysis.of(analysed, trainer.predict(analysed, options));
  }
}
