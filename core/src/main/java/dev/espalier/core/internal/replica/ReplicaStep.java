package dev.espalier.core.internal.replica;

import dev.espalier.core.internal.passes.ReplicatedProgram;
import dev.espalier.core.internal.passes.ReplicatedProgram.Joining;
import dev.espalier.core.internal.passes.ReplicatedProgram.Phase;
import dev.espalier.engine.Executable;
import dev.espalier.engine.Session;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.internal.Rows;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A step as one replica runs it: phases that compute its samples, each followed by the exchange
 * with the other replicas, and phases that are the same on each. Used by one thread at a time.
 */
public final class ReplicaStep implements AutoCloseable {
  private final List<CompiledPhase> phases = new ArrayList<>();

  /** Inputs with a row for each sample that phases of the whole batch take. */
  private final Set<String> wholeRows = new HashSet<>();

  /** Compiles all phases. */
  public ReplicaStep(ReplicatedProgram program, Session session) {
    try {
      program.phases().forEach(one -> phases.add(CompiledPhase.of(one, session)));
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
    for (Phase phase : program.phases()) {
      if (!phase.ofSamples()) {
        phase
            .program()
            .inputs()
            .forEach(
                (name, type) -> {
                  if (Rows.areIn(type.shape())) {
                    wholeRows.add(name);
                  }
                });
      }
    }
  }

  /**
   * The inputs of a step.
   *
   * @param whole those of the whole step, for the whole batch
   * @param own rows of the samples of this replica only; null if all are in {@code whole}
   */
  private record Inputs(
      Map<String, HostArray> whole, @Nullable Map<String, HostArray> own, Shard shard) {
    @Nullable HostArray find(String name, boolean rowsOfReplica) {
      HostArray value = whole.get(name);
      if (!rowsOfReplica) {
        return value;
      }
      HostArray rows = own == null ? null : own.get(name);
      return rows != null || value == null ? rows : value.rows(shard.from(), shard.to());
    }
  }

  /**
   * A phase on the device.
   *
   * @param rowsOfReplica by the name of an input, whether the phase takes only the rows of the
   *     replica
   */
  private record CompiledPhase(
      Phase phase, Executable executable, Map<String, Boolean> rowsOfReplica) {
    static CompiledPhase of(Phase phase, Session session) {
      Map<String, Boolean> rows = new HashMap<>();
      phase
          .program()
          .inputs()
          .forEach((name, type) -> rows.put(name, phase.ofSamples() && Rows.areIn(type.shape())));
      return new CompiledPhase(phase, session.compile(phase.program()), rows);
    }

    /** Runs the phase for the rows of the replica, or for all rows. */
    Map<String, HostArray> run(Inputs inputs) {
      Map<String, HostArray> fed = new HashMap<>();
      rowsOfReplica.forEach(
          (name, own) -> {
            HostArray value = inputs.find(name, own);
            if (value != null) { // otherwise the engine says what is missing
              fed.put(name, value);
            }
          });
      return executable.run(fed);
    }

    Contribution contribution(Inputs inputs) {
      Map<Joining, Map<String, HostArray>> parts = new HashMap<>();
      for (Joining joining : Joining.values()) {
        parts.put(joining, new LinkedHashMap<>());
      }
      run(inputs)
          .forEach(
              (name, value) -> {
                Joining joining = Objects.requireNonNull(phase.joinings().get(name));
                Objects.requireNonNull(parts.get(joining)).put(name, value);
              });
      return new Contribution(
          inputs.shard().size(),
          Objects.requireNonNull(parts.get(Joining.ROWS)),
          Objects.requireNonNull(parts.get(Joining.SUM)),
          Objects.requireNonNull(parts.get(Joining.MEAN)));
    }
  }

  /**
   * Runs the step, given the whole batch.
   *
   * @param inputs those of the whole step, for the whole batch
   * @return the outputs of all phases, the same for each replica
   */
  public Map<String, HostArray> run(Map<String, HostArray> inputs, Shard shard, Exchange exchange) {
    return run(new Inputs(new HashMap<>(inputs), null, shard), exchange);
  }

  /**
   * Runs the step on a replica that has only its own samples. What phases of the whole batch need
   * of others, such as labels, is exchanged.
   *
   * @param inputs those that are not of samples, and random numbers for the whole batch
   * @param own inputs of the samples of the shard; none if it is empty
   * @return the outputs of all phases, the same for each replica
   */
  public Map<String, HostArray> run(
      Map<String, HostArray> inputs, Map<String, HostArray> own, Shard shard, Exchange exchange) {
    return run(new Inputs(new HashMap<>(inputs), Map.copyOf(own), shard), exchange);
  }

  private Map<String, HostArray> run(Inputs inputs, Exchange exchange) {
    Map<String, HostArray> values = inputs.whole();
    Contribution gathered = gathered(inputs);
    for (CompiledPhase one : phases) {
      boolean ofSamples = one.phase().ofSamples();
      if (ofSamples) {
        Contribution own =
            inputs.shard().size() == 0 ? Contribution.none() : one.contribution(inputs);
        values.putAll(
            exchange.join(gathered == null ? own : own.withRows(gathered.rows())).values());
      } else {
        if (gathered != null) {
          values.putAll(exchange.join(gathered).values());
        }
        values.putAll(one.run(inputs));
      }
      gathered = null;
    }
    return values;
  }

  /** Returns the rows of this replica that all need, or null if all have them anyway. */
  private @Nullable Contribution gathered(Inputs inputs) {
    Map<String, HostArray> own = inputs.own();
    if (own == null || wholeRows.isEmpty()) {
      return null;
    }
    Map<String, HostArray> rows = new HashMap<>(own);
    rows.keySet().retainAll(wholeRows);
    return new Contribution(inputs.shard().size(), rows, Map.of(), Map.of());
  }

  @Override
  public void close() {
    phases.forEach(one -> one.executable().close());
  }
}
