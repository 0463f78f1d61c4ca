package dev.espalier.core.internal.training;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.espalier.core.internal.file.SettingsJson;
import dev.espalier.data.Dataset;
import dev.espalier.data.Sample;
import dev.espalier.data.Target;
import dev.espalier.graph.HostArray;
import dev.espalier.metric.Metric;
import dev.espalier.model.Model;
import dev.espalier.training.CacheFeatures;
import dev.espalier.training.FitOptions;
import dev.espalier.training.LearningRateMultipliers;
import dev.espalier.training.Step;
import dev.espalier.training.TrainingConfig;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.stream.IntStream;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Describes the settings that determine the result of a training, under the names used in the
 * configuration. Threads, the number of epochs, callbacks and the engine are not among them.
 */
final class TrainingDescription {
  private static final String CONTENTS = "content-checksum";

  /** Samples that are read for a checksum, because reading all would take too long. */
  private static final int SAMPLES_READ = 32;

  private TrainingDescription() {}

  static JsonObject of(Model model, TrainingConfig config, Dataset dataset, FitOptions options) {
    JsonObject training = new JsonObject();
    training.add("optimizer", SettingsJson.of(config.optimizer()));
    training.add("gradient-clipping", SettingsJson.of(config.gradientClipping()));
    training.add("loss", SettingsJson.of(config.loss()));
    JsonObject metrics = new JsonObject();
    for (Metric metric : config.metrics()) {
      metrics.add(metric.name(), SettingsJson.of(metric));
    }
    training.add("metrics", metrics);
    training.addProperty("precision", config.precision().lowerCaseName());
    addWhatIsUnusual(training, config, options);
    training.add("augmentations", SettingsJson.of(options.augmentations()));
    training.add("batch-augmentations", SettingsJson.of(options.batchAugmentations()));
    training.add("data", ofData(dataset));
    Dataset validation = options.validation();
    training.add("validation", SettingsJson.of(null));
    if (validation != null) {
      JsonObject data = ofData(validation);
      data.addProperty("samples", validation.size());
      data.addProperty("drop-remainder", options.validationDropRemainder());
      data.add("frequency", SettingsJson.of(options.validationFrequency()));
      data.add("epochs", SettingsJson.of(options.validationEpochs().stream().sorted().toList()));
      training.add("validation", data);
    }
    training.add("layers", SettingsJson.ofModel(model));
    return training;
  }

  /**
   * Adds rarely used settings, which early checkpoints do not contain because they did not exist
   * then.
   */
  private static void addWhatIsUnusual(
      JsonObject training, TrainingConfig config, FitOptions options) {
    if (!config.outputs().isEmpty()) {
      training.add("outputs", SettingsJson.of(config.outputs()));
    }
    if (!config.step().equals(Step.supervised())) {
      training.add("step", SettingsJson.of(config.step()));
    }
    if (options.cacheFeatures() == CacheFeatures.ON && !options.augmentations().isEmpty()) {
      training.addProperty("cached-views", options.cachedViews());
    }
    if (!config.learningRateMultipliers().equals(LearningRateMultipliers.none())) {
      training.add(
          "learning-rate-multipliers",
          SettingsJson.of(config.learningRateMultipliers().byPattern()));
    }
    if (options.classWeights() != null) {
      training.add("class-weights", SettingsJson.of(options.classWeights()));
    }
  }

  /**
   * Describes a data set by checksums: of the labels of all samples, of the names of all files
   * without their parent folders, which may have moved, of a few images with their values and
   * weights, which reveal different decoding of the same files, and of what else changes when a
   * sample is replaced.
   */
  private static JsonObject ofData(Dataset dataset) {
    JsonObject data = new JsonObject();
    data.addProperty("name", dataset.name());
    JsonArray names = new JsonArray();
    dataset.classNames().forEach(names::add);
    data.add("class-names", names);
    data.addProperty("multi-label", dataset.target().multiLabel());
    if (tellsLabels(dataset)) {
      CRC32C labels = new CRC32C();
      for (int i = 0; i < dataset.size(); i++) {
        add(labels, dataset.labels(i).toString());
      }
      data.addProperty("label-checksum", text(labels));
    }
    CRC32C files = new CRC32C();
    for (int i = 0; i < dataset.size(); i++) {
      add(files, name(dataset.file(i)));
    }
    data.addProperty("file-checksum", text(files));
    CRC32C images = new CRC32C();
    CRC32C facts = new CRC32C();
    boolean unusual = false;
    for (int index : few(dataset)) {
      Sample sample = dataset.get(index);
      images.update(sample.image().pixels());
      unusual |= sample.weight() != 1 || !sample.values().isEmpty();
      add(facts, Double.toString(sample.weight()));
      sample.values().forEach((name, value) -> add(facts, name, value));
    }
    data.addProperty("image-checksum", text(images));
    if (unusual) {
      data.addProperty("value-checksum", text(facts));
    }
    data.addProperty(CONTENTS, contents(dataset));
    JsonArray asBefore = new JsonArray();
    asBefore.add(CONTENTS);
    data.add(SettingsJson.AS_BEFORE, asBefore); // Early checkpoints do not have it.
    Target target = dataset.target();
    if (!target.isOfLabels()) {
      data.addProperty("target", target.toString());
    }
    return data;
  }

  /**
   * Returns a checksum of the sizes of all files, which are known without reading them, and of some
   * samples, evenly spread.
   */
  private static String contents(Dataset dataset) {
    CRC32C checksum = new CRC32C();
    for (int i = 0; i < dataset.size(); i++) {
      add(checksum, size(dataset.file(i)));
    }
    int count = Math.min(SAMPLES_READ, dataset.size());
    for (long i = 0; i < count; i++) {
      Sample sample = dataset.get((int) (i * dataset.size() / count));
      checksum.update(sample.image().pixels());
      add(checksum, Double.toString(sample.weight()));
      sample.values().forEach((name, value) -> add(checksum, name, value));
    }
    return text(checksum);
  }

  private static String size(@Nullable Path file) {
    try {
      return file == null ? "" : Long.toString(Files.size(file));
    } catch (IOException e) {
      return ""; // A data set may read its files in a way of its own.
    }
  }

  /** A data set that overrides neither method would have to read every image. */
  private static boolean tellsLabels(Dataset dataset) {
    return declares(dataset, "label") || declares(dataset, "labels");
  }

  private static boolean declares(Dataset dataset, String method) {
    try {
      return dataset.getClass().getMethod(method, int.class).getDeclaringClass() != Dataset.class;
    } catch (NoSuchMethodException e) {
      throw new IllegalStateException(e); // the interface has it
    }
  }

  private static int[] few(Dataset dataset) {
    return IntStream.of(0, dataset.size() / 2, dataset.size() - 1)
        .filter(index -> index >= 0)
        .distinct()
        .toArray();
  }

  private static void add(CRC32C checksum, String name, HostArray value) {
    add(checksum, name + value.type());
    for (int i = 0; i < value.elementCount(); i++) {
      add(checksum, Double.toString(value.at(i)));
    }
  }

  private static String name(@Nullable Path file) {
    if (file == null) {
      return "";
    }
    int count = file.getNameCount();
    return file.subpath(Math.max(0, count - 2), count).toString().replace('\\', '/');
  }

  private static void add(CRC32C checksum, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    checksum.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).flip());
    checksum.update(bytes);
  }

  private static String text(CRC32C checksum) {
    return HexFormat.of().toHexDigits((int) checksum.getValue());
  }
}
