package dev.espalier.plugin;

import dev.espalier.activation.Activation;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.model.Weights;
import dev.espalier.option.OptionValues;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Request to a {@link ModelProvider}. Immutable.
 *
 * @param imageSize height and width of the images in pixels, 0 for the model's default
 * @param channels number of channels: 3 for color, 1 for grayscale
 * @param includeTop whether the model includes its classifier; otherwise it ends in feature maps
 * @param classes number of classes, 0 for the model's default
 * @param classifierActivation activation of the classifier: softmax for single-label data, sigmoid
 *     for multi-label data, linear for logits
 * @param weights initial weights, or null for random ones
 * @param dropConnectRate stochastic depth rate of the last residual block, or null for the model's
 *     default
 * @param options options of the model, checked against {@link ModelProvider#options()}
 */
public record ModelRequest(
    int imageSize,
    int channels,
    boolean includeTop,
    int classes,
    Activation classifierActivation,
    @Nullable Weights weights,
    @Nullable Double dropConnectRate,
    OptionValues options) {
  /** Checks the ranges. */
  public ModelRequest {
    boolean rate = dropConnectRate == null || (dropConnectRate >= 0 && dropConnectRate < 1);
    if (imageSize < 0 || channels < 1 || classes < 0 || !rate) {
      throw new EspalierException(
          ErrorCode.INVALID_ARGUMENT,
          "No model has images of "
              + imageSize
              + " pixels with "
              + channels
              + " channels, "
              + classes
              + " classes and a drop connect rate of "
              + dropConnectRate
              + ".",
          "Give 0 for the model's default; the rate must be from 0 to below 1.");
    }
  }

  /**
   * Returns a request for a model with its classifier, with everything else as the model has it.
   */
  public static ModelRequest defaults() {
    return new ModelRequest(0, 3, true, 0, Activation.SOFTMAX, null, null, OptionValues.none());
  }

  /** Returns this request for another image size. */
  public ModelRequest withImageSize(int size) {
    return with(changed -> changed.imageSize = size);
  }

  /** Returns this request for another number of channels. */
  public ModelRequest withChannels(int count) {
    return with(changed -> changed.channels = count);
  }

  /** Returns this request with or without the classifier. */
  public ModelRequest withIncludeTop(boolean include) {
    return with(changed -> changed.includeTop = include);
  }

  /** Returns this request for another number of classes. */
  public ModelRequest withClasses(int count) {
    return with(changed -> changed.classes = count);
  }

  /** Returns this request with another last function of the classifier. */
  public ModelRequest withClassifierActivation(Activation activation) {
    return with(changed -> changed.classifierActivation = activation);
  }

  /** Returns this request with weights to start from. */
  public ModelRequest withWeights(@Nullable Weights start) {
    return with(changed -> changed.weights = start);
  }

  /** Returns this request with another rate of stochastic depth. */
  public ModelRequest withDropConnectRate(@Nullable Double rate) {
    return with(changed -> changed.dropConnectRate = rate);
  }

  /** Returns this request with options of the model. */
  public ModelRequest withOptions(OptionValues values) {
    return with(changed -> changed.options = values);
  }

  private ModelRequest with(Consumer<Copy> change) {
    Copy changed = new Copy(this);
    change.accept(changed);
    return changed.toRequest();
  }

  /** Changes only while {@link #with} makes a copy. */
  private static final class Copy {
    private int imageSize;
    private int channels;
    private boolean includeTop;
    private int classes;
    private Activation classifierActivation;
    private @Nullable Weights weights;
    private @Nullable Double dropConnectRate;
    private OptionValues options;

    Copy(ModelRequest request) {
      imageSize = request.imageSize;
      channels = request.channels;
      includeTop = request.includeTop;
      classes = request.classes;
      classifierActivation = request.classifierActivation;
      weights = request.weights;
      dropConnectRate = request.dropConnectRate;
      options = request.options;
    }

    ModelRequest toRequest() {
      return new ModelRequest(
          imageSize,
          channels,
          includeTop,
          classes,
          classifierActivation,
          weights,
          dropConnectRate,
          options);
    }
  }
}
