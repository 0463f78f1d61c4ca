package dev.espalier.core.internal.replica;

import dev.espalier.core.internal.passes.ReplicatedProgram;
import dev.espalier.engine.Executable;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Program;
import dev.espalier.graph.Variable;
import dev.espalier.graph.internal.Rows;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A program that several replicas run together, each for its {@link Shard} of the samples. Random
 * numbers are inputs, too, so that they belong to the sample and not to the replica.
 */
final class ReplicatedExecutable implements Executable {
  private final ReplicatedSession session;
  private final Program program;
  private final List<String> batched;
  private final Set<String> outputs;
  private final List<Variable> changed;
  private final List<ReplicaStep> steps = new ArrayList<>();

  ReplicatedExecutable(ReplicatedSession session, Program program, ReplicatedProgram phases) {
    this.session = session;
    this.program = program;
    this.batched = Rows.inputsOf(program);
    this.outputs =
        program.outputs().stream()
            .map(Program.Output::name)
            .collect(Collectors.toUnmodifiableSet());
    this.changed = program.updates().stream().map(Program.Update::variable).toList();
    try {
      for (int i = 0; i < session.size(); i++) {
        steps.add(new ReplicaStep(phases, session.replica(i)));
      }
    } catch (RuntimeException | Error e) {
      steps.forEach(ReplicaStep::close);
      throw e;
    }
  }

  /**
   * How the step of a replica ended.
   *
   * @param values its outputs, among others; the same as those of the other replicas
   */
  private record Outcome(Map<String, HostArray> values, @Nullable Throwable failure) {}

  @Override
  public Map<String, HostArray> run(Map<String, HostArray> inputs) {
    return session.use(() -> run(inputs, size(inputs)));
  }

  private Map<String, HostArray> run(Map<String, HostArray> inputs, int size) {
    Rendezvous rendezvous = new Rendezvous(session.size());
    List<Outcome> outcomes =
        session.forEach(
            replica -> {
              Shard shard = Shard.of(replica, session.size(), size);
              Exchange exchange = rendezvous.of(replica);
              try {
                return new Outcome(steps.get(replica).run(inputs, shard, exchange), null);
              } catch (RuntimeException | Error e) {
                rendezvous.fail();
                return new Outcome(Map.of(), e);
              }
            });
    requireSuccess(outcomes);
    Map<String, HostArray> results = new HashMap<>(outcomes.get(0).values());
    results.keySet().retainAll(outputs);
    return results;
  }

  private void requireSuccess(List<Outcome> outcomes) {
    List<Integer> finished = new ArrayList<>();
    int failed = -1;
    for (int i = 0; i < outcomes.size(); i++) {
      Outcome outcome = outcomes.get(i);
      if (outcome.failure() == null) {
        finished.add(i);
      } else if (failed < 0 || outcomes.get(failed).failure() instanceof Rendezvous.OtherFailed) {
        failed = i;
      }
    }
    if (failed < 0) {
      return;
    }
    Throwable failure = Objects.requireNonNull(outcomes.get(failed).failure());
    session.undo(finished, failed, changed, failure);
    throw session.located(failed, failure);
  }

  private int size(Map<String, HostArray> inputs) {
    int size = -1;
    for (String name : batched) {
      HostArray array = inputs.get(name);
      if (array == null || array.shape().rank() == 0) {
        continue; // the engine says what is wrong with it
      }
      int rows = array.shape().size(0);
      if (size >= 0 && rows != size) {
        throw new EspalierException(
            ErrorCode.SHAPE_MISMATCH,
            "The input \""
                + name
                + "\" of the program \""
                + program.name()
                + "\" is a batch of "
                + rows
                + ", but others are of "
                + size
                + ".",
            "Feed batches of one size.");
      }
      size = rows;
    }
    return Math.max(size, 1);
  }

  @Override
  public void close() {
    steps.forEach(ReplicaStep::close);
  }
}
