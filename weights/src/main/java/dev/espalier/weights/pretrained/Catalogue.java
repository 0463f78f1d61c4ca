package dev.espalier.weights.pretrained;

import com.google.gson.Gson;
import com.google.gson.JsonParseException;
import dev.espalier.data.CroppedResizing;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.plugin.Checksum;
import dev.espalier.plugin.PretrainedWeights;
import dev.espalier.plugin.PublishedFile;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads a catalogue of published weights: a JSON list whose entries have {@code name}, {@code
 * model}, {@code includeTop}, {@code file}, {@code address}, {@code md5} or {@code sha256}, {@code
 * megabytes}, {@code classes}, {@code imageSize}, {@code publisher}, and if known {@code accuracy},
 * {@code metadata}, and {@code crop} with {@code interpolation}, which are those of {@link
 * CroppedResizing}. {@code applied} is true if a model with the weights resizes images like that,
 * as the publisher's own transforms do; Keras leaves resizing to its users. A plugin may have a
 * catalogue of its own.
 */
public final class Catalogue {
  private static final String BUILT_IN = "catalogue.json";
  private static final String CLASS_NAMES = "imagenet-classes.txt";
  private static final int IMAGENET_CLASSES = 1000;
  private static final long MEGABYTE = 1_000_000;

  private Catalogue() {}

  /** Read once, and not before it is needed: reading takes longer than many commands. */
  private static final class BuiltIn {
    private static final List<PretrainedWeights> ENTRIES = entries();

    private static List<PretrainedWeights> entries() {
      try (InputStream stream = resource(BUILT_IN)) {
        return read(stream, BUILT_IN);
      } catch (IOException e) {
        throw new IllegalStateException(e); // a resource of this jar
      }
    }
  }

  /** Returns the weights that come with Espalier, in the order of the file. */
  public static List<PretrainedWeights> builtIn() {
    return BuiltIn.ENTRIES;
  }

  /**
   * Reads a catalogue. Entries for 1,000 classes with the classifier have the class names of
   * ImageNet.
   *
   * @param stream UTF-8; stays open
   * @param source where it comes from, for errors
   * @throws EspalierException {@link ErrorCode#INVALID_CONFIGURATION} if it is not such a list,
   *     naming the entry
   */
  public static List<PretrainedWeights> read(InputStream stream, String source) {
    List<String> imagenet = imagenetClasses();
    Entry[] entries;
    try {
      entries =
          new Gson().fromJson(new InputStreamReader(stream, StandardCharsets.UTF_8), Entry[].class);
    } catch (JsonParseException e) {
      throw invalid(source, "it is not a JSON list of entries", e);
    }
    List<PretrainedWeights> weights = new ArrayList<>();
    for (Entry entry : entries == null ? new Entry[0] : entries) {
      String place = "entry " + (weights.size() + 1);
      if (entry == null) {
        throw invalid(source, place + " is empty", null);
      }
      try {
        weights.add(entry.weights(imagenet));
      } catch (NullPointerException | IllegalArgumentException | EspalierException e) {
        throw invalid(
            source,
            place
                + " is not complete: it needs name, model, file, address, and md5 or sha256 ("
                + e.getMessage()
                + ")",
            e);
      }
    }
    return List.copyOf(weights);
  }

  /** Returns the names of ImageNet's 1,000 classes by output. */
  static List<String> imagenetClasses() {
    try (BufferedReader reader =
        new BufferedReader(new InputStreamReader(resource(CLASS_NAMES), StandardCharsets.UTF_8))) {
      return List.copyOf(reader.lines().toList());
    } catch (IOException e) {
      throw new IllegalStateException(e); // a resource of this jar
    }
  }

  private static InputStream resource(String name) {
    InputStream stream = Catalogue.class.getResourceAsStream(name);
    if (stream == null) {
      throw new IllegalStateException("This jar lacks " + name);
    }
    return stream;
  }

  private static EspalierException invalid(
      String source, String problem, @Nullable Exception cause) {
    return new EspalierException(
        ErrorCode.INVALID_CONFIGURATION,
        "The catalogue of weights " + source + " cannot be used: " + problem + ".",
        "Correct it, or remove the plugin that brings it.",
        cause);
  }

  /** An entry as the file has it; what it lacks is null or 0. */
  private record Entry(
      @Nullable String name,
      @Nullable String model,
      @Nullable Boolean includeTop,
      @Nullable String file,
      @Nullable String address,
      @Nullable String md5,
      @Nullable String sha256,
      long megabytes,
      int classes,
      int imageSize,
      @Nullable Double accuracy,
      @Nullable String publisher,
      @Nullable Map<String, String> metadata,
      @Nullable Double crop,
      @Nullable String interpolation,
      boolean applied) {
    PretrainedWeights weights(List<String> imagenet) {
      boolean top = includeTop == null || includeTop;
      CroppedResizing evaluation =
          crop == null
              ? null
              : CroppedResizing.of(given("interpolation", interpolation) + " " + crop);
      Map<String, String> facts = new HashMap<>(metadata == null ? Map.of() : metadata);
      if (applied) {
        facts.put(CroppedResizing.METADATA_KEY, given("crop", evaluation).toString());
      }
      return new PretrainedWeights(
          given("name", name),
          given("model", model),
          top,
          new PublishedFile(
              given("file", file),
              URI.create(given("address", address)),
              md5 == null ? Checksum.sha256(given("sha256", sha256)) : Checksum.md5(md5),
              megabytes * MEGABYTE),
          top && classes == IMAGENET_CLASSES ? imagenet : List.of(),
          classes,
          imageSize,
          accuracy,
          publisher == null ? "" : publisher,
          facts,
          evaluation);
    }

    private static <T> T given(String what, @Nullable T value) {
      if (value == null) {
        throw new IllegalArgumentException("there is no " + what);
      }
      return value;
    }
  }
}
