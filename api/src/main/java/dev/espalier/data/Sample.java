package dev.espalier.data;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.error.NearestNames;
import dev.espalier.graph.HostArray;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * An image with its labels. It has one class or, in a {@linkplain Target#multiHot() multi-label}
 * data set, any number of classes; named values, which are targets of another kind or additional
 * inputs of a model; and a weight. Immutable.
 *
 * @param image the image
 * @param labels indices into the class names of the data set, without duplicates; empty if the
 *     image shows none of the classes
 * @param values arrays of this sample by name, without the batch axis
 * @param weight weight of the sample in the loss, 0 or more; 1 by default
 */
public record Sample(
    Image image, List<Integer> labels, Map<String, HostArray> values, double weight) {
  /** The name of the value that is the target of a model with one output. */
  public static final String TARGET = "target";

  /** Copies the collections, and checks the weight and that no class is named twice. */
  public Sample {
    labels = List.copyOf(labels);
    values = values.isEmpty() ? Map.of() : Collections.unmodifiableMap(new TreeMap<>(values));
    if (labels.size() > 1 && labels.stream().distinct().count() < labels.size()) {
      throw new EspalierException(
          ErrorCode.INVALID_ARGUMENT,
          "A sample has a duplicate label: " + labels + ".",
          "Name each class once.");
    }
    if (!(weight >= 0) || Float.isInfinite((float) weight)) {
      throw new EspalierException(
          ErrorCode.INVALID_ARGUMENT,
          "A sample has the weight " + weight + ".",
          "Give a number of 0 or more; the default is 1.");
    }
  }

  /** Takes one class. */
  public Sample(Image image, int label) {
    this(image, List.of(label));
  }

  /** Takes any number of classes. */
  public Sample(Image image, List<Integer> labels) {
    this(image, labels, Map.of(), 1);
  }

  /** Returns a sample of no class, for targets that are numbers. */
  public static Sample of(Image image) {
    return new Sample(image, List.of());
  }

  /** Returns this sample with another image. */
  public Sample withImage(Image other) {
    return new Sample(other, labels, values, weight);
  }

  /** Returns this sample with other classes. */
  public Sample withLabels(List<Integer> others) {
    return new Sample(image, others, values, weight);
  }

  /**
   * Returns this sample with numbers under a name, instead of what stood there.
   *
   * @param name {@link #TARGET}, the name of an output of the model for its target, or the name of
   *     an input of the model beside the image
   * @param value without the batch
   */
  public Sample withValue(String name, HostArray value) {
    Map<String, HostArray> more = new TreeMap<>(values);
    more.put(name, value);
    return new Sample(image, labels, more, weight);
  }

  /** Returns this sample with another weight. */
  public Sample withWeight(double other) {
    return new Sample(image, labels, values, other);
  }

  /**
   * Returns numbers of this sample.
   *
   * @throws EspalierException {@code UNKNOWN_NAME} if it has none of that name
   */
  public HostArray value(String name) {
    HostArray value = values.get(name);
    if (value == null) {
      throw NearestNames.unknown(ErrorCode.UNKNOWN_NAME, "value", name, values.keySet());
    }
    return value;
  }

  /**
   * Returns the class of an image that has exactly one.
   *
   * @throws EspalierException {@code INVALID_ARGUMENT} if it has none or several
   */
  public int label() {
    return Labels.only(labels, "The sample");
  }
}
