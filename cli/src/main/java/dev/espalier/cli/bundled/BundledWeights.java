package dev.espalier.cli.bundled;

import dev.espalier.core.PluginRegistry;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.HostArray;
import dev.espalier.model.Weights;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Weights that come with the command, so that fine-tuning can be tried without a download. They
 * were trained by us on another generated task; see docs/decisions.
 */
public final class BundledWeights {
  private BundledWeights() {}

  /** Returns the weights for a model without its classifier, or null if there are none. */
  public static @Nullable Weights of(String model) {
    try (InputStream stream =
        BundledWeights.class.getResourceAsStream("weights/" + model + ".safetensors")) {
      if (stream == null) {
        return null;
      }
      // The reader wants a file, because it checks every offset against the file's length.
      Path copy = Files.createTempFile("espalier-", ".safetensors");
      try {
        Files.copy(stream, copy, StandardCopyOption.REPLACE_EXISTING);
        return withoutClassifier(PluginRegistry.builder().build().readWeights(copy));
      } finally {
        Files.delete(copy);
      }
    } catch (IOException e) {
      throw new EspalierException(
          ErrorCode.FILE_NOT_WRITABLE,
          "The bundled weights cannot be unpacked into the folder for temporary files: " + e + ".",
          "Name a folder that you may write to with -Djava.io.tmpdir=FOLDER in"
              + " ESPALIER_JAVA_OPTS, or give --weights.",
          e);
    }
  }

  /** The file is a whole model, as the training of the weights left it. */
  private static Weights withoutClassifier(Weights whole) {
    Map<String, HostArray> base = new LinkedHashMap<>(whole.asMap());
    base.keySet().removeIf(name -> name.startsWith("predictions/"));
    return Weights.of(base);
  }
}
