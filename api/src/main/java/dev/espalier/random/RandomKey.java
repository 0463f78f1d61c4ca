package dev.espalier.random;

import java.nio.charset.StandardCharsets;

/**
 * Names a purpose for random numbers. A key is derived step by step, for example seed, then {@code
 * "shuffle"}, then the epoch; equal derivations give equal numbers, whatever else was drawn in
 * between. Immutable.
 *
 * @param state the derived 64-bit state
 */
public record RandomKey(long state) {
  private static final long FNV_OFFSET = 0xcbf29ce484222325L;
  private static final long FNV_PRIME = 0x100000001b3L;

  /** Returns the key of a seed. */
  public static RandomKey ofSeed(long seed) {
    return new RandomKey(RandomStream.mix(seed));
  }

  /** Returns the key for a purpose below this one. */
  public RandomKey with(String purpose) {
    long hash = FNV_OFFSET;
    for (byte value : purpose.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (value & 0xff)) * FNV_PRIME;
    }
    return with(hash);
  }

  /** Returns the key for a numbered thing (an epoch, a step, a sample) below this one. */
  public RandomKey with(long number) {
    // Two rounds, so that with(a).with(b) and with(b).with(a) differ.
    return new RandomKey(RandomStream.mix(RandomStream.mix(state) + number));
  }

  /** Returns a stream that starts at this key's first number. */
  public RandomStream stream() {
    return new RandomStream(state);
  }
}
