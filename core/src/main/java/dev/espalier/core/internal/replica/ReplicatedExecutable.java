package dev.espalier.core.internal.replica;

import dev.espalier.core.internal.passes.BatchDivision;
import dev.espalier.core.internal.passes.BatchDivision.Joining;
import dev.espalier.engine.Executable;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Program;
import dev.espalier.graph.Shape;
import dev.espalier.graph.Variable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A program that several replicas run together: rows of its inputs are divided among them in order,
 * as evenly as possible, the first replicas having one more. Random numbers are inputs, too, so
 * that they belong to the sample and not to the replica.
 */
final class ReplicatedExecutable implements Executable {
  private final ReplicatedSession session;
  private final Program program;
  private final List<String> batched;
  private final List<String> rowOutputs;
  private final List<Variable> changed;
  private final List<ReplicaStep> steps = new ArrayList<>();

  ReplicatedExecutable(ReplicatedSession session, Program program, BatchDivision division) {
    this.session = session;
    this.program = program;
    this.batched =
        program.inputs().entrySet().stream()
            .filter(input -> isBatch(input.getValue().shape()))
            .map(Map.Entry::getKey)
            .sorted()
            .toList();
    Set<String> outputs =
        program.outputs().stream().map(Program.Output::name).collect(Collectors.toSet());
    this.rowOutputs =
        new TreeSet<>(outputs)
            .stream().filter(name -> division.joinings().get(name) == Joining.ROWS).toList();
    this.changed = program.updates().stream().map(Program.Update::variable).toList();
    try {
      for (int i = 0; i < session.size(); i++) {
        steps.add(new ReplicaStep(division, outputs, session.replica(i)));
      }
    } catch (RuntimeException | Error e) {
      steps.forEach(ReplicaStep::close);
      throw e;
    }
  }

  private static boolean isBatch(Shape shape) {
    return shape.rank() > 0 && shape.size(0) == Shape.UNKNOWN;
  }

  /** How the step of a replica ended. */
  private record Outcome(ReplicaStep.@Nullable Results results, @Nullable Throwable failure) {}

  @Override
  public Map<String, HostArray> run(Map<String, HostArray> inputs) {
    return session.use(() -> joined(run(inputs, size(inputs))));
  }

  private List<Outcome> run(Map<String, HostArray> inputs, int size) {
    Rendezvous rendezvous = new Rendezvous(session.size());
    List<Outcome> outcomes =
        session.forEach(
            replica -> {
              int from = start(replica, size);
              int to = start(replica + 1, size);
              try {
                Map<String, HostArray> own = samples(inputs, from, to);
                Exchange exchange = rendezvous.of(replica);
                return new Outcome(steps.get(replica).run(own, to - from, exchange), null);
              } catch (RuntimeException | Error e) {
                rendezvous.fail();
                return new Outcome(null, e);
              }
            });
    requireSuccess(outcomes);
    return outcomes;
  }

  /** Returns the index of the first row of a replica; for the number of replicas, that of all. */
  private int start(int replica, int size) {
    return size / session.size() * replica + Math.min(replica, size % session.size());
  }

  private Map<String, HostArray> samples(Map<String, HostArray> inputs, int from, int to) {
    Map<String, HostArray> own = new HashMap<>(inputs);
    batched.forEach(name -> own.computeIfPresent(name, (any, array) -> array.rows(from, to)));
    return own;
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

  private Map<String, HostArray> joined(List<Outcome> outcomes) {
    List<ReplicaStep.Results> results =
        outcomes.stream().map(outcome -> Objects.requireNonNull(outcome.results())).toList();
    Map<String, HostArray> outputs = new LinkedHashMap<>(results.get(0).totals());
    for (String name : rowOutputs) {
      outputs.put(
          name,
          Rows.concatenated(
              results.stream()
                  .map(result -> result.rows().get(name))
                  .filter(Objects::nonNull)
                  .toList()));
    }
    return outputs;
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
