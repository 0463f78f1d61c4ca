package dev.espalier.core.distributed;

import java.util.List;

/** A worker as its task sees it. Used by the thread of the task. */
public interface Worker {
  /** Returns its index, from 0. */
  int index();

  /** Returns the number of workers that run the task. */
  int count();

  /** Returns what people call it, such as {@code executor 1 on host7}. */
  String name();

  /** Returns the number of processor cores it may use; 0 if unknown. */
  int cores();

  /** Returns what the tasks of its process share. */
  WorkerProcess process();

  /**
   * Gives all workers what each of them gives. Each worker calls it as often, and waits for the
   * others.
   *
   * @return what each gave, in the order of their indices
   * @throws RuntimeException if another worker is lost, or the task was cancelled
   */
  List<byte[]> allGather(byte[] own);

  /**
   * Checks that the task was not cancelled.
   *
   * @throws RuntimeException if it was
   */
  void requireWanted();
}
