package dev.espalier.core.internal.file;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The {@code config.json} that stands beside weights on the Hugging Face hub. There all files of
 * weights have the same name, and only this says which model they are of.
 */
public final class HubConfiguration {
  private static final String NAME = "config.json";
  private static final long LONGEST = 1 << 20;

  private HubConfiguration() {}

  /**
   * Returns the model that a file of weights is of as timm names it, such as {@code
   * tf_efficientnet_b0.ns_jft_in1k}, if there is such a configuration beside it.
   */
  public static Optional<String> architectureOf(Path weights) {
    Path file = weights.resolveSibling(NAME);
    try {
      if (!Files.isRegularFile(file) || Files.size(file) > LONGEST) {
        return Optional.empty();
      }
      JsonElement root = JsonParser.parseString(Files.readString(file));
      String architecture = text(root, "architecture");
      if (architecture == null) {
        return Optional.empty();
      }
      JsonElement pretrained = root.getAsJsonObject().get("pretrained_cfg");
      String tag = pretrained == null ? null : text(pretrained, "tag");
      return Optional.of(tag == null ? architecture : architecture + "." + tag);
    } catch (IOException | JsonParseException | StackOverflowError e) {
      return Optional.empty(); // Another program's file, which nobody asked to read.
    }
  }

  private static @Nullable String text(JsonElement element, String name) {
    if (!(element instanceof JsonObject object)) {
      return null;
    }
    JsonElement value = object.get(name);
    return value != null && Json.isString(value) ? value.getAsString() : null;
  }
}
