package dev.espalier.models;

import dev.espalier.graph.HostArray;
import java.util.List;

/** Figures of arrays of numbers, in double precision. */
final class Closeness {
  private Closeness() {}

  static double mean(HostArray array) {
    double sum = 0;
    for (int i = 0; i < array.elementCount(); i++) {
      sum += array.at(i);
    }
    return sum / array.elementCount();
  }

  static double deviation(HostArray array) {
    double mean = mean(array);
    double sum = 0;
    for (int i = 0; i < array.elementCount(); i++) {
      sum += (array.at(i) - mean) * (array.at(i) - mean);
    }
    return Math.sqrt(sum / array.elementCount());
  }

  static double deviation(List<Double> numbers) {
    double mean = numbers.stream().mapToDouble(x -> x).average().orElseThrow();
    return Math.sqrt(
        numbers.stream().mapToDouble(x -> (x - mean) * (x - mean)).average().orElseThrow());
  }

  /** Returns the largest difference in units of the expected numbers' deviation. */
  static double relativeDifference(HostArray array, List<Double> expected) {
    if (array.elementCount() != expected.size()) {
      return Double.POSITIVE_INFINITY;
    }
    double largest = 0;
    for (int i = 0; i < expected.size(); i++) {
      double difference = Math.abs(array.at(i) - expected.get(i));
      largest = Double.isNaN(difference) ? Double.NaN : Math.max(largest, difference);
    }
    return largest / deviation(expected);
  }
}
