package dev.espalier.core.internal.training;

import dev.espalier.callback.Logs;
import dev.espalier.core.internal.data.Batch;
import dev.espalier.core.internal.data.BatchContent;
import dev.espalier.core.internal.data.BatchLoader;
import dev.espalier.core.internal.data.BatchPlan;
import dev.espalier.core.internal.data.Loading;
import dev.espalier.core.internal.data.SampleReader;
import dev.espalier.core.internal.engine.CompiledStep;
import dev.espalier.core.internal.program.Feeds;
import dev.espalier.core.internal.program.ImageSize;
import dev.espalier.core.internal.program.ProgramBuilder;
import dev.espalier.core.internal.progress.ProgressDisplay;
import dev.espalier.data.Dataset;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Shape;
import dev.espalier.training.EvaluationOptions;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Collects what a model, or one of its layers, gives for each sample. */
public final class OutputLoop {
  private final TrainerSession session;

  /** Runs what a session trains. */
  public OutputLoop(TrainerSession session) {
    this.session = session;
  }

  /**
   * Returns the outputs for all samples in order.
   *
   * @param layer the name of a layer of the model, or null for the model's output
   */
  public HostArray run(Dataset dataset, EvaluationOptions options, @Nullable String layer) {
    ProgressDisplay display = ProgressDisplay.of(options.output(), options.verbosity());
    Loading loading =
        Loaders.loading(options.batchSize(), false, options.workers(), options.prefetch());
    BatchPlan plan = BatchPlan.inOrder(dataset, loading);
    SampleReader reader = new SampleReader(dataset, List.of(), 0, 0);
    ImageSize size = reader.commonSize(ProgramBuilder.inputSize(session.structure()), 0);
    CompiledStep step = session.outputStep(size, layer);
    Shape sample = step.step().outputType(Feeds.OUTPUT).shape().withoutBatch();
    BatchContent content = BatchContent.of(session.structure(), List.of());
    float[] values = allocate(dataset, sample);
    display.begin(plan.steps());
    try (BatchLoader loader = new BatchLoader(loading, session::requireOpen);
        BatchLoader.Pass pass = loader.start(reader, content, plan, size)) {
      int filled = 0;
      for (Batch batch = pass.next(); batch != null; batch = pass.next()) {
        display.waitedForData(pass.takeWaited());
        Map<String, HostArray> results =
            step.run(batch.feeds(), batch.size(), session.randomness(), 0);
        HostArray output = Objects.requireNonNull(results.get(Feeds.OUTPUT));
        output.floats().get(values, filled, output.elementCount());
        filled += output.elementCount();
        batch.release();
        display.step(Logs.empty());
      }
    }
    display.finish(Logs.empty());
    return HostArray.wrap(sample.withBatch(dataset.size()), values);
  }

  private static float[] allocate(Dataset dataset, Shape sample) {
    long count = sample.elementCount() * dataset.size();
    if (count > Integer.MAX_VALUE - 8) {
      throw new EspalierException(
          ErrorCode.INVALID_ARGUMENT,
          dataset.size() + " outputs of the shape " + sample + " are too large to hold at once.",
          "Process the data set in pieces, or use the output of a later layer.");
    }
    return new float[(int) count];
  }
}
