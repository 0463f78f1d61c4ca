package dev.espalier.core.internal.replica;

import dev.espalier.core.internal.passes.ReplicatedProgram;
import dev.espalier.core.internal.passes.ReplicatedProgram.Joining;
import dev.espalier.core.internal.passes.ReplicatedProgram.Phase;
import dev.espalier.engine.Executable;
import dev.espalier.engine.Session;
import dev.espalier.graph.HostArray;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A step as one replica runs it: phases that compute its samples, each followed by the exchange
 * with the other replicas, and phases that are the same on each. Used by one thread at a time.
 */
final class ReplicaStep implements AutoCloseable {
  private final List<CompiledPhase> phases = new ArrayList<>();

  /** Compiles all phases. */
  ReplicaStep(ReplicatedProgram program, Session session) {
    try {
      program
          .phases()
          .forEach(one -> phases.add(new CompiledPhase(one, session.compile(one.program()))));
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  private record CompiledPhase(Phase phase, Executable executable) {
    /** Runs the phase for the rows of the replica, or for all rows. */
    Map<String, HostArray> run(Map<String, HostArray> values, int from, int to) {
      Map<String, HostArray> fed = new HashMap<>();
      phase
          .program()
          .inputs()
          .forEach(
              (name, type) -> {
                HostArray value = values.get(name);
                if (value != null) { // otherwise the engine says what is missing
                  boolean rows = phase.ofSamples() && Rows.areIn(type.shape());
                  fed.put(name, rows ? value.rows(from, to) : value);
                }
              });
      return executable.run(fed);
    }

    Contribution contribution(Map<String, HostArray> values, int from, int to) {
      Map<Joining, Map<String, HostArray>> parts = new HashMap<>();
      for (Joining joining : Joining.values()) {
        parts.put(joining, new LinkedHashMap<>());
      }
      run(values, from, to)
          .forEach(
              (name, value) -> {
                Joining joining = Objects.requireNonNull(phase.joinings().get(name));
                Objects.requireNonNull(parts.get(joining)).put(name, value);
              });
      return new Contribution(
          to - from,
          Objects.requireNonNull(parts.get(Joining.ROWS)),
          Objects.requireNonNull(parts.get(Joining.SUM)),
          Objects.requireNonNull(parts.get(Joining.MEAN)));
    }
  }

  /**
   * Runs the step.
   *
   * @param inputs those of the whole step, for the whole batch
   * @param from index of the first sample of this replica
   * @param to index after its last sample; it may have none
   * @return the outputs of all phases, the same for each replica
   */
  Map<String, HostArray> run(Map<String, HostArray> inputs, int from, int to, Exchange exchange) {
    Map<String, HostArray> values = new HashMap<>(inputs);
    for (CompiledPhase one : phases) {
      if (one.phase().ofSamples()) {
        Contribution own = from == to ? Contribution.none() : one.contribution(values, from, to);
        values.putAll(exchange.join(own).values());
      } else {
        values.putAll(one.run(values, from, to));
      }
    }
    return values;
  }

  @Override
  public void close() {
    phases.forEach(one -> one.executable().close());
  }
}
