package dev.espalier.engine.slices;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Queue;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SliceThreadsTest {
  private final SliceThreads threads = new SliceThreads("test", 3);

  @AfterEach
  void close() {
    threads.close();
  }

  @Test
  void computesEachSliceOnce() {
    Queue<Integer> computed = new ConcurrentLinkedQueue<>();
    threads.run(20, computed::add);
    assertThat(computed)
        .containsExactlyInAnyOrderElementsOf(IntStream.range(0, 20).boxed().toList());
  }

  @Test
  void computesAsManySlicesAtATimeAsThereAreThreads() {
    CyclicBarrier allAtOnce = new CyclicBarrier(3);
    AtomicInteger met = new AtomicInteger();
    threads.run(
        3,
        slice -> {
          try {
            allAtOnce.await(30, TimeUnit.SECONDS);
            met.incrementAndGet();
          } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
            throw new IllegalStateException(e);
          }
        });
    assertThat(met).hasValue(3);
  }

  @Test
  void computesOnTheCallersThreadAlone() {
    SliceThreads one = new SliceThreads("test", 1);
    Queue<Thread> used = new ConcurrentLinkedQueue<>();
    one.run(3, slice -> used.add(Thread.currentThread()));
    assertThat(used).hasSize(3).containsOnly(Thread.currentThread());
    one.close();
  }

  /** What a thread reads may be freed after the failure. */
  @Test
  void failsOnlyWhenNoThreadComputesAnyMore() {
    CountDownLatch started = new CountDownLatch(1);
    CountDownLatch failed = new CountDownLatch(1);
    AtomicInteger ended = new AtomicInteger();
    IllegalStateException failure = new IllegalStateException("slice 0");
    assertThatThrownBy(
            () ->
                threads.run(
                    2,
                    slice -> {
                      try {
                        if (slice == 0) {
                          started.await();
                          failed.countDown();
                          throw failure;
                        }
                        started.countDown();
                        failed.await();
                        Thread.sleep(50);
                      } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                      }
                      ended.incrementAndGet();
                    }))
        .isSameAs(failure);
    assertThat(ended).hasValue(1);
  }
}
