package dev.espalier.weights.keras;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.model.Model;
import dev.espalier.model.WeightTransfer;
import dev.espalier.model.Weights;
import dev.espalier.plugin.WeightFormat;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/**
 * Keras' {@code .keras} files: an archive of a model's configuration and of its weights in the
 * layout that {@link KerasWeightsHdf5} reads. This reads the weights, under the names of the
 * layers; {@link KerasModel} reads the model. Immutable and thread-safe.
 */
public final class KerasArchive implements WeightFormat {
  private static final String CONFIGURATION = "config.json";
  private static final String METADATA = "metadata.json";
  private static final String ARRAYS = "model.weights.h5";
  private static final int LARGEST_TEXT = 64 << 20;

  /** What compression may gain: Keras does not compress at all. */
  private static final long LARGEST_RATIO = 100;

  /** Creates the reader. */
  public KerasArchive() {}

  /** Returns all arrays of a file. */
  public static Weights load(Path file) {
    return new KerasArchive().read(file);
  }

  @Override
  public String name() {
    return "keras-archive";
  }

  @Override
  public boolean recognizes(Path file, byte[] head) {
    return isArchive(file, head);
  }

  /** Returns whether a file is called as one and starts like a zip archive. */
  static boolean isArchive(Path file, byte[] head) {
    return Hdf5File.nameOf(file).toLowerCase(Locale.ROOT).endsWith(".keras")
        && head.length >= 2
        && head[0] == 'P'
        && head[1] == 'K';
  }

  @Override
  public Weights read(Path file) {
    Content content = content(file);
    ModelPlan plan;
    try {
      plan = content.plan(new Problems(file));
    } catch (EspalierException e) {
      plan = null; // A class with code: its layers are known by type and counter only.
    }
    return weights(file, content, plan);
  }

  @Override
  public Optional<Model> readModel(Path file) {
    return Optional.of(KerasModel.load(file));
  }

  /**
   * Returns the arrays of an archive.
   *
   * @param plan of the model, or null if the configuration cannot be read
   */
  static Weights weights(Path file, Content content, @Nullable ModelPlan plan) {
    Weights weights =
        Hdf5File.read(
            file,
            content.arrays(),
            (hdf, nodes) -> {
              StoredLayer root = KerasWeightsHdf5.tree(hdf, nodes);
              NamedArrays arrays = new NamedArrays(nodes);
              if (plan == null) {
                KerasWeightsHdf5.collect(root, "", arrays);
              } else {
                new PlannedNames(plan, nodes).collect(root, arrays);
              }
              return arrays.weights();
            });
    Map<String, String> facts = new HashMap<>();
    facts.put(WeightTransfer.FILE_KEY, Hdf5File.nameOf(file));
    facts.put(WeightTransfer.ORIGIN_KEY, ("Keras " + content.version()).strip());
    if (plan == null) {
      facts.put(WeightTransfer.ORDER_KEY, WeightTransfer.ORDER_BY_TYPE);
    }
    return weights.withMetadata(facts);
  }

  /**
   * What an archive holds.
   *
   * @param configuration of the model, JSON
   * @param version of Keras that wrote it, or empty
   * @param arrays an HDF5 file
   */
  record Content(String configuration, String version, ByteBuffer arrays) {
    ModelPlan plan(Problems problems) {
      return new PlanReader(problems, version.startsWith("2."))
          .model(KerasJson.parse(problems, CONFIGURATION, configuration));
    }
  }

  /**
   * Reads an archive.
   *
   * @throws EspalierException {@link ErrorCode#FILE_NOT_READABLE} or {@link
   *     ErrorCode#INVALID_WEIGHT_FILE}
   */
  static Content content(Path file) {
    if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
      throw Hdf5File.notReadable(file, null);
    }
    Problems problems = new Problems(file);
    try (ZipFile zip = new ZipFile(file.toFile())) {
      byte[] configuration = bytes(zip, CONFIGURATION, LARGEST_TEXT, problems);
      byte[] arrays = bytes(zip, ARRAYS, Integer.MAX_VALUE - 16, problems);
      if (configuration == null || arrays == null) {
        throw problems.invalid(
            "the archive", "there is no " + (configuration == null ? CONFIGURATION : ARRAYS));
      }
      byte[] metadata = bytes(zip, METADATA, LARGEST_TEXT, problems);
      return new Content(text(configuration), version(problems, metadata), ByteBuffer.wrap(arrays));
    } catch (IOException | RuntimeException e) {
      if (e instanceof EspalierException own) {
        throw own;
      }
      throw problems.invalid(
          "the archive", "it is damaged, truncated, or no zip archive (" + e.getMessage() + ")", e);
    }
  }

  private static String version(Problems problems, byte @Nullable [] metadata) {
    if (metadata == null) {
      return "";
    }
    String version =
        KerasJson.text(KerasJson.parse(problems, METADATA, text(metadata)).get("keras_version"));
    return version == null ? "" : version;
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** Returns an entry, which may not be much larger than what the archive has of it. */
  private static byte @Nullable [] bytes(ZipFile zip, String name, int most, Problems problems)
      throws IOException {
    ZipEntry entry = zip.getEntry(name);
    if (entry == null) {
      return null;
    }
    long allowed =
        Math.min(most, Math.max(0, entry.getCompressedSize()) * LARGEST_RATIO + (1 << 20));
    if (entry.getSize() > allowed || entry.getCompressedSize() > most) {
      throw problems.invalid(
          name,
          "it claims "
              + entry.getSize()
              + " bytes, of which the archive has "
              + entry.getCompressedSize());
    }
    try (InputStream stream = zip.getInputStream(entry)) {
      byte[] bytes = stream.readNBytes((int) allowed);
      if (stream.read() >= 0) {
        throw problems.invalid(name, "there are more bytes than it claims");
      }
      return bytes;
    }
  }
}
