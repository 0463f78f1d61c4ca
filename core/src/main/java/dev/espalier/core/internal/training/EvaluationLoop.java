package dev.espalier.core.internal.training;

import dev.espalier.core.internal.data.Batch;
import dev.espalier.core.internal.data.BatchLoader;
import dev.espalier.core.internal.data.BatchPlan;
import dev.espalier.core.internal.data.Loading;
import dev.espalier.core.internal.data.SampleReader;
import dev.espalier.core.internal.engine.CompiledStep;
import dev.espalier.core.internal.program.Feeds;
import dev.espalier.core.internal.program.ImageSize;
import dev.espalier.core.internal.program.ProgramBuilder;
import dev.espalier.core.internal.progress.ProgressCallback;
import dev.espalier.core.internal.progress.ProgressDisplay;
import dev.espalier.data.Dataset;
import dev.espalier.graph.HostArray;
import dev.espalier.training.Callback;
import dev.espalier.training.EvaluationOptions;
import dev.espalier.training.Logs;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Measures loss and metrics over a data set. */
public final class EvaluationLoop {
  private final TrainerSession session;

  /** Evaluates what a session trains. */
  public EvaluationLoop(TrainerSession session) {
    this.session = session;
  }

  /** Returns loss and metrics of a data set; shows progress. */
  public Logs evaluate(Dataset dataset, EvaluationOptions options) {
    ProgressDisplay display = ProgressDisplay.of(options.output(), options.verbosity());
    List<Callback> callbacks = new ArrayList<>(options.callbacks());
    callbacks.add(new ProgressCallback(display));
    return evaluate(
        dataset, options, new CallbackList(callbacks), new RunControl(session, display, null));
  }

  /** Returns loss and metrics of a data set; calls the test hooks. */
  Logs evaluate(
      Dataset given, EvaluationOptions options, CallbackList callbacks, RunControl control) {
    Dataset dataset = session.matchClasses(given);
    new LabelChecks(session).requireMeasurable(dataset);
    Loading loading =
        Loaders.loading(
            options.batchSize(), options.dropRemainder(), options.workers(), options.prefetch());
    BatchPlan plan = BatchPlan.inOrder(dataset, loading);
    SampleReader reader = new SampleReader(dataset, List.of(), session.labelCount(), 0);
    ImageSize size = reader.commonSize(ProgramBuilder.inputSize(session.structure()), 0);
    CompiledStep step = session.evaluateStep(size, dataset.multiLabel());
    RunningMeans means = new RunningMeans(session.config().metrics());
    callbacks.onTestBegin(new Callback.TestBegin(control, plan.steps()));
    try (BatchLoader loader = new BatchLoader(loading, session::requireOpen);
        BatchLoader.Pass pass = loader.start(reader, plan, size)) {
      int number = 0;
      for (Batch batch = pass.next(); batch != null; batch = pass.next()) {
        control.waitedForData(pass.takeWaited());
        callbacks.onTestBatchBegin(new Callback.BatchBegin(control, number));
        Map<String, HostArray> results =
            step.run(
                Map.of(Feeds.IMAGE, batch.images(), Feeds.LABEL, batch.labels()),
                batch.size(),
                session.randomness(),
                0);
        means.add(results, batch.size());
        batch.release();
        callbacks.onTestBatchEnd(
            new Callback.BatchEnd(control, number, batch.size(), means.toLogs()));
        control.testBatchEnded();
        number++;
      }
    }
    Logs logs = means.toLogs();
    callbacks.onTestEnd(new Callback.TestEnd(control, logs));
    return logs;
  }
}
