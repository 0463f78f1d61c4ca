package dev.espalier.models;

import dev.espalier.activation.Activation;
import dev.espalier.model.Loading;
import dev.espalier.model.Weights;
import dev.espalier.weights.pretrained.Pretrained;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The settings of an {@link ImageModelBuilder}. Mutable only while the builder makes a copy. */
final class ImageModelSettings {
  private static final Logger log = LoggerFactory.getLogger(ImageModelSettings.class);
  private static final int SMALLEST_SIDE = 32;

  String name;
  boolean includeTop = true;
  int classes = ImageModelBuilder.IMAGENET_CLASSES;
  Pooling pooling = Pooling.NONE;
  Activation classifierActivation = Activation.SOFTMAX;
  int height;
  int width;
  int channels = 3;
  double dropConnectRate;
  double dropoutRate;
  Weights weights = Weights.empty();
  Loading loading = Loading.strict();
  @Nullable Pretrained pretrained;
  @Nullable InputNormalization normalization;

  ImageModelSettings(String name, int imageSize, double dropoutRate, double dropConnectRate) {
    this.name = name;
    this.height = imageSize;
    this.width = imageSize;
    this.dropoutRate = dropoutRate;
    this.dropConnectRate = dropConnectRate;
  }

  ImageModelSettings(ImageModelSettings other) {
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
    loading = other.loading;
    pretrained = other.pretrained;
    normalization = other.normalization;
  }

  /** Checks the shape of the images and the number of classes. */
  void checkShape() {
    if (channels < 1) {
      throw ImageModelBuilder.invalid(
          "Images cannot have " + channels + " channels.",
          "Give 3 for color, 1 for grayscale, or another positive number.");
    }
    if (height < SMALLEST_SIDE || width < SMALLEST_SIDE) {
      throw ImageModelBuilder.invalid(
          name + " cannot take images of " + height + "x" + width + " pixels.",
          "Both sides must be known and at least 32x32, since it halves them five times; enlarge"
              + " the images.");
    }
    if (includeTop && classes < 1) {
      throw ImageModelBuilder.invalid(
          "A classifier cannot have " + classes + " classes.", "Give 1 or more.");
    }
    if (channels != 1 && channels != 3) {
      log.warn(
          "{} is built for images with {} channels; usual numbers are 1 and 3.", name, channels);
    }
  }
}
