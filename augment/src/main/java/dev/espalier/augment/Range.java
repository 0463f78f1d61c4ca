package dev.espalier.augment;

import dev.espalier.augment.internal.Arguments;
import dev.espalier.random.RandomStream;

/**
 * A range from which a random strength is drawn uniformly. Immutable.
 *
 * @param low lower bound
 * @param high upper bound, at least {@code low}
 */
public record Range(double low, double high) {
  /** Checks the order. */
  public Range {
    Arguments.require(
        Double.isFinite(low) && Double.isFinite(high) && low <= high,
        "A range from " + low + " to " + high + " is empty.",
        "Give two numbers, the smaller one first.");
  }

  /** Returns the range from {@code low} to {@code high}. */
  public static Range of(double low, double high) {
    return new Range(low, high);
  }

  /** Returns the range from {@code -limit} to {@code limit}. */
  public static Range within(double limit) {
    return new Range(-limit, limit);
  }

  /** Returns the range from 0 to {@code limit}, or throws an error naming the allowed values. */
  public static Range upTo(double limit, double greatest, String name) {
    Arguments.require(
        limit >= 0 && limit <= greatest,
        name + " of " + Arguments.shortest(limit) + " is out of range.",
        "Give a number from 0 to " + Arguments.shortest(greatest) + ".");
    return new Range(0, limit);
  }

  /** Returns the range that contains only {@code value}. */
  public static Range only(double value) {
    return new Range(value, value);
  }

  public double draw(RandomStream random) {
    return random.nextDouble(low, high);
  }

  /** Returns this range, or throws an error naming the allowed values of {@code name}. */
  public Range inside(double least, double greatest, String name) {
    Arguments.require(
        low >= least && high <= greatest,
        name + " of " + this + " is out of range.",
        "Give numbers from "
            + Arguments.shortest(least)
            + " to "
            + Arguments.shortest(greatest)
            + ".");
    return this;
  }

  /** Returns for example {@code -0.1..0.1}, or a single number if both bounds are equal. */
  @Override
  public String toString() {
    return low == high
        ? Arguments.shortest(low)
        : Arguments.shortest(low) + ".." + Arguments.shortest(high);
  }
}
