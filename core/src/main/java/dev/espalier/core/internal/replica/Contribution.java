package dev.espalier.core.internal.replica;

import dev.espalier.graph.HostArray;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

/**
 * What replicas contribute to a step: sums and means over samples, such as losses and gradients, by
 * name. Immutable.
 *
 * @param samples number of samples; without any, there are no sums and means
 * @param sums float32 arrays
 * @param means float32 arrays
 */
public record Contribution(int samples, Map<String, HostArray> sums, Map<String, HostArray> means) {
  /** Copies the maps. */
  public Contribution {
    sums = Map.copyOf(sums);
    means = Map.copyOf(means);
  }

  /** Returns the contribution of a replica without samples. */
  public static Contribution none() {
    return new Contribution(0, Map.of(), Map.of());
  }

  /**
   * Returns several contributions joined: sums are added up, means are averaged over all samples.
   * Computed in float64 in the order given, so that equal contributions give equal bits.
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
        joined(given, Contribution::sums, once),
        joined(given, Contribution::means, bySamples));
  }

  private static Map<String, HostArray> joined(
      List<Contribution> all,
      Function<Contribution, Map<String, HostArray>> values,
      double[] weights) {
    Map<String, HostArray> joined = new LinkedHashMap<>();
    for (String name : values.apply(all.get(0)).keySet()) {
      joined.put(
          name,
          weightedSum(
              all.stream().map(one -> Objects.requireNonNull(values.apply(one).get(name))).toList(),
              weights));
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
