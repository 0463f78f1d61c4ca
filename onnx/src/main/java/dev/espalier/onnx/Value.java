package dev.espalier.onnx;

import dev.espalier.graph.HostArray;
import dev.espalier.graph.TensorType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A tensor of the program in the file. Images are {@code [batch, height, width, channels]} in
 * programs and {@code [batch, channels, height, width]} in operations of ONNX; a value has a name
 * in either order, or in both once it was transposed. A constant has no name until it is used. Not
 * thread-safe.
 */
final class Value {
  private final TensorType type;
  private final @Nullable HostArray constant;
  private final @Nullable String hint;
  @Nullable String plain;
  @Nullable String channelsFirst;
  @Nullable OnnxNode producer;
  @Nullable Padded padded;

  /** The same images in another order, where they have no name in that of the program yet. */
  @Nullable PixelRows rows;

  /** Images of one pixel with the same elements, where this is a matrix. */
  @Nullable Value onePixel;

  /** Images with zeros around them, for a convolution that can pad by itself. */
  record Padded(Value images, List<Integer> before, List<Integer> after) {}

  private Value(TensorType type, @Nullable HostArray constant, @Nullable String hint) {
    this.type = type;
    this.constant = constant;
    this.hint = hint;
  }

  /** Returns the value of an operation, in the order of the program. */
  static Value plain(TensorType type, String name) {
    Value value = new Value(type, null, null);
    value.plain = name;
    return value;
  }

  /** Returns images with the channels first; the type is that of the program. */
  static Value channelsFirst(TensorType type, String name) {
    Value value = new Value(type, null, null);
    value.channelsFirst = name;
    return value;
  }

  /** Returns images whose pixels stand beside each other; the type is that of the program. */
  static Value rows(TensorType type, PixelRows rows) {
    Value value = new Value(type, null, null);
    value.rows = rows;
    return value;
  }

  /** Returns a constant. */
  static Value constant(HostArray array, String hint) {
    return new Value(array.type(), array, hint);
  }

  /** Returns the type in the program, with the axes in its order. */
  TensorType type() {
    return type;
  }

  int rank() {
    return type.shape().rank();
  }

  /** Returns the elements of a constant, or null for what is computed. */
  @Nullable HostArray constant() {
    return constant;
  }

  /** Returns how to name a constant. */
  String hint() {
    return hint == null ? "constant" : hint;
  }

  /** Returns whether these are images with the channels first, and not in the program's order. */
  boolean isChannelsFirst() {
    return channelsFirst != null && plain == null;
  }

  /** Returns whether these are images of one pixel, whose elements are in the same order anyway. */
  boolean isOnePixel() {
    return rank() == 4 && type.shape().size(1) == 1 && type.shape().size(2) == 1;
  }
}
