package dev.espalier.cli.bundled;

import dev.espalier.core.PluginRegistry;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.error.FailureReason;
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
 * Weights bundled with the command, so that fine-tuning can be tried without a download. They were
 * trained for this project on another generated data set; see docs/decisions.
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
      // The reader needs a file, because it checks every offset against the file's size.
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
          "The bundled weights cannot be unpacked into the folder for temporary files: "
              + FailureReason.ofWriting(e)
              + ".",
          "Name a folder that you may write to with -Djava.io.tmpdir=FOLDER in"
              + " ESPALIER_JAVA_OPTS, or give --weights.",
          e);
    }
  }

  /** Removes the classifier: the file contains the whole model as trained. */
  private static Weights withoutClassifier(Weights whole) {
    Map<String, HostArray> base = new LinkedHashMap<>(whole.asMap());
    base.keySet().removeIf(name -> name.startsWith("predictions/"));
    return Weights.of(base);
  }
}
