package dev.espalier.core.internal.replica;

import dev.espalier.core.internal.passes.BatchDivision;
import dev.espalier.core.internal.passes.BatchDivision.Joining;
import dev.espalier.engine.Executable;
import dev.espalier.engine.Session;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Program;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A step as one replica runs it: the first half on its samples, the exchange with the other
 * replicas, and the second half, which does the same on each. Used by one thread at a time.
 */
final class ReplicaStep implements AutoCloseable {
  private final Map<String, Joining> joinings;
  private final Set<String> outputs;
  private final Executable samples;
  private final @Nullable Executable update;
  private final Set<String> fedToSamples;
  private final Set<String> fedToUpdate;

  /**
   * Compiles both halves.
   *
   * @param division of the step
   * @param outputs names of the outputs of the whole step
   */
  ReplicaStep(BatchDivision division, Set<String> outputs, Session session) {
    this.joinings = division.joinings();
    this.outputs = outputs;
    Program second = division.update();
    this.fedToSamples = division.samples().inputs().keySet();
    this.fedToUpdate = second == null ? Set.of() : second.inputs().keySet();
    this.samples = session.compile(division.samples());
    try {
      this.update = second == null ? null : session.compile(second);
    } catch (RuntimeException | Error e) {
      samples.close();
      throw e;
    }
  }

  /**
   * What a replica returns of a step.
   *
   * @param rows outputs with a row for each of its samples
   * @param totals all other outputs, the same for each replica
   */
  record Results(Map<String, HostArray> rows, Map<String, HostArray> totals) {}

  /**
   * Runs the step.
   *
   * @param inputs those of the whole step, with the samples of this replica
   * @param size number of samples; with none, only the second half runs
   */
  Results run(Map<String, HostArray> inputs, int size, Exchange exchange) {
    Map<String, HostArray> rows = new LinkedHashMap<>();
    Contribution own = size == 0 ? Contribution.none() : contribution(inputs, size, rows);
    Contribution all = exchange.join(own);
    Map<String, HostArray> values = new HashMap<>(inputs);
    values.putAll(all.sums());
    values.putAll(all.means());
    Map<String, HostArray> totals = new LinkedHashMap<>(all.sums());
    totals.putAll(all.means());
    if (update != null) {
      totals.putAll(update.run(fed(values, fedToUpdate)));
    }
    totals.keySet().retainAll(outputs);
    return new Results(rows, totals);
  }

  private Contribution contribution(
      Map<String, HostArray> inputs, int size, Map<String, HostArray> rows) {
    Map<String, HostArray> sums = new LinkedHashMap<>();
    Map<String, HostArray> means = new LinkedHashMap<>();
    samples
        .run(fed(inputs, fedToSamples))
        .forEach(
            (name, value) -> {
              switch (joinings.getOrDefault(name, Joining.ROWS)) {
                case ROWS -> rows.put(name, value);
                case MEAN -> means.put(name, value);
                case SUM -> sums.put(name, value);
              }
            });
    return new Contribution(size, sums, means);
  }

  private static Map<String, HostArray> fed(Map<String, HostArray> values, Set<String> names) {
    Map<String, HostArray> fed = new HashMap<>(values);
    fed.keySet().retainAll(names);
    return fed;
  }

  @Override
  public void close() {
    samples.close();
    if (update != null) {
      update.close();
    }
  }
}
