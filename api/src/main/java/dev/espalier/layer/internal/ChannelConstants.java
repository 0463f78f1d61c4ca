package dev.espalier.layer.internal;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Shape;
import dev.espalier.graph.Tensor;
import java.util.List;

/** Numbers that are given once for all channels or for each channel. */
public final class ChannelConstants {
  private ChannelConstants() {}

  /**
   * Returns one number, or one for each channel of {@code x}. It must never change the shape of
   * {@code x} by broadcasting, so that a model for grey images cannot be given three channels
   * unnoticed.
   */
  public static Tensor of(Ops ops, String what, List<Double> values, Tensor x) {
    if (values.size() == 1) {
      return ops.constant(values.get(0));
    }
    int channels = x.shape().size(-1);
    if (channels != values.size()) {
      throw new EspalierException(
          ErrorCode.SHAPE_MISMATCH,
          "There are "
              + values.size()
              + " numbers for the "
              + what
              + ", but the input "
              + x.shape()
              + " has "
              + channels
              + " channels.",
          "Give one value, or one value per channel.");
    }
    float[] array = new float[channels];
    for (int i = 0; i < channels; i++) {
      array[i] = values.get(i).floatValue();
    }
    return ops.constant(HostArray.wrap(Shape.of(channels), array));
  }
}
