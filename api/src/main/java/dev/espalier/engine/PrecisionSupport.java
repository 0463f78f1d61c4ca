package dev.espalier.engine;

/**
 * How well an engine computes in a floating-point type on a device. Immutable.
 *
 * @param level whether it does, and whether that is faster than float32
 * @param reason one sentence that says why, such as which instructions a processor lacks
 */
public record PrecisionSupport(Level level, String reason) {
  /** Levels of support. */
  public enum Level {
    /** Programs with this type are refused. */
    UNSUPPORTED,
    /** The results are right; the device has no fast instructions for the type. */
    SUPPORTED,
    /** The device has instructions for the type, which make it faster than float32. */
    FASTER
  }

  /** Returns that an engine does not compute in the type. */
  public static PrecisionSupport unsupported(String reason) {
    return new PrecisionSupport(Level.UNSUPPORTED, reason);
  }

  /** Returns that an engine computes in the type, without being faster. */
  public static PrecisionSupport supported(String reason) {
    return new PrecisionSupport(Level.SUPPORTED, reason);
  }

  /** Returns that an engine is faster in the type than in float32. */
  public static PrecisionSupport faster(String reason) {
    return new PrecisionSupport(Level.FASTER, reason);
  }
}
