package dev.espalier.cli.text;

import com.google.gson.JsonObject;
import dev.espalier.error.EspalierException;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a model says about one file.
 *
 * @param outputs the answer of each output by name; empty if the file could not be read
 * @param unknown whether the best score is so low that the image belongs to none of the classes
 * @param problem why the file could not be read, or null
 */
public record PredictedImage(
    Path file,
    Map<String, PredictedOutput> outputs,
    boolean unknown,
    @Nullable EspalierException problem) {
  JsonObject toJson() {
    JsonObject image = new JsonObject();
    image.addProperty("image", file.toString());
    if (problem != null) {
      image.addProperty("error", problem.problem());
      return image;
    }
    if (unknown) {
      image.addProperty("unknown", true);
    }
    if (outputs.size() == 1) {
      outputs.values().forEach(output -> output.addTo(image));
    } else {
      JsonObject named = new JsonObject();
      outputs.forEach(
          (name, output) -> {
            JsonObject one = new JsonObject();
            output.addTo(one);
            named.add(name, one);
          });
      image.add("outputs", named);
    }
    return image;
  }
}
