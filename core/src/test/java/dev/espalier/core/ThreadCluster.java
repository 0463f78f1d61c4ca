package dev.espalier.core;

import dev.espalier.core.distributed.Cluster;
import dev.espalier.core.distributed.SharedBytes;
import dev.espalier.core.distributed.Worker;
import dev.espalier.core.distributed.WorkerProcess;
import dev.espalier.core.distributed.WorkerTask;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** Workers that are threads, and know of each other no more than processes do. */
final class ThreadCluster implements Cluster, AutoCloseable {
  private final ExecutorService threads;
  private final List<WorkerProcess> processes = new ArrayList<>();
  private Gathering current = new Gathering(0);
  private boolean lost;

  /** Number of exchanges after which the last worker is lost; counts down. */
  private int lostAfter = -1;

  private int losses;

  ThreadCluster(int workers) {
    threads = Executors.newFixedThreadPool(workers);
    for (int i = 0; i < workers; i++) {
      processes.add(new WorkerProcess());
    }
  }

  /** What workers give each other once. */
  private static final class Gathering {
    private final byte @Nullable [][] given;
    private int missing;

    Gathering(int workers) {
      given = new byte[workers][];
      missing = workers;
    }
  }

  private synchronized List<byte[]> gather(int index, byte[] own) {
    Gathering here = current;
    here.given[index] = own;
    here.missing--;
    if (here.missing == 0) {
      current = new Gathering(workers());
      notifyAll();
    }
    while (here.missing > 0 && !lost) {
      try {
        wait();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
    if (here.missing > 0) {
      throw new IllegalStateException("a worker is lost");
    }
    return Arrays.stream(here.given).map(Objects::requireNonNull).toList();
  }

  private synchronized void begin() {
    current = new Gathering(workers());
    lost = false;
  }

  private synchronized void lost() {
    lost = true;
    notifyAll();
  }

  /** Lets the last worker end in an exchange, as often as the given number of times. */
  void lose(int afterExchanges, int times) {
    lostAfter = afterExchanges;
    losses = times;
  }

  @Override
  public int workers() {
    return processes.size();
  }

  @SuppressWarnings("ArrayRecordComponent")
  private record Held(byte[] content) implements SharedBytes {
    @Override
    public void close() {}
  }

  @Override
  public SharedBytes share(byte[] content) {
    return new Held(content);
  }

  private final class ThreadWorker implements Worker {
    private final int index;

    ThreadWorker(int index) {
      this.index = index;
    }

    @Override
    public int index() {
      return index;
    }

    @Override
    public int count() {
      return processes.size();
    }

    @Override
    public String name() {
      return "thread " + index;
    }

    @Override
    public int cores() {
      return 0;
    }

    @Override
    public WorkerProcess process() {
      return processes.get(index);
    }

    @Override
    public List<byte[]> allGather(byte[] own) {
      if (index == count() - 1 && losses > 0 && lostAfter-- == 0) {
        throw new IllegalStateException("killed");
      }
      return gather(index, own);
    }

    @Override
    public void requireWanted() {}
  }

  @Override
  public List<byte[]> run(WorkerTask task) {
    begin();
    List<Future<byte[]>> started = new ArrayList<>();
    for (int i = 0; i < workers(); i++) {
      ThreadWorker worker = new ThreadWorker(i);
      WorkerTask own = copy(task);
      started.add(
          threads.submit(
              () -> {
                try {
                  return own.run(worker);
                } catch (RuntimeException | Error e) {
                  lost();
                  throw e;
                }
              }));
    }
    List<byte[]> results = new ArrayList<>();
    boolean failed = false;
    for (Future<byte[]> each : started) {
      try {
        results.add(each.get());
      } catch (ExecutionException e) {
        failed = true;
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
    if (failed) {
      losses--;
      lostAfter = losses > 0 ? 0 : -1;
      processes.get(workers() - 1).close();
      processes.set(workers() - 1, new WorkerProcess());
      throw new EspalierException(ErrorCode.WORKER_LOST, "A thread was lost.", "Start it again.");
    }
    return results;
  }

  /** As a process gets it that the task is sent to. */
  private static WorkerTask copy(WorkerTask task) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(task);
      try (ObjectInputStream in =
          new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
        return (WorkerTask) in.readObject();
      }
    } catch (IOException | ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    threads.shutdown();
    processes.forEach(WorkerProcess::close);
  }
}
