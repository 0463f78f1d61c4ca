package dev.espalier.models;

import dev.espalier.activation.Activation;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Shape;
import dev.espalier.layer.Dense;
import dev.espalier.layer.Dropout;
import dev.espalier.layer.Input;
import dev.espalier.layer.LayerOutput;
import dev.espalier.layer.pooling.GlobalAveragePooling2D;
import dev.espalier.layer.pooling.GlobalMaxPooling2D;
import dev.espalier.model.Model;
import dev.espalier.model.WeightTransfer;
import dev.espalier.model.Weights;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Builds an {@link EfficientNet} or {@link EfficientNetV2}. Immutable: each method returns a
 * changed copy. Settings are checked together in {@link #build()}.
 *
 * <p>By default, a model has a softmax classifier for 1,000 classes, takes color images in the
 * variant's own size, uses Keras' stochastic depth rate and starts from random weights.
 */
public final class EfficientNetBuilder {
  private static final Logger log = LoggerFactory.getLogger(EfficientNetBuilder.class);
  private static final int SMALLEST_SIDE = 32;
  private static final int IMAGENET_CLASSES = 1000;

  private final Architecture architecture;
  private final Settings settings;

  EfficientNetBuilder(Architecture architecture) {
    this(architecture, new Settings(architecture));
  }

  private EfficientNetBuilder(Architecture architecture, Settings settings) {
    this.architecture = architecture;
    this.settings = settings;
  }

  /** Sets whether the model includes its classifier; without it, the model outputs feature maps. */
  public EfficientNetBuilder includeTop(boolean include) {
    return with(changed -> changed.includeTop = include);
  }

  /** Sets the number of classes; used only with the classifier. */
  public EfficientNetBuilder classes(int count) {
    return with(changed -> changed.classes = count);
  }

  /** Sets the global pooling of the feature maps; used only without the classifier. */
  public EfficientNetBuilder pooling(Pooling kind) {
    return with(changed -> changed.pooling = kind);
  }

  /** Sets the activation of the classifier; LINEAR returns logits. */
  public EfficientNetBuilder classifierActivation(Activation function) {
    return with(changed -> changed.classifierActivation = function);
  }

  /** Sets the shape of the images, in pixels and channels. */
  public EfficientNetBuilder inputShape(int height, int width, int channels) {
    return with(
        changed -> {
          changed.height = height;
          changed.width = width;
          changed.channels = channels;
        });
  }

  /** Sets the height and width of the images, in pixels. */
  public EfficientNetBuilder imageSize(int side) {
    return with(
        changed -> {
          changed.height = side;
          changed.width = side;
        });
  }

  /** Sets the number of channels of the images. */
  public EfficientNetBuilder channels(int count) {
    return with(changed -> changed.channels = count);
  }

  /**
   * Sets the stochastic depth rate. In training, each block with a skip connection is skipped for a
   * random fraction of the samples, which increases linearly from 0 at the first block to about
   * {@code rate} at the last; 0 disables it.
   */
  public EfficientNetBuilder dropConnectRate(double rate) {
    return with(changed -> changed.dropConnectRate = rate);
  }

  /** Sets the rate of the dropout before the classifier; 0 disables it. */
  public EfficientNetBuilder dropoutRate(double rate) {
    return with(changed -> changed.dropoutRate = rate);
  }

  /**
   * Sets the initial weights. Weights of timm, torchvision and other projects are recognized by
   * their names, see {@link #origin}. Keras' weights are matched by name if their names are exactly
   * those of the model's variables; otherwise in order, as by {@link WeightTransfer#inOrder}.
   *
   * @throws EspalierException {@link ErrorCode#MISSING_WEIGHTS} if {@code start} is empty
   */
  public EfficientNetBuilder weights(Weights start) {
    if (start.isEmpty()) {
      String file = start.metadata().get(WeightTransfer.FILE_KEY);
      throw new EspalierException(
          ErrorCode.MISSING_WEIGHTS,
          (file == null ? "The set of weights" : "The file " + file) + " has no weights at all.",
          "Give weights of this model, or none to start from random weights.");
    }
    return with(changed -> changed.weights = start);
  }

  /**
   * Sets the input normalization. By default, it is determined from the metadata of the weights,
   * then from their values (the published files of the first generation are recognized by their
   * variance), then from the variant.
   */
  public EfficientNetBuilder inputNormalization(InputNormalization kind) {
    return with(changed -> changed.normalization = kind);
  }

  /**
   * Sets the project that the weights are from, instead of recognizing it by their names. The
   * project also determines the padding of strided convolutions, epsilon and momentum of batch
   * normalization, and the input normalization, unless they are set. Without weights, this builds
   * the model that the project's weights belong to.
   */
  public EfficientNetBuilder origin(EfficientNetOrigin project) {
    return with(changed -> changed.origin = project);
  }

  /** Sets the padding of convolutions of stride 2; by default, that of the {@link #origin}. */
  public EfficientNetBuilder padding(StridedPadding kind) {
    return with(changed -> changed.padding = kind);
  }

  /** Sets the name of the model. */
  public EfficientNetBuilder name(String modelName) {
    return with(changed -> changed.name = modelName);
  }

  /**
   * Builds the model.
   *
   * @throws EspalierException {@link ErrorCode#INVALID_ARGUMENT} if a setting is out of range or
   *     contradicts another, {@link ErrorCode#WEIGHT_COUNT_MISMATCH} or {@link
   *     ErrorCode#WEIGHT_SHAPE_MISMATCH} if the weights belong to another model
   */
  public Model build() {
    checkShape();
    checkRates();
    EfficientNetOrigin origin = chooseOrigin();
    InputNormalization normalization = chooseNormalization(origin);
    checkPretrained(origin, normalization);
    Model model = connect(blocks(origin), normalization).withName(settings.name);
    if (!settings.weights.isEmpty()) {
      model = withWeights(model, origin);
    }
    return withStatistics(model, normalization, origin);
  }

  private EfficientNetOrigin chooseOrigin() {
    if (settings.origin != null) {
      return settings.origin;
    }
    return settings.weights.isEmpty()
        ? EfficientNetOrigin.KERAS
        : EfficientNetOrigin.of(settings.weights, architecture, settings.padding);
  }

  private Blocks blocks(EfficientNetOrigin origin) {
    return new Blocks(
        settings.padding == null ? origin.padding() : settings.padding,
        origin.momentum(architecture),
        origin.epsilon(architecture));
  }

  private Model withWeights(Model model, EfficientNetOrigin origin) {
    Weights weights = settings.weights;
    if (origin != EfficientNetOrigin.KERAS) {
      Weights translated =
          origin.names(architecture, weights, settings.includeTop).translate(model, weights);
      checkClasses(translated);
      return WeightTransfer.byName(model, translated).model();
    }
    checkClasses(weights);
    try {
      return WeightTransfer.exactlyOrInOrder(model, weights).model();
    } catch (EspalierException e) {
      throw e.code() == ErrorCode.WEIGHT_COUNT_MISMATCH
          ? ForeignWeights.explained(e, model, weights)
          : e;
    }
  }

  int imageSize() {
    return settings.height;
  }

  private Model connect(Blocks blocks, InputNormalization normalization) {
    Settings wanted = settings;
    LayerOutput input = Input.named("input_layer", wanted.height, wanted.width, wanted.channels);
    LayerOutput x = architecture.features(input, normalization, blocks, wanted.dropConnectRate);
    if (wanted.includeTop) {
      x = GlobalAveragePooling2D.create().named("avg_pool").on(x);
      if (wanted.dropoutRate > 0) {
        x = Dropout.of(wanted.dropoutRate).named("top_dropout").on(x);
      }
      x =
          Dense.of(wanted.classes)
              .activation(wanted.classifierActivation)
              .kernelInitializer(Blocks.CLASSIFIER)
              .named("predictions")
              .on(x);
    } else if (wanted.pooling == Pooling.AVG) {
      x = GlobalAveragePooling2D.create().named("avg_pool").on(x);
    } else if (wanted.pooling == Pooling.MAX) {
      x = GlobalMaxPooling2D.create().named("max_pool").on(x);
    }
    return Model.of(input, x);
  }

  private InputNormalization chooseNormalization(EfficientNetOrigin origin) {
    Set<InputNormalization> possible = architecture.normalizations(settings.channels);
    InputNormalization chosen = settings.normalization;
    String named = settings.weights.metadata().get(InputNormalization.METADATA_KEY);
    if (chosen == null && named != null) {
      chosen =
          Arrays.stream(InputNormalization.values())
              .filter(kind -> kind.name().equals(named))
              .findFirst()
              .orElseThrow(
                  () ->
                      invalid(
                          "The weights name the input normalization \"" + named + "\".",
                          "Known are " + List.of(InputNormalization.values()) + "."));
    }
    if (chosen == null) {
      chosen = origin.normalization(settings.weights, architecture, settings.channels);
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

  private void checkShape() {
    if (settings.channels < 1) {
      throw invalid(
          "Images cannot have " + settings.channels + " channels.",
          "Give 3 for colour, 1 for greyscale, or another positive number.");
    }
    if (settings.height < SMALLEST_SIDE || settings.width < SMALLEST_SIDE) {
      throw invalid(
          settings.name
              + " cannot take images of "
              + settings.height
              + "x"
              + settings.width
              + " pixels.",
          "Both sides must be known and at least 32x32, since it halves them five times; enlarge"
              + " the images.");
    }
    if (settings.includeTop && settings.classes < 1) {
      throw invalid(
          "A classifier cannot have " + settings.classes + " classes.", "Give 1 or more.");
    }
    if (settings.channels != 1 && settings.channels != 3) {
      log.warn(
          "{} is built for images with {} channels; usual numbers are 1 and 3.",
          settings.name,
          settings.channels);
    }
  }

  private void checkRates() {
    if (!(settings.dropoutRate >= 0 && settings.dropoutRate < 1)) {
      throw invalid(
          "The dropout rate cannot be " + settings.dropoutRate + ".",
          "Give 0 or more and less than 1.");
    }
    double rate = settings.dropConnectRate;
    List<Double> rates = rate >= 0 ? architecture.dropConnectRates(rate) : List.of(rate);
    double last = rates.get(rates.size() - 1);
    if (!(rate >= 0 && rate < 1 && last < 1)) {
      throw invalid(
          "The drop-connect rate cannot be "
              + rate
              + (last == rate ? "." : ": the last block would get " + last + "."),
          "Give 0 or more, low enough that the rate of every block stays below 1.");
    }
  }

  /**
   * Checks the requirements of the published weights, which were trained on ImageNet's 1,000
   * classes.
   */
  private void checkPretrained(EfficientNetOrigin origin, InputNormalization normalization) {
    if (settings.weights.isEmpty()) {
      return;
    }
    if (settings.includeTop
        && settings.classifierActivation != Activation.SOFTMAX
        && settings.classifierActivation != Activation.LINEAR) {
      throw invalid(
          "A classifier with pretrained weights cannot have the activation "
              + Activation.keyword(settings.classifierActivation)
              + ".",
          "Use softmax, or linear for logits.");
    }
    boolean published =
        normalization == InputNormalization.IMAGENET
            || normalization == InputNormalization.IMAGENET_TF23;
    if (published
        && origin == EfficientNetOrigin.KERAS
        && architecture instanceof FirstGeneration
        && settings.includeTop
        && settings.classes == IMAGENET_CLASSES
        && (settings.height != architecture.imageSize()
            || settings.width != architecture.imageSize())) {
      throw invalid(
          "ImageNet's classifier of "
              + settings.name
              + " takes images of "
              + architecture.imageSize()
              + "x"
              + architecture.imageSize()
              + " pixels, not "
              + settings.height
              + "x"
              + settings.width
              + ".",
          "Use that size, or omit the classifier with includeTop(false).");
    }
  }

  private void checkClasses(Weights weights) {
    if (!settings.includeTop) {
      return;
    }
    Map<String, Map<String, HostArray>> layers = weights.byLayer();
    Map<String, HostArray> last = List.copyOf(layers.values()).get(layers.size() - 1);
    HostArray kernel = last.get("kernel");
    if (kernel != null
        && kernel.shape().rank() == 2
        && kernel.shape().size(1) != settings.classes) {
      throw new EspalierException(
          ErrorCode.WEIGHT_SHAPE_MISMATCH,
          "The weights end in a classifier of "
              + kernel.shape().size(1)
              + " classes, and "
              + settings.name
              + " is to have "
              + settings.classes
              + ".",
          "Build the model for that number of classes, or use weights without the"
              + " classifier, includeTop(false), and graft a new head.");
    }
  }

  /** Sets mean and variance of the input normalization where the weights do not contain them. */
  private Model withStatistics(
      Model model, InputNormalization normalization, EfficientNetOrigin origin) {
    if (!(architecture instanceof FirstGeneration)) {
      return model;
    }
    return switch (normalization) {
      case ADVPROP -> withStatistics(model, List.of(0.5, 0.5, 0.5), List.of(0.25, 0.25, 0.25));
      case IMAGENET, IMAGENET_TF23 ->
          settings.weights.isEmpty() || origin != EfficientNetOrigin.KERAS
              ? withStatistics(model, FirstGeneration.MEAN, FirstGeneration.STANDARD_DEVIATION)
              : model;
      case UNADAPTED, CENTERED -> model;
    };
  }

  private Model withStatistics(Model model, List<Double> mean, List<Double> variance) {
    Map<String, HostArray> values = new LinkedHashMap<>();
    values.put("normalization/mean", perChannel(mean));
    values.put("normalization/variance", perChannel(variance));
    values.put("normalization/count", HostArray.scalar(0));
    return model.withMatchingWeights(Weights.of(values));
  }

  private HostArray perChannel(List<Double> values) {
    float[] array = new float[settings.channels];
    for (int i = 0; i < array.length; i++) {
      array[i] = values.get(Math.min(i, values.size() - 1)).floatValue();
    }
    return HostArray.wrap(Shape.of(array.length), array);
  }

  private static EspalierException invalid(String problem, String remedy) {
    return new EspalierException(ErrorCode.INVALID_ARGUMENT, problem, remedy);
  }

  private EfficientNetBuilder with(Consumer<Settings> change) {
    Settings changed = new Settings(settings);
    change.accept(changed);
    return new EfficientNetBuilder(architecture, changed);
  }

  /** Mutable only while {@link #with} makes a copy. */
  private static final class Settings {
    private String name;
    private boolean includeTop = true;
    private int classes = IMAGENET_CLASSES;
    private Pooling pooling = Pooling.NONE;
    private Activation classifierActivation = Activation.SOFTMAX;
    private int height;
    private int width;
    private int channels = 3;
    private double dropConnectRate = 0.2;
    private double dropoutRate;
    private Weights weights = Weights.empty();
    private @Nullable InputNormalization normalization;
    private @Nullable EfficientNetOrigin origin;
    private @Nullable StridedPadding padding;

    Settings(Architecture architecture) {
      name = architecture.name();
      height = architecture.imageSize();
      width = architecture.imageSize();
      dropoutRate = architecture.dropoutRate();
    }

    Settings(Settings other) {
      name = other.name;
      includeTop = other.includeTop;
      classes = other.classes;
      pooling = other.pooling;
      classifierActivation = other.classifierActivation;
      height = other.height;
      width = other.width;
      channels = other.channels;
      dropConnectRate = other.dropConnectRate;
      dropoutRate = other.dropoutRate;
      weights = other.weights;
      normalization = other.normalization;
      origin = other.origin;
      padding = other.padding;
    }
  }
}
