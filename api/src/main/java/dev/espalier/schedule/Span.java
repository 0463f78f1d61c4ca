package dev.espalier.schedule;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;

/**
 * A duration of training, in steps or in epochs. The number of steps per epoch is known when
 * training starts. Immutable.
 *
 * <pre>{@code
 * CosineDecay.of(0.1, Span.epochs(20))
 * }</pre>
 *
 * @param length number of units, above 0; a whole number for steps
 * @param unit steps or epochs
 */
public record Span(double length, Unit unit) {
  /** What the length of a span is counted in. */
  public enum Unit {
    /** Updates of the weights. */
    STEPS,
    /** Passes over the training data. */
    EPOCHS
  }

  /** The largest whole number up to which all are exact in double precision. */
  private static final double LONGEST = 0x1p53;

  /**
   * Checks the length.
   *
   * @throws EspalierException {@link ErrorCode#INVALID_TRAINING_SETTING} if it is not above 0, not
   *     finite, or a fraction of a step
   */
  public Span {
    if (!(length > 0 && length <= LONGEST) || (unit == Unit.STEPS && length != Math.rint(length))) {
      throw new EspalierException(
          ErrorCode.INVALID_TRAINING_SETTING,
          "A learning rate cannot change over " + text(length, unit) + ".",
          "Give 1 step or more, or a number of epochs above 0.");
    }
  }

  /** Returns a number of steps, 1 or more. */
  public static Span steps(long count) {
    return new Span(count, Unit.STEPS);
  }

  /** Returns a number of epochs above 0; it may be a fraction. */
  public static Span epochs(double count) {
    return new Span(count, Unit.EPOCHS);
  }

  /**
   * Returns the number of steps, 1 or more: epochs are rounded to the nearest whole step.
   *
   * @param stepsPerEpoch number of steps in an epoch
   */
  public long toSteps(int stepsPerEpoch) {
    return unit == Unit.STEPS ? (long) length : Math.max(1, Math.round(length * stepsPerEpoch));
  }

  @Override
  public String toString() {
    return text(length, unit);
  }

  private static String text(double length, Unit unit) {
    String number =
        length == Math.rint(length) && Math.abs(length) <= LONGEST
            ? Long.toString((long) length)
            : Double.toString(length);
    String word = unit == Unit.STEPS ? " step" : " epoch";
    return number + word + (length == 1 ? "" : "s");
  }
}
