package dev.espalier.engine;

import dev.espalier.graph.DataType;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * In which floating-point type a model computes, as Keras' mixed precision policies. With 16 bits,
 * convolutions and matrix products and the element-wise functions after them do; variables,
 * softmax, losses, metrics, the mean and variance of batches and the optimizer stay float32.
 */
public enum Precision {
  /** Everything in float32. */
  FLOAT32(DataType.FLOAT32),
  /** Keras' {@code mixed_bfloat16}: the range of float32 with 8 bits of precision. */
  BFLOAT16(DataType.BFLOAT16),
  /**
   * Keras' {@code mixed_float16}: 11 bits of precision up to 65504. The loss is scaled so that
   * small gradients do not vanish: by 2^15 at first, by half of it after a step whose gradients are
   * not finite, which changes no weights, and by twice as much after 2000 steps without one.
   */
  FLOAT16(DataType.FLOAT16),
  /** The first of bfloat16 and float16 that is faster on the device, otherwise float32. */
  AUTO(null);

  private final @Nullable DataType type;

  Precision(@Nullable DataType type) {
    this.type = type;
  }

  /** Returns the type in which convolutions compute; null for {@link #AUTO}. */
  public @Nullable DataType type() {
    return type;
  }

  /** Returns the name as it stands in settings and messages, such as {@code bfloat16}. */
  public String lowerCaseName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
