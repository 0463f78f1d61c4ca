package dev.espalier.onnx;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Options of an export. Immutable.
 *
 * @param input what the exported model takes as images
 * @param weights how it stores its weights; ignored by what {@code quantization} makes integers
 * @param quantization how convolutions and matrix products are computed with integers of 8 bits, or
 *     null for single precision
 * @param metadata additional entries for the metadata of the file, by name
 */
public record OnnxOptions(
    OnnxInput input,
    OnnxWeights weights,
    @Nullable Quantization quantization,
    Map<String, String> metadata) {
  /** Copies the map. */
  public OnnxOptions {
    metadata = Collections.unmodifiableMap(new TreeMap<>(metadata));
  }

  /** Returns the defaults: pixels as input, weights in single precision, no additional metadata. */
  public static OnnxOptions defaults() {
    return new OnnxOptions(OnnxInput.UINT8, OnnxWeights.FLOAT32, null, Map.of());
  }

  /** Returns these options with another input. */
  public OnnxOptions input(OnnxInput other) {
    return new OnnxOptions(other, weights, quantization, metadata);
  }

  /** Returns these options with weights stored in another way. */
  public OnnxOptions weights(OnnxWeights other) {
    return new OnnxOptions(input, other, quantization, metadata);
  }

  /** Returns these options with convolutions and matrix products in integers of 8 bits. */
  public OnnxOptions quantization(Quantization ranges) {
    return new OnnxOptions(input, weights, ranges, metadata);
  }

  /** Returns these options with other additional metadata. */
  public OnnxOptions metadata(Map<String, String> other) {
    return new OnnxOptions(input, weights, quantization, other);
  }
}
