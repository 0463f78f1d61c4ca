package dev.espalier.testkit.golden;

import com.google.gson.JsonObject;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Logits of a model with golden weights for golden images.
 *
 * @param model Keras' name of the class, such as {@code EfficientNetV2B0}
 * @param size height and width of the images in pixels
 * @param logits {@code [batch, classes]} in row-major order
 * @param blocks outputs of intermediate layers, by layer name in order; often empty
 */
public record GoldenLogits(
    String model,
    int size,
    int batch,
    int classes,
    List<Double> logits,
    Map<String, Block> blocks) {

  /**
   * Summary of a layer's output.
   *
   * @param first the first four elements
   */
  public record Block(Shape shape, double mean, double standardDeviation, List<Double> first) {}

  /** Returns all entries of the file; skips the test if it is missing. */
  public static List<GoldenLogits> read() {
    List<GoldenLogits> entries = new ArrayList<>();
    JsonObject root = GoldenJson.read("efficientnet_logits.json");
    for (String key : root.keySet()) {
      JsonObject entry = root.getAsJsonObject(key);
      Map<String, Block> blocks = new LinkedHashMap<>();
      if (entry.has("blocks")) {
        JsonObject all = entry.getAsJsonObject("blocks");
        for (String layer : all.keySet()) {
          JsonObject block = all.getAsJsonObject(layer);
          blocks.put(
              layer,
              new Block(
                  GoldenJson.shape(block.get("shape")),
                  block.get("mean").getAsDouble(),
                  block.get("std").getAsDouble(),
                  GoldenJson.numbers(block.get("first"))));
        }
      }
      entries.add(
          new GoldenLogits(
              entry.get("model").getAsString(),
              entry.get("size").getAsInt(),
              entry.get("batch").getAsInt(),
              entry.get("classes").getAsInt(),
              GoldenJson.numbers(entry.get("logits")),
              blocks));
    }
    return List.copyOf(entries);
  }

  /** Returns the images for the logits. */
  public HostArray images() {
    return GoldenNumbers.images("golden/" + size, batch, size, size);
  }

  @Override
  public String toString() {
    return model + " at " + size + " px";
  }
}
