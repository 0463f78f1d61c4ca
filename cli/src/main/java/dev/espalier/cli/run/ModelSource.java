package dev.espalier.cli.run;

import dev.espalier.activation.Activation;
import dev.espalier.cli.bundled.BundledWeights;
import dev.espalier.cli.option.ModelOptions;
import dev.espalier.cli.text.DownloadProgress;
import dev.espalier.core.ModelFile;
import dev.espalier.core.NamedWeights;
import dev.espalier.core.PluginRegistry;
import dev.espalier.download.DownloadSettings;
import dev.espalier.download.Downloads;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.error.FileNames;
import dev.espalier.error.NearestNames;
import dev.espalier.model.Graft;
import dev.espalier.model.Model;
import dev.espalier.model.Weights;
import dev.espalier.plugin.ModelProvider;
import dev.espalier.plugin.ModelRequest;
import dev.espalier.plugin.PretrainedWeights;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Finds or builds the model given by the options. */
public final class ModelSource {
  /** The origin of a model without given weights. */
  public static final String RANDOM = "random weights";

  /**
   * A model with its name and origin.
   *
   * @param name short enough for the name of a folder
   * @param origin description of where the weights come from
   * @param metadata metadata of its file
   * @param published what is known of its weights if they are published ones, or null
   */
  public record Loaded(
      Model model,
      List<String> classNames,
      String name,
      String origin,
      Map<String, String> metadata,
      @Nullable PretrainedWeights published) {}

  private final PluginRegistry registry;
  private final ModelOptions options;
  private final PrintWriter err;
  private final @Nullable Weights read;

  /**
   * Looks for a model.
   *
   * @param err where the progress of a download is printed
   */
  public ModelSource(PluginRegistry registry, ModelOptions options, PrintWriter err) {
    this(registry, options, err, null);
  }

  /**
   * Looks for a model.
   *
   * @param err where the progress of a download is printed
   * @param read the weights that the options name if they have been read already, or null
   */
  public ModelSource(
      PluginRegistry registry, ModelOptions options, PrintWriter err, @Nullable Weights read) {
    this.registry = registry;
    this.options = options;
    this.err = err;
    this.read = read;
  }

  /** Returns whether the model is given as a file rather than by name. */
  public boolean isFile() {
    return ModelFile.isMeantBy(required());
  }

  /**
   * Returns the model with its classifier.
   *
   * @param classes number of classes of a model given by name, 0 for the default
   * @param activation activation of the classifier of a model given by name
   */
  public Loaded complete(int classes, Activation activation) {
    if (isFile()) {
      return ofFile();
    }
    Integer wanted = options.classes;
    return ofName(true, wanted == null ? classes : wanted, activation);
  }

  /** Returns the model without its classifier, to add another one. */
  public Loaded base() {
    if (!isFile()) {
      return ofName(false, 0, Activation.SOFTMAX);
    }
    Loaded whole = ofFile();
    return new Loaded(
        Graft.withoutClassifier(whole.model()),
        List.of(),
        whole.name(),
        whole.origin(),
        whole.metadata(),
        null);
  }

  private Loaded ofFile() {
    String file = required();
    refuse("--weights", options.weights);
    refuse("--drop-connect-rate", options.dropConnectRate);
    ModelFile read = ModelFile.read(FileNames.path(file), registry);
    Integer size = options.imageSize;
    List<Integer> shape = read.model().input().shape().withoutBatch().sizes();
    if (size != null && !(shape.get(0).equals(size) && shape.get(1).equals(size))) {
      throw new EspalierException(
          ErrorCode.INVALID_OPTION,
          "The model in "
              + file
              + " takes images of "
              + shape.get(0)
              + "x"
              + shape.get(1)
              + " pixels, not "
              + size
              + "x"
              + size
              + ".",
          "Leave --image-size out; images of other sizes are resized.");
    }
    Integer classes = options.classes;
    if (classes != null && classes != read.model().output().shape().size(-1)) {
      throw new EspalierException(
          ErrorCode.INVALID_OPTION,
          "The model in "
              + file
              + " has "
              + read.model().output().shape().size(-1)
              + " classes, not "
              + classes
              + ".",
          "Leave --classes out.");
    }
    Model model = options.resizing(read.model());
    return new Loaded(model, read.classNames(), model.name(), file, read.metadata(), null);
  }

  private void refuse(String option, @Nullable Object value) {
    if (value != null) {
      throw new EspalierException(
          ErrorCode.INVALID_OPTION,
          option + " does not go with a model file: " + required() + " has its own.",
          "Leave " + option + " out, or give a model by name.");
    }
  }

  private Loaded ofName(boolean includeTop, int classes, Activation activation) {
    String name = required();
    ModelProvider provider = find(name);
    ModelRequest request =
        ModelRequest.defaults()
            .withIncludeTop(includeTop)
            .withClasses(classes)
            .withClassifierActivation(activation)
            .withDropConnectRate(options.dropConnectRate)
            .withOptions(options.options);
    Integer size = options.imageSize;
    if (size != null) {
      request = request.withImageSize(size);
    }
    NamedWeights published =
        read != null
            ? new NamedWeights(read, List.of(), null)
            : NamedWeights.find(
                registry,
                options.weights,
                name,
                includeTop,
                Downloads.weightsFolder(System.getenv()),
                downloads());
    Weights bundled = options.weights == null && !includeTop ? BundledWeights.of(name) : null;
    String origin = RANDOM;
    if (published != null) {
      request = request.withWeights(published.weights());
      origin = String.valueOf(options.weights);
    } else if (bundled != null) {
      request = request.withWeights(bundled);
      origin = "bundled weights";
    }
    Model model = provider.create(request);
    if (published != null && includeTop) {
      model = published.nameClasses(model);
    }
    return new Loaded(
        options.resizing(model),
        model.classNames(),
        name,
        origin,
        Map.of(),
        published == null ? null : published.published());
  }

  private @Nullable DownloadSettings downloads() {
    DownloadSettings downloads = options.downloads;
    return downloads == null ? null : downloads.progress(new DownloadProgress(err)::at);
  }

  private ModelProvider find(String name) {
    List<String> known = registry.models().stream().map(ModelProvider::name).toList();
    if (!known.contains(name)) {
      EspalierException unknown =
          NearestNames.unknown(ErrorCode.UNKNOWN_NAME, "model", name, known);
      throw new EspalierException(
          unknown.code(),
          unknown.problem(),
          unknown.remedy() + " A model file ends in .safetensors, .keras or .h5.");
    }
    return registry.model(name);
  }

  private String required() {
    String model = options.model;
    if (model == null) {
      throw new EspalierException(
          ErrorCode.INVALID_OPTION,
          "No model was given.",
          "Add --model with a name or a model file; the names are in --help.");
    }
    return model;
  }
}
