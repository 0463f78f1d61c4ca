package dev.espalier.core.internal.training;

import dev.espalier.core.internal.data.Loading;

/** Chooses how many threads prepare batches. */
final class Loaders {
  private Loaders() {}

  /**
   * Returns how to load.
   *
   * @param workers as the user set it; 0 for half of the processors, up to 8, because the other
   *     half computes
   */
  static Loading loading(int batchSize, boolean dropRemainder, int workers, int prefetch) {
    int processors = Runtime.getRuntime().availableProcessors();
    int automatic = Math.max(1, Math.min(8, processors / 2));
    return new Loading(batchSize, dropRemainder, workers == 0 ? automatic : workers, prefetch);
  }
}
