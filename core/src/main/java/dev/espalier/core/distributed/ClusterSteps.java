package dev.espalier.core.distributed;

import dev.espalier.core.internal.passes.ReplicatedProgram;
import dev.espalier.core.internal.program.StepProgram;
import dev.espalier.core.internal.replica.NormalizationWarning;
import dev.espalier.core.internal.training.RemoteSteps;
import dev.espalier.core.internal.training.SessionState;
import dev.espalier.core.internal.training.StepTimes;
import dev.espalier.core.internal.training.TrainerSession;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.HostArray;
import dev.espalier.model.Weights;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The steps of one training, computed by the workers of a cluster. If a worker is lost, they are
 * computed again from the state before them, to the same result. Not thread-safe.
 */
final class ClusterSteps implements RemoteSteps, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ClusterSteps.class);

  private final Cluster cluster;
  private final DistributedOptions options;
  private final TrainerSession session;
  private final WorkerSetup setup;
  private final Map<String, StepTimes> times = new TreeMap<>();

  /** Without the first round of each worker, in which the program is compiled. */
  private final Map<String, StepTimes> laterTimes = new TreeMap<>();

  private final Set<String> stragglers = new HashSet<>();
  private @Nullable SharedBytes shared;
  private @Nullable SessionState sharedFor;
  private int restarts;

  /**
   * Prepares the steps.
   *
   * @param session has weights and slots on the driver
   */
  ClusterSteps(
      Cluster cluster, DistributedOptions options, TrainerSession session, WorkerSetup setup) {
    this.cluster = cluster;
    this.options = options;
    this.session = session;
    this.setup = setup;
  }

  @Override
  public void require(StepProgram step) {
    new NormalizationWarning(cluster.workers(), "workers")
        .warn(ReplicatedProgram.of(step.program()).batchNormalizations());
  }

  @Override
  public int stepsAtOnce() {
    return options.stepsPerRound();
  }

  @Override
  public Trained train(SessionState state, int from, int to) {
    int stepsPerExchange = options.stepsPerExchange();
    List<byte[]> contents =
        run(new TrainingTask(setup, state, weights(state), from, to, stepsPerExchange));
    List<Trained> trained = new ArrayList<>();
    Map<String, StepTimes> round = new TreeMap<>();
    for (byte[] content : contents) {
      ArrayCodec.read(
          content,
          in -> {
            round.merge(in.readUTF(), ArrayCodec.readTimes(in), StepTimes::plus);
            if (trained.isEmpty()) {
              List<Map<String, HostArray>> results = ArrayCodec.readList(in);
              Weights weights = ArrayCodec.readWeights(in);
              trained.add(new Trained(results, weights, ArrayCodec.readWeights(in)));
            }
          });
    }
    round.forEach(this::note);
    WorkerTimes.stragglers(of(laterTimes)).forEach(this::warnOf);
    return trained.get(0);
  }

  private void note(String worker, StepTimes ofRound) {
    if (times.containsKey(worker)) {
      laterTimes.merge(worker, ofRound, StepTimes::plus);
    }
    times.merge(worker, ofRound, StepTimes::plus);
  }

  private void warnOf(WorkerTimes straggler) {
    if (stragglers.add(straggler.worker())) {
      log.warn("The other workers wait for one. {}.", straggler);
    }
  }

  @Override
  public List<Map<String, HostArray>> evaluate(SessionState state, int steps) {
    List<byte[]> contents = run(new EvaluationTask(setup, state, weights(state)));
    Map<Integer, Map<String, HostArray>> byStep = new HashMap<>();
    for (int worker = 0; worker < contents.size(); worker++) {
      int first = worker;
      ArrayCodec.read(
          contents.get(worker),
          in -> {
            int step = first;
            for (Map<String, HostArray> results : ArrayCodec.readList(in)) {
              byStep.put(step, results);
              step += contents.size();
            }
          });
    }
    List<Map<String, HostArray>> results = new ArrayList<>();
    for (int step = 0; step < steps; step++) {
      Map<String, HostArray> ofStep = byStep.get(step);
      if (ofStep == null) {
        throw new IllegalStateException("no worker computed batch " + step);
      }
      results.add(ofStep);
    }
    return results;
  }

  /** Returns weights and slots of the session for the workers that do not have them. */
  private SharedBytes weights(SessionState state) {
    SharedBytes current = shared;
    if (current == null || sharedFor == null || !sharedFor.hasWeightsOf(state)) {
      if (current != null) {
        current.close();
      }
      current =
          cluster.share(
              ArrayCodec.bytes(
                  out -> {
                    ArrayCodec.write(out, session.weights());
                    ArrayCodec.write(out, session.slots());
                  }));
      shared = current;
      sharedFor = state;
    }
    return current;
  }

  private List<byte[]> run(WorkerTask task) {
    while (true) {
      try {
        return Outcome.results(cluster.run(task));
      } catch (EspalierException e) {
        if (e.code() != ErrorCode.WORKER_LOST || restarts == options.restarts()) {
          throw e;
        }
        restarts++;
        log.warn(
            "{} The training goes on from the last weights of the driver (restart {} of {}).",
            e.problem(),
            restarts,
            options.restarts());
      }
    }
  }

  /** Returns how long the steps took on each worker. */
  List<WorkerTimes> times() {
    return of(times);
  }

  private static List<WorkerTimes> of(Map<String, StepTimes> times) {
    return times.entrySet().stream()
        .filter(entry -> entry.getValue().steps() > 0)
        .map(entry -> WorkerTimes.of(entry.getKey(), entry.getValue()))
        .toList();
  }

  /** Returns how often the training went on after a worker was lost. */
  int restarts() {
    return restarts;
  }

  /** Lets the workers close what they keep of the training; those that are lost do not matter. */
  void release() {
    times().forEach(each -> log.info("{}", each));
    try {
      cluster.run(new ReleaseTask(setup.training()));
    } catch (EspalierException e) {
      log.debug("Workers keep a training that has ended until they train again.", e);
    }
  }

  /** Releases what was shared. */
  @Override
  public void close() {
    if (shared != null) {
      shared.close();
    }
    setup.model().close();
  }
}
