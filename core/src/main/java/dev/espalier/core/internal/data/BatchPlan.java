package dev.espalier.core.internal.data;

import dev.espalier.core.internal.replica.Shard;
import dev.espalier.data.Dataset;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.random.RandomKey;
import java.util.Arrays;
import java.util.stream.IntStream;

/** Determines which samples of a data set form which batch of a pass. Immutable. */
public final class BatchPlan {
  private final int[] order;
  private final int batchSize;
  private final int steps;
  private final long epoch;
  private final int firstStep;
  private final int replica;
  private final int replicas;

  private BatchPlan(int[] order, int batchSize, int steps, long epoch, int firstStep) {
    this(order, batchSize, steps, epoch, firstStep, 0, 1);
  }

  private BatchPlan(
      int[] order, int batchSize, int steps, long epoch, int firstStep, int replica, int replicas) {
    this.order = order;
    this.batchSize = batchSize;
    this.steps = steps;
    this.epoch = epoch;
    this.firstStep = firstStep;
    this.replica = replica;
    this.replicas = replicas;
  }

  /**
   * Returns a pass in the order of the data set.
   *
   * @throws EspalierException {@link ErrorCode#EMPTY_DATASET} if there is no batch
   */
  public static BatchPlan inOrder(Dataset dataset, Loading loading) {
    int steps = steps(dataset, loading);
    return new BatchPlan(
        IntStream.range(0, dataset.size()).toArray(), loading.batchSize(), steps, 0, 0);
  }

  /**
   * Returns the pass of an epoch, in an order determined by the seed and the epoch.
   *
   * @param shuffled whether the order is random rather than that of the data set
   */
  public static BatchPlan ofEpoch(
      Dataset dataset, Loading loading, boolean shuffled, long seed, long epoch) {
    int steps = steps(dataset, loading);
    int[] order =
        shuffled
            ? RandomKey.ofSeed(seed).with("shuffle").with(epoch).stream()
                .permutation(dataset.size())
            : IntStream.range(0, dataset.size()).toArray();
    return new BatchPlan(order, loading.batchSize(), steps, epoch, 0);
  }

  /** Returns this pass without the batches before {@code step}; the others keep their indices. */
  public BatchPlan from(int step) {
    if (step < 0 || step > steps) {
      throw new IllegalArgumentException("a pass of " + steps + " steps from step " + step);
    }
    return new BatchPlan(order, batchSize, steps, epoch, step, replica, replicas);
  }

  /** Returns this pass without the batches from {@code step} on. */
  public BatchPlan upTo(int step) {
    if (step < firstStep || step > steps) {
      throw new IllegalArgumentException("a pass of " + steps + " steps up to step " + step);
    }
    return new BatchPlan(order, batchSize, step, epoch, firstStep, replica, replicas);
  }

  /** Returns this pass with the samples of one of several replicas in each batch. */
  public BatchPlan ofReplica(int index, int count) {
    return new BatchPlan(order, batchSize, steps, epoch, firstStep, index, count);
  }

  /** Returns the pass of every {@code count}-th batch of this one, from the batch {@code first}. */
  public BatchPlan every(int count, int first) {
    int[] chosen =
        IntStream.iterate(first, step -> step < steps, step -> step + count)
            .flatMap(step -> Arrays.stream(indices(step)))
            .toArray();
    int batches = (chosen.length + batchSize - 1) / batchSize;
    return new BatchPlan(chosen, batchSize, batches, epoch, 0);
  }

  /** Returns the number of batches in a pass. */
  public static int steps(Dataset dataset, Loading loading) {
    int size = dataset.size();
    if (size == 0) {
      throw new EspalierException(
          ErrorCode.EMPTY_DATASET,
          "The data set \"" + dataset.name() + "\" has no samples.",
          "Check the folder or file it is read from.");
    }
    int batch = loading.batchSize();
    if (loading.dropRemainder() && size < batch) {
      throw new EspalierException(
          ErrorCode.EMPTY_DATASET,
          "The data set \""
              + dataset.name()
              + "\" has "
              + size
              + " samples, fewer than a batch of "
              + batch
              + ", and incomplete batches are dropped, so no samples are left.",
          "Use a batch size of " + size + " or less, or keep incomplete batches.");
    }
    return loading.dropRemainder() ? size / batch : (size - 1) / batch + 1;
  }

  /** Returns the index of the first batch to load. */
  public int firstStep() {
    return firstStep;
  }

  /** Returns the index after that of the last batch. */
  public int steps() {
    return steps;
  }

  /** Returns the epoch from which augmentations derive their random numbers. */
  public long epoch() {
    return epoch;
  }

  /** Returns the number of samples of a batch, those of all replicas. */
  public int size(int step) {
    return Math.min(order.length - step * batchSize, batchSize);
  }

  /** Returns the indices in the data set of a batch's samples, or of those of the replica. */
  public int[] indices(int step) {
    Shard own = Shard.of(replica, replicas, size(step));
    int from = step * batchSize;
    return Arrays.copyOfRange(order, from + own.from(), from + own.to());
  }
}
