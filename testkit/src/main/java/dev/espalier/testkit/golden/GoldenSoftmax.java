package dev.espalier.testkit.golden;

import com.google.gson.JsonObject;
import dev.espalier.graph.HostArray;
import java.util.List;

/**
 * Predictions of the small EfficientNet of the golden weight files for golden images.
 *
 * @param width factor for B0's number of channels
 * @param depth factor for B0's number of blocks
 * @param parameters number of parameters of the model
 * @param softmax {@code [2, classes]} in row-major order
 */
public record GoldenSoftmax(
    double width, double depth, int size, int classes, long parameters, List<Double> softmax) {
  /** Returns the golden values; skips the test if the file is missing. */
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

  /** Returns the images for the predictions. */
  public HostArray images() {
    return GoldenNumbers.images("golden/" + size, softmax.size() / classes, size, size);
  }
}
