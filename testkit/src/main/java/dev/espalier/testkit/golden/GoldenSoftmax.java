package dev.espalier.testkit.golden;

import com.google.gson.JsonObject;
import dev.espalier.graph.HostArray;
import java.util.List;

/**
 * What the narrow EfficientNet of the golden weight files gives for golden images.
 *
 * @param width factor of B0's channels
 * @param depth factor of B0's repeats
 * @param parameters of the model
 * @param softmax {@code [2, classes]} in row-major order
 */
public record GoldenSoftmax(
    double width, double depth, int size, int classes, long parameters, List<Double> softmax) {
  /** Returns the numbers; skips the test if the file is missing. */
  public static GoldenSoftmax read() {
    JsonObject root = GoldenJson.read("efficientnet_narrow.json");
    return new GoldenSoftmax(
        root.get("width").getAsDouble(),
        root.get("depth").getAsDouble(),
        root.get("size").getAsInt(),
        root.get("classes").getAsInt(),
        root.get("params").getAsLong(),
        GoldenJson.numbers(root.get("softmax")));
  }

  /** Returns the images that the numbers belong to. */
  public HostArray images() {
    return GoldenNumbers.images("golden/" + size, softmax.size() / classes, size, size);
  }
}
