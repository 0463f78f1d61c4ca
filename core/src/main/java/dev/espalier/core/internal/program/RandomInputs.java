package dev.espalier.core.internal.program;

import dev.espalier.graph.HostArray;
import dev.espalier.graph.Shape;
import dev.espalier.graph.TensorType;
import dev.espalier.random.RandomKey;
import dev.espalier.random.RandomStream;
import java.util.LinkedHashMap;
import java.util.Map;

/** Makes inputs of steps from random numbers: what is computed matters, not its value. */
public final class RandomInputs {
  /** Small, so that weights stay in the range of a training. */
  private static final float LEARNING_RATE = 1e-4f;

  private final RandomKey key;

  /** Prepares to draw with a seed. */
  public RandomInputs(long seed) {
    this.key = RandomKey.ofSeed(seed).with("random inputs");
  }

  /** Returns an array for each input of a step. */
  public Map<String, HostArray> of(StepProgram step, int batchSize) {
    Map<String, HostArray> values = new LinkedHashMap<>();
    step.program().inputs().forEach((name, type) -> values.put(name, value(name, type, batchSize)));
    return step.inputs().feed(values, batchSize, key, 0);
  }

  private HostArray value(String name, TensorType type, int batchSize) {
    Shape shape = type.shape();
    TensorType whole = type.withShape(shape.isStatic() ? shape : shape.with(0, batchSize));
    if (name.startsWith(Feeds.LEARNING_RATE)) {
      return HostArray.filled(whole, LEARNING_RATE);
    }
    if (name.equals(Feeds.SAMPLE_WEIGHT)) {
      return HostArray.filled(whole, 1);
    }
    if (name.equals(Feeds.IMAGE)) {
      RandomStream stream = key.with(name).stream();
      byte[] pixels = new byte[whole.shape().arrayLength()];
      for (int i = 0; i < pixels.length; i++) {
        pixels[i] = (byte) stream.nextInt(256);
      }
      return HostArray.wrapBytes(whole.shape(), pixels);
    }
    return HostArray.filled(whole, 0); // class 0, or a further input, where 0 is always valid
  }
}
