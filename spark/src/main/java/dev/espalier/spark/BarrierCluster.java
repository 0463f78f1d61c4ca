package dev.espalier.spark;

import dev.espalier.core.distributed.Cluster;
import dev.espalier.core.distributed.SharedBytes;
import dev.espalier.core.distributed.WorkerTask;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaFutureAction;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.rdd.RDD;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;

/** Runs a task for workers as a barrier stage, whose tasks Spark starts at the same time. */
final class BarrierCluster implements Cluster {
  /** How Spark begins the message that there are not enough cores for all tasks. */
  private static final String TOO_FEW_SLOTS = "SPARK-24819";

  /** How Spark names the error of a job that was cancelled, for example in its user interface. */
  private static final String CANCELLED = "SPARK_JOB_CANCELLED";

  private final JavaSparkContext context;
  private final int workers;

  BarrierCluster(SparkContext context, int workers) {
    if (workers < 1) {
      throw new EspalierException(
          ErrorCode.INVALID_TRAINING_SETTING,
          "The number of workers is " + workers + ".",
          "Give a number of 1 or more.");
    }
    this.context = JavaSparkContext.fromSparkContext(context);
    this.workers = workers;
  }

  @Override
  public int workers() {
    return workers;
  }

  private record BroadcastBytes(Broadcast<byte[]> broadcast) implements SharedBytes {
    @Override
    public byte[] content() {
      return broadcast.value();
    }

    @Override
    public void close() {
      broadcast.destroy();
    }
  }

  @Override
  public SharedBytes share(byte[] content) {
    return new BroadcastBytes(context.broadcast(content));
  }

  @Override
  public List<byte[]> run(WorkerTask task) {
    long exchanges = WorkerBlocks.newNumber();
    try {
      return run(new BarrierTask(task, exchanges));
    } finally {
      WorkerBlocks.remove(exchanges);
    }
  }

  private List<byte[]> run(BarrierTask task) {
    List<Integer> indices = IntStream.range(0, workers).boxed().toList();
    ClassTag<byte[]> bytes = ClassTag$.MODULE$.apply(byte[].class);
    RDD<byte[]> stage =
        context.parallelize(indices, workers).rdd().barrier().mapPartitions(task, false, bytes);
    JavaFutureAction<List<byte[]>> job = JavaRDD.fromRDD(stage, bytes).collectAsync();
    try {
      return job.get();
    } catch (InterruptedException e) {
      job.cancel(true);
      Thread.currentThread().interrupt();
      throw new EspalierException(
          ErrorCode.INTERRUPTED,
          "The thread was interrupted while workers trained.",
          "The weights are those of the last round.",
          e);
    } catch (ExecutionException e) {
      throw failed(e.getCause() == null ? e : e.getCause());
    }
  }

  /** Returns the error for a job that Spark has given up. */
  EspalierException failed(Throwable cause) {
    String reason = String.valueOf(cause.getMessage()).lines().findFirst().orElse("");
    if (reason.contains(CANCELLED)) {
      return new EspalierException(
          ErrorCode.INTERRUPTED,
          "Someone cancelled the job of the workers: " + reason,
          "The weights are those of the last round.",
          cause);
    }
    if (reason.contains(TOO_FEW_SLOTS)) {
      return new EspalierException(
          ErrorCode.INVALID_TRAINING_SETTING,
          "The cluster cannot run " + workers + " workers at the same time: " + reason,
          "Use fewer workers, or more executors or cores; dynamic allocation must be off.",
          cause);
    }
    return new EspalierException(
        ErrorCode.WORKER_LOST,
        "Spark could not run the workers: " + reason,
        "Look for the reason in the logs of the executors, such as a lack of memory"
            + " (spark.executor.memoryOverhead).",
        cause);
  }
}
