package dev.espalier.models;

import dev.espalier.graph.HostArray;
import dev.espalier.model.Model;
import dev.espalier.model.Weights;
import dev.espalier.testkit.golden.GoldenNumbers;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Logits that Keras computed in double precision, for golden weights whose kernels are a tenth
 * smaller, so that activations stay small; see {@code src/test/python/make_calm_logits.py}.
 *
 * @param logits for 2 images
 */
record CalmLogits(String model, int size, List<Double> logits) {
  private static final float FACTOR = 0.9f;

  static List<CalmLogits> read() {
    return Resources.lines("calm-logits.tsv").stream()
        .filter(line -> !line.startsWith("#"))
        .map(line -> line.split("\t"))
        .map(
            fields ->
                new CalmLogits(
                    fields[0],
                    Integer.parseInt(fields[1]),
                    Stream.of(fields[2].split(" ")).map(Double::valueOf).toList()))
        .toList();
  }

  static Weights weights(Model model) {
    Map<String, HostArray> arrays = new LinkedHashMap<>();
    GoldenNumbers.weights(model)
        .asMap()
        .forEach(
            (name, array) -> arrays.put(name, name.endsWith("/kernel") ? scaled(array) : array));
    return Weights.of(arrays);
  }

  private static HostArray scaled(HostArray array) {
    float[] values = array.toFloats();
    for (int i = 0; i < values.length; i++) {
      values[i] *= FACTOR;
    }
    return HostArray.wrap(array.shape(), values);
  }

  @Override
  public String toString() {
    return model + " at " + size + " px";
  }
}
