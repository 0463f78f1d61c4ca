package dev.espalier.spark;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.StorageLevels;
import org.apache.spark.storage.BlockData;
import org.apache.spark.storage.BlockId;
import org.apache.spark.storage.BlockManager;
import org.apache.spark.storage.BroadcastBlockId;
import org.apache.spark.util.io.ChunkedByteBuffer;
import org.jspecify.annotations.Nullable;
import scala.Option;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;

/**
 * Bytes that the workers of a barrier stage exchange as blocks, which Spark sends from executor to
 * executor. For Spark, they are blocks of a broadcast that does not exist otherwise, so that it can
 * remove all at once. Used by the thread of a task.
 */
final class WorkerBlocks {
  /** Counts down; broadcasts of Spark count up from 0. */
  private static final AtomicLong NUMBERS = new AtomicLong(Long.MAX_VALUE);

  private static final ClassTag<byte[]> BYTES = ClassTag$.MODULE$.apply(byte[].class);

  /** Nanoseconds between two looks for a block. */
  private static final long PAUSE = 2_000_000;

  private final long number;
  private final int own;
  private final BlockManager manager = SparkEnv.get().blockManager();
  private final Runnable wanted;
  private int exchange;
  private @Nullable BlockId previous;

  /**
   * Starts before the first exchange of a task.
   *
   * @param number from {@link #newNumber}
   * @param own index of the worker
   * @param wanted called repeatedly while waiting; throws if the task was cancelled, as it is when
   *     another worker is lost
   */
  WorkerBlocks(long number, int own, Runnable wanted) {
    this.number = number;
    this.own = own;
    this.wanted = wanted;
  }

  /** Returns a number for the exchanges of a stage, on the driver. */
  static long newNumber() {
    return NUMBERS.getAndDecrement();
  }

  /** Removes what is left of the exchanges of a stage, on the driver. */
  static void remove(long number) {
    SparkEnv.get().blockManager().master().removeBroadcast(number, true, false);
  }

  private BlockId id(int worker) {
    return new BroadcastBlockId(number, "espalier_" + exchange + "_" + worker);
  }

  /** Makes bytes available to the other workers, and begins an exchange. */
  void put(byte[] content) {
    exchange++;
    BlockId id = id(own);
    boolean stored =
        manager.putBytes(
            id,
            new ChunkedByteBuffer(ByteBuffer.wrap(content)),
            StorageLevels.MEMORY_AND_DISK_SER,
            true,
            BYTES);
    if (!stored) {
      throw new IllegalStateException("Spark cannot store a block of " + content.length + " bytes");
    }
  }

  /** Returns what another worker puts in the exchange at hand. */
  byte[] await(int worker) {
    BlockId id = id(worker);
    byte[] found = find(id);
    while (found == null) {
      wanted.run();
      LockSupport.parkNanos(PAUSE);
      found = find(id);
    }
    return found;
  }

  private byte @Nullable [] find(BlockId id) {
    Option<BlockData> here = manager.getLocalBytes(id);
    if (here.isDefined()) { // of a worker of the same executor
      try {
        ByteBuffer content = here.get().toByteBuffer();
        byte[] copy = new byte[content.remaining()];
        content.get(copy);
        return copy;
      } finally {
        manager.releaseLock(id, Option.empty());
      }
    }
    Option<ChunkedByteBuffer> fetched = manager.getRemoteBytes(id);
    return fetched.isEmpty() ? null : fetched.get().toArray();
  }

  /** Ends an exchange in which all have put: they have fetched what was put in the one before. */
  void end() {
    if (previous != null) {
      manager.removeBlock(previous, true);
    }
    previous = id(own);
  }
}
