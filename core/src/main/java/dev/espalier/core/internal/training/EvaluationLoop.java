package dev.espalier.core.internal.training;

import dev.espalier.callback.Callback;
import dev.espalier.callback.Logs;
import dev.espalier.core.internal.data.Batch;
import dev.espalier.core.internal.data.BatchLoader;
import dev.espalier.core.internal.data.BatchPlan;
import dev.espalier.core.internal.data.Loading;
import dev.espalier.core.internal.engine.CompiledStep;
import dev.espalier.data.Dataset;
import dev.espalier.graph.HostArray;
import dev.espalier.metric.Evaluation;
import dev.espalier.training.EvaluationOptions;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Computes loss and metrics over a data set. */
public final class EvaluationLoop {
  private final TrainerSession session;

  /** Creates a loop that evaluates the model of a session. */
  public EvaluationLoop(TrainerSession session) {
    this.session = session;
  }

  /** Returns loss and metrics of a data set; shows progress. */
  public Evaluation evaluate(Dataset dataset, EvaluationOptions options) {
    Progress progress = Progress.of(options.callbacks(), options.output(), options.verbosity());
    CallbackList callbacks = new CallbackList(progress.callbacks());
    RunControl control = new RunControl(session, progress, options, null);
    return callbacks.toldOfFailure(
        control, () -> evaluate(samples(dataset, options), options, callbacks, control, i -> i));
  }

  /** Returns how a data set is fed to the whole evaluation step, after checking it. */
  SampleFeeding samples(Dataset dataset, EvaluationOptions options) {
    return SampleFeeding.forEvaluation(session, session.matchClasses(dataset), loading(options));
  }

  static Loading loading(EvaluationOptions options) {
    return Loaders.loading(
        options.batchSize(), options.dropRemainder(), options.workers(), options.prefetch());
  }

  /**
   * Returns loss and metrics of a data set; calls the test hooks.
   *
   * @param choice returns how it is fed; asked again after the first hook, which may change weights
   */
  Evaluation evaluate(
      SampleFeeding samples,
      EvaluationOptions options,
      CallbackList callbacks,
      RunControl control,
      Function<SampleFeeding, Feeding> choice) {
    Loading loading = loading(options);
    BatchPlan plan = BatchPlan.inOrder(samples.dataset(), loading);
    choice.apply(samples).step(); // rejects what cannot be computed before any hook
    callbacks.onTestBegin(new Callback.TestBegin(control, plan.steps()));
    Feeding feeding = choice.apply(samples);
    CompiledStep step = feeding.step();
    RunningMetrics metrics = new RunningMetrics(step.step().reports());
    try (BatchLoader loader = new BatchLoader(loading, session::requireOpen);
        BatchLoader.Pass pass = feeding.start(loader, plan)) {
      int number = 0;
      for (Batch batch = pass.next(); batch != null; batch = pass.next()) {
        control.waitedForData(pass.takeWaited());
        callbacks.onTestBatchBegin(new Callback.BatchBegin(control, number));
        Map<String, HostArray> results =
            step.run(batch.feeds(), batch.size(), session.randomness(), 0);
        metrics.add(results, batch.size());
        batch.release();
        callbacks.onTestBatchEnd(
            new Callback.BatchEnd(control, number, batch.size(), metrics.toLogs()));
        control.testBatchEnded();
        number++;
      }
    }
    return ended(metrics, callbacks, control);
  }

  /** Returns loss and metrics that are computed elsewhere; calls the test hooks. */
  Evaluation evaluate(
      SampleFeeding samples,
      EvaluationOptions options,
      CallbackList callbacks,
      RunControl control,
      RemoteSteps remote) {
    BatchPlan plan = BatchPlan.inOrder(samples.dataset(), loading(options));
    RunningMetrics metrics = new RunningMetrics(samples.traced().get().reports());
    callbacks.onTestBegin(new Callback.TestBegin(control, plan.steps()));
    List<Map<String, HostArray>> results = remote.evaluate(session.state(), plan.steps());
    for (int number = 0; number < plan.steps(); number++) {
      callbacks.onTestBatchBegin(new Callback.BatchBegin(control, number));
      int size = plan.size(number);
      metrics.add(results.get(number), size);
      callbacks.onTestBatchEnd(new Callback.BatchEnd(control, number, size, metrics.toLogs()));
      control.testBatchEnded();
    }
    return ended(metrics, callbacks, control);
  }

  private static Evaluation ended(
      RunningMetrics metrics, CallbackList callbacks, RunControl control) {
    Logs logs = metrics.toLogs();
    callbacks.onTestEnd(new Callback.TestEnd(control, logs));
    return metrics.toEvaluation(logs);
  }
}
