package dev.espalier.core;

import dev.espalier.download.DownloadSettings;
import dev.espalier.download.Downloads;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.error.FileNames;
import dev.espalier.model.Model;
import dev.espalier.model.Weights;
import dev.espalier.plugin.PretrainedWeights;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The weights that a setting names: those of a file, or published ones by their name.
 *
 * @param weights the arrays
 * @param classNames names of the classes by output; empty if they are not known
 * @param published the entry of the catalogue, or null for those of a file
 */
public record NamedWeights(
    Weights weights, List<String> classNames, @Nullable PretrainedWeights published) {
  /** Instead of a file of weights: random ones. */
  public static final String NONE = "none";

  /** Copies the names. */
  public NamedWeights {
    classNames = List.copyOf(classNames);
  }

  /**
   * Finds the weights of a model.
   *
   * @param text the name of published weights, else a path; {@code none} and null for none
   * @param model name of the model that they are for
   * @param includeTop whether the classifier is needed
   * @param folder where published files are kept; {@link Downloads#weightsFolder} by default
   * @param downloads how a missing file is downloaded, or null if it must not be
   * @throws EspalierException {@link ErrorCode#UNKNOWN_NAME} if the weights of that name are not
   *     published for the model; {@link ErrorCode#DOWNLOAD_FAILED}; what reading the file throws
   */
  public static @Nullable NamedWeights find(
      PluginRegistry registry,
      @Nullable String text,
      String model,
      boolean includeTop,
      Path folder,
      @Nullable DownloadSettings downloads) {
    if (text == null || text.equals(NONE)) {
      return null;
    }
    if (!isName(registry, text)) {
      return new NamedWeights(registry.readWeights(FileNames.path(text)), List.of(), null);
    }
    PretrainedWeights entry =
        PretrainedWeights.find(registry.pretrainedWeights(), text, model, includeTop);
    Path file = Downloads.require(entry.file(), folder, downloads);
    return new NamedWeights(
        entry.describe(registry.readWeights(file)),
        includeTop ? entry.classNames() : List.of(),
        entry);
  }

  /** Returns whether a text is the name of published weights, or none, rather than a file. */
  public static boolean isName(PluginRegistry registry, String text) {
    return text.equals(NONE)
        || registry.pretrainedWeights().stream().anyMatch(entry -> entry.name().equals(text));
  }

  /** Returns a model with the names of its classes, if they are known and fit. */
  public Model nameClasses(Model model) {
    return classNames.isEmpty() || !model.fitsOutput(classNames)
        ? model
        : model.withClassNames(classNames);
  }
}
