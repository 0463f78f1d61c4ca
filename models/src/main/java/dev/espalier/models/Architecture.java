package dev.espalier.models;

import dev.espalier.layer.LayerOutput;
import dev.espalier.model.Weights;
import java.util.List;
import java.util.Set;

/** What the generations of EfficientNet do in their own way. */
interface Architecture {
  /** Returns Keras' name of the model. */
  String name();

  /** Returns the side of the images it was made for. */
  int imageSize();

  /** Returns the rate of the dropout before the classifier. */
  double dropoutRate();

  /** Returns the normalizations it can have for images with that many channels. */
  Set<InputNormalization> normalizations(int channels);

  /**
   * Returns the normalization that fits weights which do not name theirs.
   *
   * @param weights empty for random ones
   */
  InputNormalization normalizationFor(Weights weights, int channels);

  /** Returns the rate of stochastic depth of each block, skipped or not, in order. */
  List<Double> dropConnectRates(double rate);

  /** Connects everything from the first layer after the input to the last feature maps. */
  LayerOutput features(
      LayerOutput images, InputNormalization normalization, double dropConnectRate);
}
