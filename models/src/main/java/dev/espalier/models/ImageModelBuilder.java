package dev.espalier.models;

import dev.espalier.activation.Activation;
import dev.espalier.data.CroppedResizing;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Shape;
import dev.espalier.layer.Add;
import dev.espalier.layer.Dense;
import dev.espalier.layer.Dropout;
import dev.espalier.layer.Input;
import dev.espalier.layer.LayerOutput;
import dev.espalier.layer.pooling.GlobalAveragePooling2D;
import dev.espalier.layer.pooling.GlobalMaxPooling2D;
import dev.espalier.model.Loading;
import dev.espalier.model.Model;
import dev.espalier.model.WeightNames;
import dev.espalier.model.WeightTransfer;
import dev.espalier.model.Weights;
import dev.espalier.plugin.ModelProvider;
import dev.espalier.plugin.ModelRequest;
import dev.espalier.plugin.PretrainedWeights;
import dev.espalier.weights.pretrained.Pretrained;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The settings that all families of models have in common, and what follows from them: the input,
 * the classifier or pooling, and the weights. Immutable: each method returns a changed copy.
 * Settings are checked together in {@link #build()}.
 *
 * <p>By default, a model has a softmax classifier for 1,000 classes, takes color images in the
 * variant's own size and starts from random weights. Pixels are 0 to 255; the model normalizes
 * them.
 *
 * @param <B> the type of the builder itself
 */
public abstract class ImageModelBuilder<B extends ImageModelBuilder<B>> {
  private static final String CLASSIFIER = "predictions";

  /** A recipe of timm, in the name of a model or file. */
  private static final Pattern CENTERED_RECIPE = Pattern.compile("[._-]ra4[._-]");

  static final int IMAGENET_CLASSES = 1000;

  final ImageModelSettings settings;

  /**
   * Creates a builder of a variant.
   *
   * @param name of the model
   * @param imageSize default height and width of images, in pixels
   * @param dropoutRate default rate of the dropout before the classifier
   * @param dropConnectRate default stochastic depth rate
   */
  protected ImageModelBuilder(
      String name, int imageSize, double dropoutRate, double dropConnectRate) {
    settings = new ImageModelSettings(name, imageSize, dropoutRate, dropConnectRate);
  }

  /** Creates a copy, for {@link #copy}. */
  protected ImageModelBuilder(B other) {
    settings = new ImageModelSettings(((ImageModelBuilder<?>) other).settings);
  }

  /** Returns a copy of this builder. */
  protected abstract B copy();

  /** Returns the stochastic depth rate of each block in order, for the rate that is set. */
  protected abstract List<Double> dropConnectRates(double rate);

  /**
   * Returns the names that other projects have for the weights of the model, by the name of the
   * project in lower case, such as {@code timm}.
   */
  public Map<String, WeightNames> weightNames() {
    return Map.of();
  }

  /** Returns the name of the variant in the catalogue of published weights. */
  protected abstract String pretrainedName();

  /**
   * Returns what a plugin contributes to offer this variant: a model of the name that it has in the
   * catalogue of published weights.
   *
   * @param description one line
   */
  public final ModelProvider provider(String description) {
    return new ImageModelProvider(pretrainedName(), description, this);
  }

  /** Builds the model with {@link #weights()}; see {@link #build()}. */
  protected abstract Model create();

  /**
   * Builds the model.
   *
   * @throws EspalierException {@link ErrorCode#INVALID_ARGUMENT} if a setting is out of range or
   *     contradicts another, {@link ErrorCode#MISSING_WEIGHTS}, {@link
   *     ErrorCode#WEIGHT_COUNT_MISMATCH} or {@link ErrorCode#WEIGHT_SHAPE_MISMATCH} if the weights
   *     belong to another model; {@link ErrorCode#UNKNOWN_NAME} if weights of the name are not
   *     published for the variant; {@link ErrorCode#DOWNLOAD_FAILED} if their file is missing and
   *     must not be downloaded
   */
  public final Model build() {
    Pretrained pretrained = settings.pretrained;
    if (pretrained == null) {
      return resizing(create());
    }
    PretrainedWeights entry = pretrained.of(pretrainedName(), settings.includeTop);
    if (settings.includeTop && settings.classes != entry.classes()) {
      throw otherClasses(entry.classes());
    }
    Model model = weights(pretrained.load(entry)).build();
    return settings.includeTop ? model.withClassNames(entry.classNames()) : model;
  }

  /** Weights may say how images are resized for them, as those of torchvision and timm do. */
  private Model resizing(Model model) {
    String rule = settings.weights.metadata().get(CroppedResizing.METADATA_KEY);
    return rule == null
        ? model
        : model.withInferenceSettings(
            model.inferenceSettings().withResizing(CroppedResizing.of(rule)));
  }

  /** Sets whether the model includes its classifier; without it, the model outputs feature maps. */
  public B includeTop(boolean include) {
    return with(changed -> changed.includeTop = include);
  }

  /** Sets the number of classes; used only with the classifier. */
  public B classes(int count) {
    return with(changed -> changed.classes = count);
  }

  /** Sets the global pooling of the feature maps; used only without the classifier. */
  public B pooling(Pooling kind) {
    return with(changed -> changed.pooling = kind);
  }

  /** Sets the activation of the classifier; LINEAR returns logits. */
  public B classifierActivation(Activation function) {
    return with(changed -> changed.classifierActivation = function);
  }

  /** Sets the shape of the images, in pixels and channels. */
  public B inputShape(int height, int width, int channels) {
    return with(
        changed -> {
          changed.height = height;
          changed.width = width;
          changed.channels = channels;
        });
  }

  /** Sets the height and width of the images, in pixels. */
  public B imageSize(int side) {
    return with(
        changed -> {
          changed.height = side;
          changed.width = side;
        });
  }

  /** Sets the number of channels of the images. */
  public B channels(int count) {
    return with(changed -> changed.channels = count);
  }

  /**
   * Sets the stochastic depth rate. In training, each block with a skip connection is skipped for a
   * random fraction of the samples, which increases linearly from 0 at the first block to about
   * {@code rate} at the last; 0 disables it.
   */
  public B dropConnectRate(double rate) {
    return with(changed -> changed.dropConnectRate = rate);
  }

  /** Sets the rate of the dropout before the classifier; 0 disables it. */
  public B dropoutRate(double rate) {
    return with(changed -> changed.dropoutRate = rate);
  }

  /**
   * Sets the initial weights. Weights of other projects are recognized by their names. Weights with
   * Keras' names are matched by name if their names are exactly those of the model's variables;
   * otherwise in order, as by {@link WeightTransfer#inOrder}.
   *
   * @throws EspalierException {@link ErrorCode#MISSING_WEIGHTS} if {@code start} is empty
   */
  public B weights(Weights start) {
    return weights(start, Loading.strict());
  }

  /**
   * Sets the initial weights except for layers that are skipped, which start untrained: {@code
   * Loading.skip("predictions")} takes weights with a classifier for other classes.
   *
   * @throws EspalierException {@link ErrorCode#MISSING_WEIGHTS} if {@code start} is empty
   */
  public B weights(Weights start, Loading loading) {
    if (start.isEmpty()) {
      String file = start.metadata().get(WeightTransfer.FILE_KEY);
      throw new EspalierException(
          ErrorCode.MISSING_WEIGHTS,
          (file == null ? "The set of weights" : "The file " + file) + " has no weights at all.",
          "Give weights of this model, or none to start from random weights.");
    }
    return with(
        changed -> {
          changed.weights = start;
          changed.loading = loading;
          changed.pretrained = null;
        });
  }

  /**
   * Sets published weights as the initial weights, such as {@link Pretrained#IMAGENET}; they are
   * read when the model is built. With the classifier, the model also has the names of the classes.
   */
  public B weights(Pretrained published) {
    return with(changed -> changed.pretrained = published);
  }

  /**
   * Sets the input normalization. By default, it is determined from the metadata of the weights,
   * then from the weights themselves, then from the variant.
   */
  public B inputNormalization(InputNormalization kind) {
    return with(changed -> changed.normalization = kind);
  }

  /** Sets the name of the model. */
  public B name(String modelName) {
    return with(changed -> changed.name = modelName);
  }

  /** Sets everything that a request for a model of a plugin contains except its options. */
  public B request(ModelRequest request) {
    B changed =
        with(
            settings -> {
              settings.includeTop = request.includeTop();
              settings.classifierActivation = request.classifierActivation();
              settings.channels = request.channels();
            });
    Weights weights = request.weights();
    Double rate = request.dropConnectRate();
    changed = request.imageSize() == 0 ? changed : changed.imageSize(request.imageSize());
    changed = request.classes() == 0 ? changed : changed.classes(request.classes());
    changed = weights == null ? changed : changed.weights(weights);
    return rate == null ? changed : changed.dropConnectRate(rate);
  }

  private B with(Consumer<ImageModelSettings> change) {
    B changed = copy();
    change.accept(((ImageModelBuilder<?>) changed).settings);
    return changed;
  }

  /** Returns the number of channels of the images. */
  protected final int channels() {
    return settings.channels;
  }

  /** Returns the initial weights, empty for random ones. */
  protected final Weights weights() {
    return settings.weights;
  }

  /**
   * Returns what the metadata of weights says about them: the project's name of the model and the
   * name of the file, in lower case.
   */
  protected static String description(Weights weights) {
    Map<String, String> facts = weights.metadata();
    return (facts.getOrDefault(WeightNames.ARCHITECTURE_KEY, "")
            + " "
            + facts.getOrDefault(WeightTransfer.FILE_KEY, ""))
        .strip()
        .toLowerCase(Locale.ROOT);
  }

  /** Returns whether the model includes its classifier. */
  protected final boolean includesTop() {
    return settings.includeTop;
  }

  /** Returns the stochastic depth rate of each block in order. */
  protected final List<Double> dropConnectRates() {
    return dropConnectRates(settings.dropConnectRate);
  }

  /** Returns what the dropout and the classifier get, from the mean of each feature map. */
  protected LayerOutput head(LayerOutput means) {
    return means;
  }

  /**
   * Returns the output of a model without classifier, from the last feature maps or what the
   * pooling made of them.
   */
  protected LayerOutput withoutTop(LayerOutput features) {
    return features;
  }

  /**
   * Returns the model with its classifier or pooling, and with its name.
   *
   * @param features connects all layers from the first one after the input to the last feature maps
   */
  protected final Model connect(UnaryOperator<LayerOutput> features) {
    ImageModelSettings wanted = settings;
    LayerOutput input = Input.named("input_layer", wanted.height, wanted.width, wanted.channels);
    LayerOutput x = features.apply(input);
    if (wanted.includeTop) {
      x = head(GlobalAveragePooling2D.create().named("avg_pool").on(x));
      if (wanted.dropoutRate > 0) {
        x = Dropout.of(wanted.dropoutRate).named("top_dropout").on(x);
      }
      x =
          Dense.of(wanted.classes)
              .activation(wanted.classifierActivation)
              .kernelInitializer(Blocks.CLASSIFIER)
              .named(CLASSIFIER)
              .on(x);
    } else if (wanted.pooling == Pooling.AVG) {
      x = withoutTop(GlobalAveragePooling2D.create().named("avg_pool").on(x));
    } else if (wanted.pooling == Pooling.MAX) {
      x = withoutTop(GlobalMaxPooling2D.create().named("max_pool").on(x));
    } else {
      x = withoutTop(x);
    }
    return Model.of(input, x).withName(wanted.name);
  }

  /**
   * Returns the model with the initial weights, or as it is if there are none.
   *
   * @param names the names of the project that the weights are from, or null for Keras' names
   */
  protected final Model withWeights(Model model, @Nullable WeightNames names) {
    if (settings.weights.isEmpty()) {
      return model;
    }
    if (names == null) {
      checkClasses(model, settings.weights);
      return WeightTransfer.exactlyOrInOrder(model, settings.weights, settings.loading).model();
    }
    Weights translated = names.translate(model, settings.weights, settings.loading);
    checkClasses(model, translated);
    return WeightTransfer.byName(model, translated, settings.loading).model();
  }

  /**
   * Returns images normalized by constants.
   *
   * @param kind {@link InputNormalization#IMAGENET}, {@link InputNormalization#ADVPROP} or {@link
   *     InputNormalization#CENTERED}
   */
  protected static LayerOutput normalized(LayerOutput images, InputNormalization kind) {
    return kind.constant(images);
  }

  /**
   * Adds the skip connection of a block, with stochastic depth: in training, the block's own branch
   * is dropped for a random fraction of the samples.
   *
   * @param prefix of the names of the layers {@code drop} and {@code add}
   * @param rate the fraction of the samples; 0 for no stochastic depth
   */
  protected static LayerOutput skipping(
      LayerOutput branch, LayerOutput shortcut, String prefix, double rate) {
    LayerOutput kept = branch;
    if (rate > 0) {
      kept = Dropout.of(rate).noiseShape(Shape.UNKNOWN, 1, 1, 1).named(prefix + "drop").on(branch);
    }
    return Add.create().named(prefix + "add").on(kept, shortcut);
  }

  /**
   * Returns the input normalization: the one that is set, or the one that the metadata of the
   * weights names, or the default.
   *
   * @param possible those that the architecture can have
   */
  protected final InputNormalization chooseNormalization(
      Set<InputNormalization> possible, InputNormalization byDefault) {
    String named = settings.weights.metadata().get(InputNormalization.METADATA_KEY);
    InputNormalization ofWeights = named == null ? byDefault : InputNormalization.named(named);
    InputNormalization chosen = settings.normalization == null ? ofWeights : settings.normalization;
    if (!settings.weights.isEmpty() && chosen.contradicts(ofWeights, named != null)) {
      throw invalid(
          "The weights were trained with the input normalization "
              + ofWeights
              + ", and "
              + settings.name
              + " is to have "
              + chosen
              + ", with which they would predict at random.",
          "Leave inputNormalization out (model.input-normalization in a configuration); pixels are"
              + " 0 to 255 in any case.");
    }
    if (!possible.contains(chosen)) {
      throw invalid(
          settings.name
              + " with "
              + settings.channels
              + " channels cannot have the input normalization "
              + chosen
              + ".",
          "It can have " + List.copyOf(EnumSet.copyOf(possible)) + ".");
    }
    return chosen;
  }

  /**
   * Returns the input normalization of an architecture that normalizes by constants, as {@link
   * #chooseNormalization}. The default is {@link InputNormalization#IMAGENET}, and {@link
   * InputNormalization#ADVPROP} for timm's weights of the recipe {@code ra4}; {@link
   * InputNormalization#CENTERED} for images that do not have three channels.
   */
  protected final InputNormalization chooseConstantNormalization() {
    Set<InputNormalization> possible =
        EnumSet.of(InputNormalization.ADVPROP, InputNormalization.CENTERED);
    if (settings.channels != 3) {
      return chooseNormalization(possible, InputNormalization.CENTERED);
    }
    possible.add(InputNormalization.IMAGENET);
    boolean centered = CENTERED_RECIPE.matcher(description(settings.weights)).find();
    return chooseNormalization(
        possible, centered ? InputNormalization.ADVPROP : InputNormalization.IMAGENET);
  }

  /** Checks the settings except the weights. */
  protected final void check() {
    settings.checkShape();
    checkRates();
  }

  private void checkRates() {
    if (!(settings.dropoutRate >= 0 && settings.dropoutRate < 1)) {
      throw invalid(
          "The dropout rate cannot be " + settings.dropoutRate + ".",
          "Give 0 or more and less than 1.");
    }
    double rate = settings.dropConnectRate;
    List<Double> rates = rate >= 0 ? dropConnectRates(rate) : List.of(rate);
    double last = rates.get(rates.size() - 1);
    if (!(rate >= 0 && rate < 1 && last < 1)) {
      throw invalid(
          "The drop-connect rate cannot be "
              + rate
              + (last == rate ? "." : ": the last block would get " + last + "."),
          "Give 0 or more, low enough that the rate of every block stays below 1.");
    }
  }

  private void checkClasses(Model model, Weights weights) {
    if (!settings.includeTop || settings.loading.skippedIn(model).test(CLASSIFIER)) {
      return;
    }
    Map<String, Map<String, HostArray>> layers = weights.byLayer();
    Map<String, HostArray> last = List.copyOf(layers.values()).get(layers.size() - 1);
    HostArray kernel = last.get("kernel");
    if (kernel != null
        && kernel.shape().rank() == 2
        && kernel.shape().size(1) != settings.classes) {
      throw otherClasses(kernel.shape().size(1));
    }
  }

  private EspalierException otherClasses(int classes) {
    return new EspalierException(
        ErrorCode.WEIGHT_SHAPE_MISMATCH,
        "The weights end in a classifier of "
            + classes
            + " classes, and "
            + settings.name
            + " is to have "
            + settings.classes
            + ".",
        "Build the model for that number of classes, or use weights without the"
            + " classifier, includeTop(false), and graft a new head.");
  }

  static EspalierException invalid(String problem, String remedy) {
    return new EspalierException(ErrorCode.INVALID_ARGUMENT, problem, remedy);
  }
}
