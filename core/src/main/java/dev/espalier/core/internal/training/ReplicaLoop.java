package dev.espalier.core.internal.training;

import dev.espalier.callback.BatchObservation;
import dev.espalier.core.internal.data.Batch;
import dev.espalier.core.internal.data.BatchLoader;
import dev.espalier.core.internal.data.BatchPlan;
import dev.espalier.core.internal.data.Loading;
import dev.espalier.core.internal.engine.CompiledStep;
import dev.espalier.core.internal.passes.ReplicatedProgram;
import dev.espalier.core.internal.program.Report;
import dev.espalier.core.internal.program.StepInputs;
import dev.espalier.core.internal.program.StepProgram;
import dev.espalier.core.internal.replica.Contribution;
import dev.espalier.core.internal.replica.Exchange;
import dev.espalier.core.internal.replica.LocalSteps;
import dev.espalier.core.internal.replica.ReplicaStep;
import dev.espalier.core.internal.replica.Shard;
import dev.espalier.data.Dataset;
import dev.espalier.engine.Capability;
import dev.espalier.engine.Engine;
import dev.espalier.engine.Session;
import dev.espalier.graph.HostArray;
import dev.espalier.model.Weights;
import dev.espalier.training.FitOptions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The part of a training that one of several workers computes: its samples of each training batch,
 * together with the others, and some of the batches of the validation, alone. The {@link FitLoop}
 * is elsewhere and says what comes next. Not thread-safe.
 */
public final class ReplicaLoop implements AutoCloseable {
  private final TrainerSession session;
  private final Dataset dataset;
  private final FitOptions options;
  private final Loading loading;
  private final SampleFeeding images;
  private final StepProgram program;
  private final StepInputs inputs;
  private final ReplicaStep step;
  private final SmallPixelWarning pixels = new SmallPixelWarning();
  private @Nullable SampleFeeding validationImages;
  private final Session device;
  private StepTimes times = StepTimes.none();
  private @Nullable LocalSteps local;

  /**
   * Compiles the training step.
   *
   * @param session has the model on the device
   * @param engine of the device
   * @param epochsTrained by the {@link FitLoop} before this training
   */
  public ReplicaLoop(
      TrainerSession session,
      Engine engine,
      Session device,
      Dataset dataset,
      FitOptions options,
      long epochsTrained) {
    this.session = session;
    this.device = device;
    this.dataset = session.matchClasses(dataset);
    this.options = options;
    this.loading =
        Loaders.loading(
            options.batchSize(), options.dropRemainder(), options.workers(), options.prefetch());
    this.images =
        SampleFeeding.forTraining(
            session, this.dataset, options, loading, epochsTrained, BatchObservation.nothing());
    session.learnClassNames(this.dataset);
    session.fitBegins(BatchPlan.steps(this.dataset, loading));
    this.program = images.traced().get();
    this.inputs = program.inputs();
    engine.require(
        Capability.neededBy(program.program()), "the program \"" + program.program().name() + "\"");
    this.step = new ReplicaStep(ReplicatedProgram.of(program.program()), device);
  }

  /** Continues where the training is; weights and slots are unchanged. */
  public void continueAt(SessionState state) {
    session.restoreState(state);
  }

  /** Replaces weights and slots. */
  public void write(Weights weights, Weights slots) {
    session.continueWith(weights, slots);
  }

  /** Returns the current weights. */
  public Weights weights() {
    return session.weights();
  }

  /** Returns the current slots. */
  public Weights slots() {
    return session.slots();
  }

  /** Returns how long the training steps took since the last call of this method. */
  public StepTimes takeTimes() {
    StepTimes taken = times;
    times = StepTimes.none();
    return taken;
  }

