package dev.espalier.models;

import dev.espalier.activation.Activation;
import dev.espalier.model.Loading;
import dev.espalier.model.Weights;
import dev.espalier.weights.pretrained.Pretrained;
import org.jspecify.annotations.Nullable;

/** The settings of an {@link ImageModelBuilder}. Mutable only while the builder makes a copy. */
final class ImageModelSettings {
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
}
