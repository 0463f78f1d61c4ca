package dev.espalier.core.internal.replica;

/**
 * Joins what the replicas contribute to a step, between its phases: an all-reduce of sums and
 * means, and an all-gather of rows. Replicas may be sessions in threads of one process, or
 * processes on several machines.
 */
@FunctionalInterface
public interface Exchange {
  /**
   * Returns the contributions of all replicas joined, equal bit for bit for each of them. Each
   * replica calls it as often per step, and waits for the others.
   *
   * @param own what this replica contributes; {@link Contribution#none()} without samples
   * @throws RuntimeException if another replica has failed, or the exchange has: then no replica
   *     may go on with the step
   */
  Contribution join(Contribution own);
}
