package dev.espalier.weights.pretrained;

import dev.espalier.download.DownloadSettings;
import dev.espalier.download.Downloads;
import dev.espalier.engine.CacheFolder;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.model.Weights;
import dev.espalier.plugin.PretrainedWeights;
import dev.espalier.plugin.WeightFormat;
import dev.espalier.weights.keras.KerasLegacyHdf5;
import dev.espalier.weights.pytorch.PyTorchFormat;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Names published weights, such as those that were trained on ImageNet: {@code
 * EfficientNetV2.b0().weights(Pretrained.IMAGENET)}. Nothing is downloaded unless {@link
 * #download()} allows it; otherwise a missing file is an error that says where it is published and
 * where to put it. Immutable and thread-safe.
 *
 * @param name as in the catalogue
 * @param catalogue where the name is looked up
 * @param formats that the files may have
 * @param folder where the files are kept, or null for the folder {@code weights} in {@link
 *     CacheFolder}
 * @param downloads how missing files are downloaded, or null to download nothing
 */
public record Pretrained(
    String name,
    List<PretrainedWeights> catalogue,
    List<WeightFormat> formats,
    @Nullable Path folder,
    @Nullable DownloadSettings downloads) {
  /** Of the files in Espalier's catalogue; before the constants, which need it. */
  private static final List<WeightFormat> FORMATS =
      List.of(new KerasLegacyHdf5(), new PyTorchFormat());

  /** Trained on the 1,000 classes of ImageNet. */
  public static final Pretrained IMAGENET = named("imagenet");

  /**
   * Trained on ImageNet and on images without labels, with noise (Noisy Student); EfficientNet-B0
   * to B7 and L2.
   */
  public static final Pretrained NOISY_STUDENT = named("noisy-student");

  /** Trained on ImageNet with adversarial examples (AdvProp); EfficientNet-B0 to B8. */
  public static final Pretrained ADVPROP = named("advprop");

  /** Trained on the 21,843 classes of ImageNet-21k; EfficientNetV2-S, M, L and XL. */
  public static final Pretrained IMAGENET_21K = named("imagenet-21k");

  private static final int HEAD_BYTES = 4096;

  /** Copies the lists. */
  public Pretrained {
    catalogue = List.copyOf(catalogue);
    formats = List.copyOf(formats);
  }

  /** Returns the weights of a name in Espalier's catalogue. */
  public static Pretrained named(String name) {
    return new Pretrained(name, Catalogue.builtIn(), FORMATS, null, null);
  }

  /** Returns these weights in another catalogue, whose files have the formats of this one. */
  public Pretrained from(List<PretrainedWeights> entries) {
    return from(entries, formats);
  }

  /**
   * Returns these weights in another catalogue, such as that of a registry with plugins: {@code
   * from(registry.pretrainedWeights(), registry.weightFormats())}.
   *
   * @param readable formats that the files may have
   */
  public Pretrained from(List<PretrainedWeights> entries, List<? extends WeightFormat> readable) {
    return with(
        copy -> {
          copy.catalogue = entries;
          copy.formats = List.copyOf(readable);
        });
  }

  /** Returns these weights, downloaded if they are missing and the network may be used. */
  public Pretrained download() {
    return download(settings -> settings);
  }

  /**
   * Returns these weights, downloaded if they are missing.
   *
   * @param settings changes how, such as {@code settings -> settings.mirror(address)}
   */
  public Pretrained download(UnaryOperator<DownloadSettings> settings) {
    return with(copy -> copy.downloads = settings.apply(DownloadSettings.of(System.getenv())));
  }

  /** Returns these weights, with files in a folder. */
  public Pretrained storedIn(Path files) {
    return with(copy -> copy.folder = files);
  }

  /**
   * Returns the entry of the catalogue.
   *
   * @param model name of a model, such as {@code efficientnet-b0}
   * @param includeTop whether the classifier is needed
   * @throws EspalierException {@link ErrorCode#UNKNOWN_NAME} if no such weights are published for
   *     the model, with those that are
   */
  public PretrainedWeights of(String model, boolean includeTop) {
    return PretrainedWeights.find(catalogue, name, model, includeTop);
  }

  /**
   * Returns the weights of an entry, read from its file.
   *
   * @throws EspalierException {@link ErrorCode#DOWNLOAD_FAILED} if the file is missing and is not
   *     to be downloaded, or cannot be; what reading it throws
   */
  public Weights load(PretrainedWeights entry) {
    Path files = folder == null ? Downloads.weightsFolder(System.getenv()) : folder;
    Path file = Downloads.require(entry.file(), files, downloads);
    return entry.describe(read(file));
  }

  private Weights read(Path file) {
    try (InputStream stream = Files.newInputStream(file)) {
      byte[] head = stream.readNBytes(HEAD_BYTES);
      for (WeightFormat format : formats) {
        if (format.recognizes(file, head)) {
          return format.read(file);
        }
      }
    } catch (IOException e) {
      throw new EspalierException(
          ErrorCode.FILE_NOT_READABLE,
          "The weights " + file + " cannot be read: " + e + ".",
          "Check permissions, or delete the file to download it again.",
          e);
    }
    throw new EspalierException(
        ErrorCode.INVALID_WEIGHT_FILE,
        file + " is not a weight file in a known format.",
        "Delete it to download it again. Known formats: "
            + formats.stream().map(WeightFormat::name).collect(Collectors.joining(", "))
            + ".");
  }

  private Pretrained with(Consumer<Copy> change) {
    Copy copy = new Copy(this);
    change.accept(copy);
    return new Pretrained(name, copy.catalogue, copy.formats, copy.folder, copy.downloads);
  }

  /** Changes only while {@link #with} makes a copy. */
  private static final class Copy {
    private List<PretrainedWeights> catalogue;
    private List<WeightFormat> formats;
    private @Nullable Path folder;
    private @Nullable DownloadSettings downloads;

    Copy(Pretrained from) {
      catalogue = from.catalogue;
      formats = from.formats;
      folder = from.folder;
      downloads = from.downloads;
    }
  }
}
