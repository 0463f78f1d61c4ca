package dev.espalier.testkit.golden;

import com.google.gson.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Features of a photo: the 1,280 channel means that EfficientNetV2-B0 with ImageNet weights gives
 * for it at 224 × 224 pixels.
 *
 * @param file name in {@code ../shared/data/photos}
 * @param pixelSum sum of all bytes of the resized image
 * @param mean of the features
 * @param first the first eight features
 */
public record GoldenPhoto(
    String file, long pixelSum, double mean, double standardDeviation, List<Double> first) {

  /** Returns all entries of the file; skips the test if it is missing. */
  public static List<GoldenPhoto> read() {
    List<GoldenPhoto> photos = new ArrayList<>();
    JsonObject root = GoldenJson.read("efficientnetv2b0_photo_features.json");
    for (String file : root.keySet()) {
      JsonObject entry = root.getAsJsonObject(file);
      photos.add(
          new GoldenPhoto(
              file,
              entry.get("pixels_sum").getAsLong(),
              entry.get("mean").getAsDouble(),
              entry.get("std").getAsDouble(),
              GoldenJson.numbers(entry.get("first8"))));
    }
    return List.copyOf(photos);
  }

  /** Returns the path of the image; skips the test if it is missing. */
  public Path path() {
    return SharedData.path("data/photos/" + file);
  }

  @Override
  public String toString() {
    return file;
  }
}
