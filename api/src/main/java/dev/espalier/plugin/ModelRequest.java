package dev.espalier.plugin;

import dev.espalier.model.Weights;
import dev.espalier.option.OptionValues;
import org.jspecify.annotations.Nullable;

/**
 * What is asked of a {@link ModelProvider}. Immutable.
 *
 * @param imageSize height and width of the images in pixels, 0 for the model's own
 * @param channels 3 for colour, 1 for grey
 * @param includeTop whether the model ends in its classifier, not in feature maps
 * @param classes of the classifier, 0 for the model's own number
 * @param weights to start from, or null for random ones
 * @param dropConnectRate of the last residual block, or null for the model's own
 * @param options of the model, checked against {@link ModelProvider#options()}
 */
public record ModelRequest(
    int imageSize,
    int channels,
    boolean includeTop,
    int classes,
    @Nullable Weights weights,
    @Nullable Double dropConnectRate,
    OptionValues options) {

  /**
   * Returns a request for a model with its classifier, with everything else as the model has it.
   */
  public static ModelRequest defaults() {
    return new ModelRequest(0, 3, true, 0, null, null, OptionValues.none());
  }

  /** Returns this request for another image size. */
  public ModelRequest withImageSize(int size) {
    return new ModelRequest(size, channels, includeTop, classes, weights, dropConnectRate, options);
  }

  /** Returns this request for another number of channels. */
  public ModelRequest withChannels(int count) {
    return new ModelRequest(
        imageSize, count, includeTop, classes, weights, dropConnectRate, options);
  }

  /** Returns this request with or without the classifier. */
  public ModelRequest withIncludeTop(boolean include) {
    return new ModelRequest(
        imageSize, channels, include, classes, weights, dropConnectRate, options);
  }

  /** Returns this request for another number of classes. */
  public ModelRequest withClasses(int count) {
    return new ModelRequest(
        imageSize, channels, includeTop, count, weights, dropConnectRate, options);
  }

  /** Returns this request with weights to start from. */
  public ModelRequest withWeights(@Nullable Weights start) {
    return new ModelRequest(
        imageSize, channels, includeTop, classes, start, dropConnectRate, options);
  }

  /** Returns this request with another rate of stochastic depth. */
  public ModelRequest withDropConnectRate(@Nullable Double rate) {
    return new ModelRequest(imageSize, channels, includeTop, classes, weights, rate, options);
  }

  /** Returns this request with options of the model. */
  public ModelRequest withOptions(OptionValues values) {
    return new ModelRequest(
        imageSize, channels, includeTop, classes, weights, dropConnectRate, values);
  }
}
