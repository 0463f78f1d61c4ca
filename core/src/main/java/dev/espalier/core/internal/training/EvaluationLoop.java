package dev.espalier.core.internal.training;

import dev.espalier.callback.Callback;
import dev.espalier.callback.Logs;
import dev.espalier.core.internal.data.Batch;
import dev.espalier.core.internal.data.BatchContent;
import dev.espalier.core.internal.data.BatchLoader;
import dev.espalier.core.internal.data.BatchPlan;
import dev.espalier.core.internal.data.Loading;
import dev.espalier.core.internal.data.SampleReader;
import dev.espalier.core.internal.engine.CompiledStep;
import dev.espalier.core.internal.program.ImageSize;
import dev.espalier.core.internal.program.OutputTask;
import dev.espalier.core.internal.program.ProgramBuilder;
import dev.espalier.core.internal.progress.ProgressCallback;
import dev.espalier.core.internal.progress.ProgressDisplay;
import dev.espalier.data.Dataset;
import dev.espalier.graph.HostArray;
import dev.espalier.metric.Evaluation;
import dev.espalier.training.EvaluationOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Computes loss and metrics over a data set. */
public final class EvaluationLoop {
  private final TrainerSession session;

  /** Creates a loop that evaluates the model of a session. */
  public EvaluationLoop(TrainerSession session) {
    this.session = session;
  }

  /** Returns loss and metrics of a data set; shows progress. */
  public Evaluation evaluate(Dataset dataset, EvaluationOptions options) {
    ProgressDisplay display = ProgressDisplay.of(options.output(), options.verbosity());
    List<Callback> all = new ArrayList<>(options.callbacks());
    all.add(new ProgressCallback(display));
    CallbackList callbacks = new CallbackList(all);
    RunControl control = new RunControl(session, display, options, null);
    return callbacks.toldOfFailure(control, () -> evaluate(dataset, options, callbacks, control));
  }

  /** Returns loss and metrics of a data set; calls the test hooks. */
  Evaluation evaluate(
      Dataset given, EvaluationOptions options, CallbackList callbacks, RunControl control) {
    Dataset dataset = session.matchClasses(given);
    List<OutputTask> tasks = session.tasks(dataset.target(), false);
    new TargetChecks(session.structure()).requireMeasurable(dataset, tasks);
    Loading loading =
        Loaders.loading(
            options.batchSize(), options.dropRemainder(), options.workers(), options.prefetch());
    BatchPlan plan = BatchPlan.inOrder(dataset, loading);
    SampleReader reader = new SampleReader(dataset, List.of(), session.labelCount(tasks), 0);
    ImageSize size = reader.commonSize(ProgramBuilder.inputSize(session.structure()), 0);
    CompiledStep step = session.evaluateStep(size, tasks);
    RunningMetrics metrics = new RunningMetrics(step.step().reports());
    BatchContent content = BatchContent.of(session.structure(), tasks);
    callbacks.onTestBegin(new Callback.TestBegin(control, plan.steps()));
    try (BatchLoader loader = new BatchLoader(loading, session::requireOpen);
        BatchLoader.Pass pass = loader.start(reader, content, plan, size)) {
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
    Logs logs = metrics.toLogs();
    callbacks.onTestEnd(new Callback.TestEnd(control, logs));
    return metrics.toEvaluation(logs);
  }
}
