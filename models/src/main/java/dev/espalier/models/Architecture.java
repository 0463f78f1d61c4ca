package dev.espalier.models;

import dev.espalier.activation.Activation;
import dev.espalier.layer.LayerOutput;
import dev.espalier.model.Weights;
import java.util.List;
import java.util.Set;

/** The differences between the generations of EfficientNet. */
interface Architecture {
  /** Returns Keras' name of the model. */
  String name();

  /** Returns the default height and width of images, in pixels. */
  int imageSize();

  /** Returns the rate of the dropout before the classifier. */
  double dropoutRate();

  /** Returns the momentum of batch normalization in Keras. */
  double momentum();

  /** Returns the stages before scaling, in order. */
  List<Stage> stages();

  /** Returns the number of blocks of a stage after scaling, by the stage's position from 0. */
  int repeats(int stage);

  /** Returns the activation of all layers but the gates and the classifier. */
  default Activation activation() {
    return Activation.SWISH;
  }

  /** Returns whether blocks of mobile stages have squeeze and excitation. */
  default boolean squeezes() {
    return true;
  }

  /** Returns the supported normalizations for images with a number of channels. */
  Set<InputNormalization> normalizations(int channels);

  /**
   * Returns the normalization for weights whose metadata does not name one.
   *
   * @param weights empty for random weights
   */
  InputNormalization normalizationFor(Weights weights, int channels);

  /**
   * Returns the stochastic depth rate of each block in order, including blocks without a skip
   * connection.
   */
  List<Double> dropConnectRates(double rate);

  /**
   * Connects all layers from the first one after the input to the last feature maps.
   *
   * @param blocks creates the building blocks
   */
  LayerOutput features(
      LayerOutput images, InputNormalization normalization, Blocks blocks, double dropConnectRate);
}
