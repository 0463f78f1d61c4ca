package dev.espalier.spark;

import dev.espalier.core.distributed.Worker;
import dev.espalier.core.distributed.WorkerProcess;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.BarrierTaskContext;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskKilledException;

/** A task of a barrier stage as a worker. */
final class BarrierWorker implements Worker {
  /** Tasks of one executor have nothing else in common. */
  private static final WorkerProcess PROCESS = new WorkerProcess();

  static {
    Runtime.getRuntime().addShutdownHook(new Thread(PROCESS::close, "espalier-close-training"));
  }

  private final BarrierTaskContext context;
  private final WorkerBlocks blocks;

  /**
   * Creates a worker.
   *
   * @param exchanges number for {@link WorkerBlocks}
   */
  BarrierWorker(BarrierTaskContext context, long exchanges) {
    this.context = context;
    this.blocks = new WorkerBlocks(exchanges, context.partitionId(), this::requireWanted);
  }

  @Override
  public int index() {
    return context.partitionId();
  }

  @Override
  public int count() {
    return context.numPartitions();
  }

  @Override
  public String name() {
    return "executor " + DistributedModel.executor();
  }

  /** The workers of an executor share its cores. */
  @Override
  public int cores() {
    String own = context.getTaskInfos()[index()].address();
    long here =
        Arrays.stream(context.getTaskInfos()).filter(info -> info.address().equals(own)).count();
    return (int) (SparkEnv.get().conf().getInt("spark.executor.cores", 0) / here);
  }

  @Override
  public WorkerProcess process() {
    return PROCESS;
  }

  /**
   * Not Spark's own allGather, which takes a second: its tasks look once a second for an answer.
   */
  @Override
  public List<byte[]> allGather(byte[] own) {
    blocks.put(own);
    List<byte[]> all = new ArrayList<>();
    for (int worker = 0; worker < count(); worker++) {
      all.add(worker == index() ? own : blocks.await(worker));
    }
    blocks.end();
    return all;
  }

  @Override
  public void requireWanted() {
    if (context.isInterrupted()) {
      throw new TaskKilledException();
    }
  }
}
