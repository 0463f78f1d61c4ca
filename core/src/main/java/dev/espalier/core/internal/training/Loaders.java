package dev.espalier.core.internal.training;

import dev.espalier.core.internal.data.Loading;

/** Chooses the number of threads that prepare batches. */
final class Loaders {
  private Loaders() {}

  /**
   * Returns the loading options.
   *
   * @param workers as set by the user; 0 for half of the processors, at most 8, because the other
   *     half computes
   */
  static Loading loading(int batchSize, boolean dropRemainder, int workers, int prefetch) {
    int processors = Runtime.getRuntime().availableProcessors();
    int automatic = Math.max(1, Math.min(8, processors / 2));
    return new Loading(batchSize, dropRemainder, workers == 0 ? automatic : workers, prefetch);
  }
}
