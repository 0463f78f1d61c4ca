package dev.espalier.core.internal.data;

import dev.espalier.data.Sample;
import dev.espalier.graph.DataType;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.TensorType;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The labels, values and weight of a sample, without its image. Immutable. */
record SampleFacts(List<Integer> labels, Map<String, HostArray> values, double weight) {
  static SampleFacts of(Sample sample) {
    return new SampleFacts(sample.labels(), sample.values(), sample.weight());
  }

  /** Returns the values of several samples stacked along a new first axis. */
  static HostArray stacked(List<SampleFacts> samples, String name) {
    TensorType type = value(samples.get(0), name).type();
    int length = Math.toIntExact(type.shape().elementCount());
    if (type.dataType() == DataType.INT32) {
      int[] all = new int[samples.size() * length];
      for (int i = 0; i < samples.size(); i++) {
        for (int j = 0; j < length; j++) {
          all[i * length + j] = (int) value(samples.get(i), name).at(j);
        }
      }
      return HostArray.wrapInts(type.shape().withBatch(samples.size()), all);
    }
    return HostArray.wrap(type.shape().withBatch(samples.size()), floats(samples, name, length));
  }

  /** Returns the values of several samples converted to float32. */
  static float[] floats(List<SampleFacts> samples, String name, int length) {
    float[] all = new float[samples.size() * length];
    for (int i = 0; i < samples.size(); i++) {
      for (int j = 0; j < length; j++) {
        all[i * length + j] = (float) value(samples.get(i), name).at(j);
      }
    }
    return all;
  }

  private static HostArray value(SampleFacts sample, String name) {
    return Objects.requireNonNull(sample.values().get(name), name); // checked when it was read
  }
}
