package dev.espalier.cli.run;

import dev.espalier.activation.Activation;
import dev.espalier.cli.bundled.BundledWeights;
import dev.espalier.cli.option.ModelOptions;
import dev.espalier.core.ModelFile;
import dev.espalier.core.PluginRegistry;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.error.FileNames;
import dev.espalier.error.NearestNames;
import dev.espalier.model.Graft;
import dev.espalier.model.Model;
import dev.espalier.model.Weights;
import dev.espalier.plugin.ModelProvider;
import dev.espalier.plugin.ModelRequest;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Finds or builds the model given by the options. */
public final class ModelSource {
  /** The origin of a model without given weights. */
  public static final String RANDOM = "random weights";

  private static final String FILE_ENDING = ".safetensors";

  /**
   * A model with its name and origin.
   *
   * @param name short enough for the name of a folder
   * @param origin description of where the weights come from
   * @param metadata metadata of its file
   */
  public record Loaded(
      Model model,
      List<String> classNames,
      String name,
      String origin,
      Map<String, String> metadata) {}

  private final PluginRegistry registry;
  private final ModelOptions options;

  public ModelSource(PluginRegistry registry, ModelOptions options) {
    this.registry = registry;
    this.options = options;
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
        whole.metadata());
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
    return new Loaded(read.model(), read.classNames(), read.model().name(), file, read.metadata());
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
    String origin = RANDOM;
    Weights weights = weights(name, includeTop);
    if (weights != null) {
      request = request.withWeights(weights);
      origin = String.valueOf(options.weights == null ? "bundled weights" : options.weights);
    }
    return new Loaded(provider.create(request), List.of(), name, origin, Map.of());
  }

  private ModelProvider find(String name) {
    List<String> known = registry.models().stream().map(ModelProvider::name).toList();
    if (!known.contains(name)) {
      EspalierException unknown =
          NearestNames.unknown(ErrorCode.UNKNOWN_NAME, "model", name, known);
      throw new EspalierException(
          unknown.code(),
          unknown.problem(),
          unknown.remedy() + " A model file ends in " + FILE_ENDING + ".");
    }
    return registry.model(name);
  }

  private @Nullable Weights weights(String name, boolean includeTop) {
    String wanted = options.weights;
    if (wanted == null) {
      return includeTop ? null : BundledWeights.of(name);
    }
    if (wanted.equals(ModelOptions.NO_WEIGHTS)) {
      return null;
    }
    return registry.readWeights(FileNames.path(wanted));
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
