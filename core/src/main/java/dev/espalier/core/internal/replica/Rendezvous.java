package dev.espalier.core.internal.replica;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The exchanges of one step between replicas in threads of this process. Contributions are joined
 * in the order of the replicas, whichever comes first. Thread-safe.
 */
final class Rendezvous {
  private final Lock lock = new ReentrantLock();
  private final Condition decided = lock.newCondition();
  private final @Nullable Contribution[] contributions;
  private int missing;
  private int exchanges;
  private Contribution joined = Contribution.none();
  private boolean failed;

  Rendezvous(int replicas) {
    this.contributions = new Contribution[replicas];
    this.missing = replicas;
  }

  /** Thrown to replicas that cannot go on because another one failed. */
  static final class OtherFailed extends RuntimeException {
    private static final long serialVersionUID = 1L;

    OtherFailed() {
      super("another replica failed", null, false, false);
    }
  }

  /** Returns the exchange for one replica. */
  Exchange of(int replica) {
    return own -> join(replica, own);
  }

  private Contribution join(int replica, Contribution own) {
    lock.lock();
    try {
      int exchange = exchanges;
      contributions[replica] = own;
      missing--;
      if (missing == 0) {
        List<Contribution> all = new ArrayList<>();
        Arrays.stream(contributions).map(Objects::requireNonNull).forEach(all::add);
        joined = Contribution.joined(all);
        missing = contributions.length;
        exchanges++;
        decided.signalAll();
      }
      // An interrupt ends the training after the step, not in the middle of it.
      while (exchanges == exchange && !failed) {
        decided.awaitUninterruptibly();
      }
      if (exchanges == exchange) {
        throw new OtherFailed();
      }
      return joined;
    } finally {
      lock.unlock();
    }
  }

  /** Called by a replica that fails, so that the others do not wait for it. */
  void fail() {
    lock.lock();
    try {
      failed = true;
      decided.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
