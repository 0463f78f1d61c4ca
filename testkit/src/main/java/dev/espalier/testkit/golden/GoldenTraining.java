package dev.espalier.testkit.golden;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.espalier.graph.HostArray;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Single training steps of EfficientNet-B0 with 10 classes, 64 × 64 pixels and no dropout, from
 * golden weights.
 *
 * @param predictionsBefore for the first batch before the first step, or empty
 * @param predictionsAfter for the first batch after the last step, or empty
 * @param sumsAfter for each variable its sum and sum of squares after the last step, or empty
 */
public record GoldenTraining(
    List<Double> predictionsBefore,
    List<Step> steps,
    List<Double> predictionsAfter,
    Map<String, Sums> sumsAfter) {
  /** Batch size. */
  public static final int BATCH = 8;

  /** Number of classes. */
  public static final int CLASSES = 10;

  /** Height and width of the images in pixels. */
  public static final int SIZE = 64;

  private static final int BATCHES = 3;

  /** Results of a step: mean loss and accuracy on its batch before the update. */
  public record Step(double loss, double accuracy) {}

  /** The sum and the sum of squares of a variable. */
  public record Sums(double sum, double sumOfSquares) {}

  /**
   * Returns a training; skips the test if the file is missing.
   *
   * @param path such as {@code scratch} or {@code fine_tune/frozen}
   */
  public static GoldenTraining read(String path) {
    JsonObject entry = GoldenJson.read("efficientnetb0_training.json");
    for (String key : path.split("/")) {
      entry = entry.getAsJsonObject(key);
    }
    List<Step> steps = new ArrayList<>();
    for (JsonElement element : entry.getAsJsonArray("steps")) {
      JsonObject step = element.getAsJsonObject();
      steps.add(new Step(step.get("loss").getAsDouble(), step.get("accuracy").getAsDouble()));
    }
    Map<String, Sums> sums = new LinkedHashMap<>();
    if (entry.has("sums_after")) {
      JsonObject all = entry.getAsJsonObject("sums_after");
      for (String variable : all.keySet()) {
        List<Double> pair = GoldenJson.numbers(all.get(variable));
        sums.put(variable, new Sums(pair.get(0), pair.get(1)));
      }
    }
    return new GoldenTraining(
        optional(entry, "predictions_before"),
        List.copyOf(steps),
        optional(entry, "predictions_after"),
        sums);
  }

  private static List<Double> optional(JsonObject entry, String key) {
    return entry.has(key) ? GoldenJson.numbers(entry.get(key)) : List.of();
  }

  /** Returns the images of a step, uint8. */
  public static HostArray images(int step) {
    int from = BATCH * (step % BATCHES);
    return GoldenNumbers.images("golden/train", BATCH * BATCHES, SIZE, SIZE)
        .rows(from, from + BATCH);
  }

  /** Returns the labels of a step, int32. */
  public static HostArray labels(int step) {
    int from = BATCH * (step % BATCHES);
    return GoldenNumbers.labels("golden/labels", BATCH * BATCHES, CLASSES).rows(from, from + BATCH);
  }
}
