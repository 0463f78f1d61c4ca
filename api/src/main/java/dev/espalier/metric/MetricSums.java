package dev.espalier.metric;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Sums that a {@link Metric} accumulated over batches, in float64. Immutable. */
public final class MetricSums {
  private final List<Shape> shapes;
  private final List<double[]> sums;

  private MetricSums(List<Shape> shapes, List<double[]> sums) {
    this.shapes = List.copyOf(shapes);
    this.sums = List.copyOf(sums);
  }

  /** Returns the sums of one batch. */
  public static MetricSums of(List<HostArray> batch) {
    List<double[]> values = new ArrayList<>();
    for (HostArray array : batch) {
      double[] numbers = new double[array.elementCount()];
      for (int i = 0; i < numbers.length; i++) {
        numbers[i] = array.at(i);
      }
      values.add(numbers);
    }
    return new MetricSums(batch.stream().map(HostArray::shape).toList(), values);
  }

  /**
   * Returns sums that were taken apart before.
   *
   * @throws EspalierException {@code SHAPE_MISMATCH} if an array does not fill its shape
   */
  public static MetricSums of(List<Shape> shapes, List<double[]> values) {
    boolean fit = shapes.size() == values.size();
    for (int i = 0; fit && i < shapes.size(); i++) {
      fit = shapes.get(i).isStatic() && shapes.get(i).elementCount() == values.get(i).length;
    }
    if (!fit) {
      throw new EspalierException(
          ErrorCode.SHAPE_MISMATCH,
          "The sums of a metric do not fill the shapes " + shapes + ".",
          "Give one array per shape, with as many elements as the shape has.");
    }
    return new MetricSums(shapes, values.stream().map(double[]::clone).toList());
  }

  /** Returns these sums and those of other batches, added up. */
  public MetricSums plus(MetricSums others) {
    if (!shapes.equals(others.shapes)) {
      throw new EspalierException(
          ErrorCode.SHAPE_MISMATCH,
          "A metric gave " + shapes + " for one batch and " + others.shapes + " for another.",
          "The shapes that a metric accumulates must not depend on the batch size.");
    }
    List<double[]> total = new ArrayList<>();
    for (int i = 0; i < sums.size(); i++) {
      double[] values = sums.get(i).clone();
      double[] more = others.sums.get(i);
      for (int j = 0; j < values.length; j++) {
        values[j] += more[j];
      }
      total.add(values);
    }
    return new MetricSums(shapes, total);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof MetricSums that
        && shapes.equals(that.shapes)
        && Arrays.deepEquals(sums.toArray(), that.sums.toArray());
  }

  @Override
  public int hashCode() {
    return 31 * shapes.hashCode() + Arrays.deepHashCode(sums.toArray());
  }

  /** Returns how many arrays there are. */
  public int count() {
    return sums.size();
  }

  /** Returns the shape of an array. */
  public Shape shape(int index) {
    return shapes.get(index);
  }

  /** Returns the elements of an array in row-major order, a copy. */
  public double[] values(int index) {
    return sums.get(index).clone();
  }

  /** Returns the only element of an array, or its first. */
  public double value(int index) {
    return sums.get(index)[0];
  }
}
