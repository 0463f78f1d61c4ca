package dev.espalier.core.internal.training;

import dev.espalier.callback.Logs;
import dev.espalier.core.internal.data.Batch;
import dev.espalier.core.internal.data.BatchContent;
import dev.espalier.core.internal.data.BatchLoader;
import dev.espalier.core.internal.data.BatchPlan;
import dev.espalier.core.internal.data.ImageFitting;
import dev.espalier.core.internal.data.Loading;
import dev.espalier.core.internal.data.SampleReader;
import dev.espalier.core.internal.engine.CompiledStep;
import dev.espalier.core.internal.program.OutputTask;
import dev.espalier.core.internal.program.ProgramBuilder;
import dev.espalier.core.internal.progress.ProgressDisplay;
import dev.espalier.data.Dataset;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.DataType;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Shape;
import dev.espalier.graph.TensorType;
import dev.espalier.training.EvaluationOptions;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Collects the outputs of a model, or of one of its layers, for each sample. */
public final class OutputLoop {
  private final TrainerSession session;

  /** Creates a loop that runs the model of a session. */
  public OutputLoop(TrainerSession session) {
    this.session = session;
  }

  /** Returns the outputs for all samples in order, by name in the order of the model. */
  public Map<String, HostArray> outputs(Dataset dataset, EvaluationOptions options) {
    List<String> names = List.copyOf(OutputTask.outputs(session.structure()).keySet());
    List<HostArray> values = run(dataset, options, null);
    Map<String, HostArray> byName = new LinkedHashMap<>();
    for (int i = 0; i < names.size(); i++) {
      byName.put(names.get(i), values.get(i));
    }
    return Collections.unmodifiableMap(byName);
  }

  /**
   * Returns the only output for all samples in order.
   *
   * @throws EspalierException {@link ErrorCode#INVALID_MODEL} if there are several
   */
  public HostArray output(Dataset dataset, EvaluationOptions options) {
    session.structure().output();
    return run(dataset, options, null).get(0);
  }

  /**
   * Returns the output of a layer for all samples in order.
   *
   * @param layer a name as {@link ProgramBuilder#features} takes it
   */
  public HostArray features(Dataset dataset, EvaluationOptions options, String layer) {
    return run(dataset, options, layer).get(0);
  }

  private List<HostArray> run(Dataset dataset, EvaluationOptions options, @Nullable String layer) {
    ProgressDisplay display = ProgressDisplay.of(options.output(), options.verbosity());
    Loading loading =
        Loaders.loading(options.batchSize(), false, options.workers(), options.prefetch());
    BatchPlan plan = BatchPlan.inOrder(dataset, loading);
    SampleReader reader = new SampleReader(dataset, List.of(), 0, 0);
    ImageFitting fitting = reader.fitting(session.structure(), 0);
    CompiledStep step = session.outputStep(fitting.size(), layer);
    BatchContent content = BatchContent.of(session.structure(), List.of());
    List<Collected> collected =
        step.step().program().outputs().stream()
            .map(output -> Collected.of(output.name(), output.tensor().type(), dataset.size()))
            .toList();
    display.begin(plan.steps());
    try (BatchLoader loader = new BatchLoader(loading, session::requireOpen);
        BatchLoader.Pass pass = loader.start(reader, content, plan, fitting)) {
      for (Batch batch = pass.next(); batch != null; batch = pass.next()) {
        display.waitedForData(pass.takeWaited());
        Map<String, HostArray> results =
            step.run(batch.feeds(), batch.size(), session.randomness(), 0);
        collected.forEach(output -> output.add(results));
        batch.release();
        display.step(Logs.empty());
      }
    }
    display.finish(Logs.empty());
    return collected.stream().map(Collected::array).toList();
  }

  /** An output for the samples computed so far. */
  private static final class Collected {
    private final String name;
    private final Shape shape;
    private final float[] values;
    private int filled;

    private Collected(String name, Shape shape) {
      this.name = name;
      this.shape = shape;
      this.values = new float[(int) shape.elementCount()];
    }

    static Collected of(String name, TensorType type, int samples) {
      Shape sample = type.shape().withoutBatch();
      if (sample.elementCount() * samples > Integer.MAX_VALUE - 8) {
        throw new EspalierException(
            ErrorCode.INVALID_ARGUMENT,
            samples + " outputs of the shape " + sample + " are too large to hold at once.",
            "Process the data set in pieces, or use the output of a later layer.");
      }
      return new Collected(name, sample.withBatch(samples));
    }

    void add(Map<String, HostArray> results) {
      HostArray output = Objects.requireNonNull(results.get(name));
      if (output.dataType() == DataType.FLOAT32) {
        output.floats().get(values, filled, output.elementCount());
      } else {
        for (int i = 0; i < output.elementCount(); i++) {
          values[filled + i] = (float) output.at(i);
        }
      }
      filled += output.elementCount();
    }

    HostArray array() {
      return HostArray.wrap(shape, values);
    }
  }
}
