package dev.espalier.model;

import dev.espalier.data.CroppedResizing;
import dev.espalier.data.Image;
import dev.espalier.data.ImageResizing;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.Size2d;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What belongs to a model besides its layers, so that an application gets the answers that were
 * validated: how images are brought to the input, and how scores are read. A model file contains
 * it. Immutable.
 *
 * @param imageSize size of the images that the model was trained with, if all had the same; such
 *     images are fed unchanged and resized by the model's program, all others are resized to the
 *     input before. Null if the sizes differed or are unknown. With {@code resizing}, it does not
 *     matter
 * @param temperature divisor of the logits, above 0; 1 leaves the scores as they are. See {@link
 *     #withTemperature}
 * @param threshold score from 0 to 1 above which a class of a multi-label model applies
 * @param unknownBelow an image whose best score is lower, from 0 to 1, belongs to none of the
 *     classes; 0 if each image has a class
 * @param resizing how images are brought to the input, or null to stretch them with bilinear
 *     interpolation, as Keras does
 */
public record InferenceSettings(
    @Nullable Size2d imageSize,
    double temperature,
    double threshold,
    double unknownBelow,
    @Nullable CroppedResizing resizing) {
  /** Checks the ranges. */
  public InferenceSettings {
    if (!(temperature > 0 && temperature < Double.POSITIVE_INFINITY)) {
      throw new EspalierException(
          ErrorCode.INVALID_ARGUMENT,
          "The temperature is " + temperature + ".",
          "Give a number above 0; 1 leaves the scores as they are.");
    }
    requireScore("threshold", threshold);
    requireScore("smallest known score", unknownBelow);
  }

  /** Returns settings of a model whose images are stretched. */
  public InferenceSettings(
      @Nullable Size2d imageSize, double temperature, double threshold, double unknownBelow) {
    this(imageSize, temperature, threshold, unknownBelow, null);
  }

  private static void requireScore(String what, double value) {
    if (!(value >= 0 && value <= 1)) {
      throw new EspalierException(
          ErrorCode.INVALID_ARGUMENT,
          "The " + what + " is " + value + ".",
          "Give a number from 0 to 1.");
    }
  }

  /** Returns the default settings, for a model that says nothing about them. */
  public static InferenceSettings defaults() {
    return new InferenceSettings(null, 1, 0.5, 0);
  }

  /** Returns these settings with another size of the training images. */
  public InferenceSettings withImageSize(@Nullable Size2d value) {
    return with(copy -> copy.imageSize = value);
  }

  /**
   * Returns these settings with another temperature: scores become softmax(logits / temperature),
   * or sigmoid(logits / temperature). Temperatures above 1 make an overconfident model more
   * cautious without changing which class is best. Source: Guo et al., On Calibration of Modern
   * Neural Networks, 2017.
   */
  public InferenceSettings withTemperature(double value) {
    return with(copy -> copy.temperature = value);
  }

  /** Returns these settings with another threshold. */
  public InferenceSettings withThreshold(double value) {
    return with(copy -> copy.threshold = value);
  }

  /** Returns these settings with another smallest score of known images. */
  public InferenceSettings withUnknownBelow(double value) {
    return with(copy -> copy.unknownBelow = value);
  }

  /**
   * Returns these settings with another way of bringing images to the input.
   *
   * @param value null to stretch them
   */
  public InferenceSettings withResizing(@Nullable CroppedResizing value) {
    return with(copy -> copy.resizing = value);
  }

  /**
   * Returns what of these settings concerns the input, for a model with the same input and another
   * output.
   */
  public InferenceSettings ofInput() {
    return defaults().withImageSize(imageSize).withResizing(resizing);
  }

  /** Returns an image in the size of the model's input. */
  public Image resize(Image image, int height, int width) {
    return resizing == null
        ? ImageResizing.bilinear(image, height, width)
        : resizing.apply(image, height, width);
  }

  private InferenceSettings with(Consumer<Copy> change) {
    Copy copy = new Copy(this);
    change.accept(copy);
    return new InferenceSettings(
        copy.imageSize, copy.temperature, copy.threshold, copy.unknownBelow, copy.resizing);
  }

  /** Changes only while {@link #with} makes a copy. */
  private static final class Copy {
    private @Nullable Size2d imageSize;
    private double temperature;
    private double threshold;
    private double unknownBelow;
    private @Nullable CroppedResizing resizing;

    Copy(InferenceSettings from) {
      imageSize = from.imageSize;
      temperature = from.temperature;
      threshold = from.threshold;
      unknownBelow = from.unknownBelow;
      resizing = from.resizing;
    }
  }
}
