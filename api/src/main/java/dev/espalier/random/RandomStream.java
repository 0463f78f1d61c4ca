package dev.espalier.random;

/**
 * Draws numbers one after the other. The generator is counter based: number i of a key is
 * SplitMix64's finaliser applied to key + (i + 1)·0x9E3779B97F4A7C15 (Steele, Lea and Flood, 2014).
 * Not thread-safe; give each thread a key of its own.
 */
public final class RandomStream {
  private static final long INCREMENT = 0x9E3779B97F4A7C15L;

  private long counter;

  RandomStream(long state) {
    this.counter = state;
  }

  static long mix(long value) {
    long z = value;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  /** Returns 64 random bits. */
  public long nextLong() {
    counter += INCREMENT;
    return mix(counter);
  }

  /**
   * Returns a new stream, seeded with one number of this one. Later draws from either do not affect
   * the other, so consumers with a stream each keep their numbers when another one draws more or
   * fewer.
   */
  public RandomStream split() {
    return new RandomStream(nextLong());
  }

  /** Returns a number from 0 inclusive to 1 exclusive with 53 random bits. */
  public double nextDouble() {
    return (nextLong() >>> 11) * 0x1.0p-53;
  }

  /** Returns a number from 0 inclusive to 1 exclusive with 24 random bits. */
  public float nextFloat() {
    return (nextLong() >>> 40) * 0x1.0p-24f;
  }

  /** Returns a number from {@code low} inclusive to {@code high} exclusive. */
  public double nextDouble(double low, double high) {
    return low + (high - low) * nextDouble();
  }

  /**
   * Returns a number from 0 inclusive to {@code bound} exclusive, each equally likely.
   *
   * @param bound 1 or more
   */
  public int nextInt(int bound) {
    if (bound <= 0) {
      throw new IllegalArgumentException("bound must be positive: " + bound);
    }
    // Rejection keeps the choice exactly uniform: the top part that does not divide evenly is drawn
    // again.
    long limit = (1L << 32) - ((1L << 32) % bound);
    long bits = nextLong() >>> 32;
    while (bits >= limit) {
      bits = nextLong() >>> 32;
    }
    return (int) (bits % bound);
  }

  /** Returns whether an event of the given probability happens. */
  public boolean nextBoolean(double probability) {
    return nextDouble() < probability;
  }

  /** Returns a number of the standard normal distribution (Box and Muller, cosine branch). */
  public double nextGaussian() {
    double radius = Math.sqrt(-2 * StrictMath.log(1 - nextDouble()));
    return radius * StrictMath.cos(2 * Math.PI * nextDouble());
  }

  /** Returns the numbers 0 to {@code count - 1} in a uniformly random order (Fisher and Yates). */
  public int[] permutation(int count) {
    int[] order = new int[count];
    for (int i = 0; i < count; i++) {
      int j = nextInt(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }
}