  /**
   * Trains steps of the current epoch, and returns the results of each.
   *
   * @param from index of the first step in the epoch
   * @param to index after the last one
   * @param replica index of this worker
   * @param replicas number of workers
   * @param stepsPerExchange 1 to average the gradients of each step; more to average weights and
   *     slots after so many steps of an epoch, and after the last of these
   * @param wanted called repeatedly; throws if the steps are no longer needed
   */
  public List<Map<String, HostArray>> train(
      int from,
      int to,
      int replica,
      int replicas,
      int stepsPerExchange,
      Exchange exchange,
      Runnable wanted) {
    BatchPlan plan =
        BatchPlan.ofEpoch(
                dataset,
                loading,
                options.shuffle(),
                session.config().seed(),
                session.epochsTrained())
            .from(from)
            .upTo(to);
    // Samples are mixed with those of other replicas, too.
    boolean whole = !options.batchAugmentations().isEmpty();
    LocalSteps alone = stepsPerExchange == 1 ? null : local();
    TimedExchange timed = new TimedExchange(exchange);
    List<Map<String, HostArray>> results = new ArrayList<>();
    long start = System.nanoTime();
    long waited = 0;
    try (BatchLoader loader = new BatchLoader(loading, wanted);
        BatchLoader.Pass pass =
            images.start(loader, whole ? plan : plan.ofReplica(replica, replicas))) {
      int number = from;
      for (Batch batch = pass.next(); batch != null; batch = pass.next()) {
        waited += pass.takeWaited();
        int size = plan.size(number);
        pixels.check(batch);
        Map<String, HostArray> values = new HashMap<>(session.learningRates(program));
        if (whole) {
          values.putAll(batch.feeds());
        }
        Map<String, HostArray> fed =
            inputs.feed(values, size, session.randomness(), session.stepsTrained());
        Shard shard = Shard.of(replica, replicas, size);
        if (alone != null && size >= replicas) {
          alone.run(fed, whole ? Map.of() : batch.feeds(), shard, reported(program.reports()));
          if ((number + 1) % stepsPerExchange == 0) {
            results.addAll(alone.join(timed));
          }
        } else {
          if (alone != null) { // all take part in a step for which some have no samples
            results.addAll(alone.join(timed));
          }
          results.add(
              reported(
                  whole ? step.run(fed, shard, timed) : step.run(fed, batch.feeds(), shard, timed),
                  program.reports()));
        }
        batch.release();
        session.stepTrained();
        number++;
      }
    }
    if (alone != null) {
      results.addAll(alone.join(timed));
    }
    long computing = System.nanoTime() - start - waited - timed.nanos;
    times = times.plus(new StepTimes(to - from, waited, computing, timed.nanos));
    return results;
  }

  private LocalSteps local() {
    if (local == null) {
      local = new LocalSteps(images.step(), device);
    }
    return local;
  }

  private static final class TimedExchange implements Exchange {
    private final Exchange exchange;
    private long nanos;

    TimedExchange(Exchange exchange) {
      this.exchange = exchange;
    }

    @Override
    public Contribution join(Contribution own) {
      long start = System.nanoTime();
      try {
        return exchange.join(own);
      } finally {
        nanos += System.nanoTime() - start;
      }
    }
  }

  /**
   * Computes every {@code replicas}-th batch of the validation, from the one with the index of this
   * worker, and returns the results of each.
   *
   * @param wanted called repeatedly; throws if the batches are no longer needed
   */
  public List<Map<String, HostArray>> evaluate(int replica, int replicas, Runnable wanted) {
    SampleFeeding feeding = validationImages();
    Loading validationLoading = EvaluationLoop.loading(options.validationOptions());
    BatchPlan plan =
        BatchPlan.inOrder(feeding.dataset(), validationLoading).every(replicas, replica);
    CompiledStep evaluated = feeding.step();
    List<Map<String, HostArray>> results = new ArrayList<>();
    try (BatchLoader loader = new BatchLoader(validationLoading, wanted);
        BatchLoader.Pass pass = feeding.start(loader, plan)) {
      for (Batch batch = pass.next(); batch != null; batch = pass.next()) {
        results.add(
            reported(
                evaluated.run(batch.feeds(), batch.size(), session.randomness(), 0),
                evaluated.step().reports()));
        batch.release();
      }
    }
    return results;
  }

  private SampleFeeding validationImages() {
    if (validationImages == null) {
      Dataset validation = options.validation();
      if (validation == null) {
        throw new IllegalStateException("the training has no validation data");
      }
      validationImages =
          new EvaluationLoop(session)
              .samples(session.matchClasses(validation, dataset), options.validationOptions());
    }
    return validationImages;
  }

  /** Returns what is accumulated of the outputs of a step. */
  private static Map<String, HostArray> reported(
      Map<String, HostArray> outputs, List<Report> reports) {
    Map<String, HostArray> reported = new HashMap<>(outputs);
    reported.keySet().retainAll(reported(reports));
    return reported;
  }

  private static Set<String> reported(List<Report> reports) {
    Set<String> names = new HashSet<>();
    reports.forEach(report -> names.addAll(report.outputs()));
    return names;
  }

  @Override
  public void close() {
    step.close();
  }
}
