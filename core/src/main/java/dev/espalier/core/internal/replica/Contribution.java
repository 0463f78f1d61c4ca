package dev.espalier.core.internal.replica;

import dev.espalier.graph.HostArray;
import dev.espalier.graph.internal.Rows;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

/**
 * What replicas contribute to a step, by name: values of each sample, and sums and means over
 * samples, such as losses and gradients. Immutable.
 *
 * @param samples number of samples; without any, there are no values
 * @param rows arrays with a row for each sample
 * @param sums float32 arrays
 * @param means float32 arrays
 */
public record Contribution(
    int samples,
    Map<String, HostArray> rows,
    Map<String, HostArray> sums,
    Map<String, HostArray> means) {
  /** Copies the maps. */
  public Contribution {
    rows = Map.copyOf(rows);
    sums = Map.copyOf(sums);
    means = Map.copyOf(means);
  }

  /** Returns the contribution of a replica without samples. */
  public static Contribution none() {
    return new Contribution(0, Map.of(), Map.of(), Map.of());
  }

  /**
   * Returns several contributions joined, in the order of their samples: rows stand one after the
   * other, sums are added up, means are averaged over all samples. Computed in float64 in the order
   * given, so that equal contributions give equal bits.
   */
  public static Contribution joined(List<Contribution> all) {
    List<Contribution> given = new ArrayList<>(all);
    given.removeIf(one -> one.samples == 0);
    if (given.size() < 2) {
      return given.isEmpty() ? none() : given.get(0);
    }
    int total = given.stream().mapToInt(Contribution::samples).sum();
    double[] once = given.stream().mapToDouble(one -> 1).toArray();
    double[] bySamples = given.stream().mapToDouble(one -> (double) one.samples / total).toArray();
    return new Contribution(
        total,
        joined(given, Contribution::rows, Rows::concatenated),
        joined(given, Contribution::sums, arrays -> weightedSum(arrays, once)),
        joined(given, Contribution::means, arrays -> weightedSum(arrays, bySamples)));
  }

  /** Returns this contribution with further rows. */
  Contribution withRows(Map<String, HostArray> more) {
    Map<String, HostArray> all = new LinkedHashMap<>(rows);
    all.putAll(more);
    return new Contribution(samples, all, sums, means);
  }

  /** Returns all values by name. */
  Map<String, HostArray> values() {
    Map<String, HostArray> values = new LinkedHashMap<>(rows);
    values.putAll(sums);
    values.putAll(means);
    return values;
  }

  private static Map<String, HostArray> joined(
      List<Contribution> all,
      Function<Contribution, Map<String, HostArray>> values,
      Function<List<HostArray>, HostArray> joining) {
    Map<String, HostArray> joined = new LinkedHashMap<>();
    for (String name : values.apply(all.get(0)).keySet()) {
      joined.put(
          name,
          joining.apply(
              all.stream()
                  .map(one -> Objects.requireNonNull(values.apply(one).get(name)))
                  .toList()));
    }
    return joined;
  }

  private static HostArray weightedSum(List<HostArray> arrays, double[] weights) {
    double[] sum = new double[arrays.get(0).elementCount()];
    float[] one = new float[sum.length];
    for (int i = 0; i < weights.length; i++) {
      arrays.get(i).floats().get(one);
      for (int j = 0; j < sum.length; j++) {
        sum[j] += weights[i] * one[j];
      }
    }
    for (int j = 0; j < sum.length; j++) {
      one[j] = (float) sum[j];
    }
    return HostArray.wrap(arrays.get(0).shape(), one);
  }
}
