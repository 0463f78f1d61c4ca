package dev.espalier.core.internal.replica;

import dev.espalier.core.internal.engine.CompiledStep;
import dev.espalier.engine.Session;
import dev.espalier.graph.DataType;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Variable;
import dev.espalier.graph.internal.Rows;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Steps that a replica takes on its samples alone, until the replicas average what the steps have
 * changed: local SGD (Stich, 2019, "Local SGD Converges Fast and Communicates Little"). Averaged
 * are weights, running means and variances, and slots of floating-point numbers; other slots, such
 * as counters, are the same on each replica. Used by one thread at a time.
 */
public final class LocalSteps {
  private static final String RESULT = "result/";
  private static final String VARIABLE = "variable/";

  private final CompiledStep step;
  private final Session device;

  /** By the name of an input, whether it has a row for each sample. */
  private final Map<String, Boolean> inputs = new HashMap<>();

  private final Map<String, Variable> averaged = new LinkedHashMap<>();
  private final List<Map<String, HostArray>> unjoined = new ArrayList<>();

  /**
   * Prepares steps.
   *
   * @param step the whole step
   * @param device on which it is compiled
   */
  public LocalSteps(CompiledStep step, Session device) {
    this.step = step;
    this.device = device;
    step.step()
        .program()
        .inputs()
        .forEach((name, type) -> inputs.put(name, Rows.areIn(type.shape())));
    for (Variable variable : step.step().changed()) {
      if (variable.type().dataType() == DataType.FLOAT32) {
        averaged.put(VARIABLE + variable.name(), variable);
      }
    }
  }

  /**
   * Takes a step.
   *
   * @param whole inputs of the whole step, for the whole batch of all replicas
   * @param own inputs of the samples of the shard, unless they are among the others
   * @param shard the samples of this replica, at least one
   * @param results names of the results to keep, which are sums over samples
   */
  public void run(
      Map<String, HostArray> whole,
      Map<String, HostArray> own,
      Shard shard,
      Collection<String> results) {
    Map<String, HostArray> fed = new HashMap<>();
    inputs.forEach(
        (name, rows) -> {
          HostArray value = whole.get(name);
          if (value != null) {
            fed.put(name, rows ? value.rows(shard.from(), shard.to()) : value);
          }
        });
    fed.putAll(own);
    fed.keySet().retainAll(inputs.keySet());
    Map<String, HostArray> kept = new HashMap<>(step.run(fed));
    kept.keySet().retainAll(results);
    unjoined.add(kept);
  }

  /**
   * Averages what the steps since the last call have changed, over all replicas, each of which
   * calls this after as many steps. Does nothing if there were none.
   *
   * @return the results of these steps, added up over the replicas
   */
  public List<Map<String, HostArray>> join(Exchange exchange) {
    if (unjoined.isEmpty()) {
      return List.of();
    }
    Map<String, HostArray> sums = new HashMap<>();
    for (int i = 0; i < unjoined.size(); i++) {
      String prefix = RESULT + i + "/";
      unjoined.get(i).forEach((name, value) -> sums.put(prefix + name, value));
    }
    Map<String, HostArray> values = new HashMap<>();
    averaged.forEach((name, variable) -> values.put(name, device.read(variable)));
    // Each replica counts the same, however many samples it had.
    Contribution joined = exchange.join(new Contribution(1, Map.of(), sums, values));
    Map<Variable, HostArray> means = new HashMap<>();
    joined
        .means()
        .forEach(
            (name, value) -> {
              Variable variable = averaged.get(name);
              if (variable != null) {
                means.put(variable, value);
              }
            });
    device.write(means);
    List<Map<String, HostArray>> results = new ArrayList<>();
    for (int i = 0; i < unjoined.size(); i++) {
      String prefix = RESULT + i + "/";
      Map<String, HostArray> result = new HashMap<>();
      for (String name : unjoined.get(i).keySet()) {
        HostArray sum = joined.sums().get(prefix + name);
        if (sum != null) {
          result.put(name, sum);
        }
      }
      results.add(result);
    }
    unjoined.clear();
    return results;
  }
}
