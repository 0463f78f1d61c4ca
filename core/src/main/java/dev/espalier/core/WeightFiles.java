package dev.espalier.core;

import dev.espalier.core.internal.file.HubConfiguration;
import dev.espalier.core.internal.file.UnsupportedContent;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.error.FailureReason;
import dev.espalier.model.WeightNames;
import dev.espalier.model.WeightTransfer;
import dev.espalier.model.Weights;
import dev.espalier.plugin.WeightFormat;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Reads weight files in the formats of plugins. Immutable and thread-safe. */
final class WeightFiles {
  private static final int HEAD_BYTES = 4096;

  private final Map<String, WeightFormat> formats;

  /** Prepares to read in some formats, by name, the one to try first first. */
  WeightFiles(Map<String, WeightFormat> formats) {
    this.formats = formats;
  }

  /** Does what {@link PluginRegistry#readWeights} does. */
  Weights read(Path given) {
    Path file = firstFile(given);
    Weights weights = formatOf(file).read(file);
    if (weights.isEmpty()) {
      throw new EspalierException(
          ErrorCode.INVALID_WEIGHT_FILE,
          "The file " + file + " contains no weights.",
          "Give the file that the weights were saved in.");
    }
    return named(weights, file);
  }

  /** Does what {@link PluginRegistry#weightFormatOf} does. */
  WeightFormat formatOf(Path given) {
    Path file = firstFile(given);
    if (Files.isDirectory(file)) {
      throw UnsupportedContent.folder(file);
    }
    byte[] head = head(file);
    UnsupportedContent.refuse(file, head);
    return findFormat(file, head)
        .orElseThrow(
            () ->
                new EspalierException(
                    ErrorCode.INVALID_WEIGHT_FILE,
                    file + " is not a weight file in a known format.",
                    "Known formats: " + String.join(", ", formats.keySet()) + "."));
  }

  /** Returns the first format that recognizes a file, empty if none does. */
  Optional<WeightFormat> findFormat(Path file) {
    return findFormat(file, head(file));
  }

  private Optional<WeightFormat> findFormat(Path file, byte[] head) {
    return formats.values().stream().filter(format -> format.recognizes(file, head)).findFirst();
  }

  /** A TensorFlow checkpoint consists of several files, and is known by what their names share. */
  private static Path firstFile(Path given) {
    Path index = given.resolveSibling(given.getFileName() + ".index");
    return !Files.exists(given) && Files.isRegularFile(index) ? index : given;
  }

  /** The name of the file stands in errors, and may tell what the weights are. */
  private static Weights named(Weights weights, Path file) {
    Map<String, String> facts = new LinkedHashMap<>(weights.metadata());
    facts.putIfAbsent(WeightTransfer.FILE_KEY, String.valueOf(file.getFileName()));
    HubConfiguration.architectureOf(file)
        .ifPresent(name -> facts.putIfAbsent(WeightNames.ARCHITECTURE_KEY, name));
    return weights.withMetadata(facts);
  }

  private static byte[] head(Path file) {
    try (InputStream stream = Files.newInputStream(file)) {
      return stream.readNBytes(HEAD_BYTES);
    } catch (IOException e) {
      throw new EspalierException(
          ErrorCode.FILE_NOT_READABLE,
          "The weights " + file + " cannot be read: " + FailureReason.of(e) + ".",
          "Give the path of a weight file.",
          e);
    }
  }
}
