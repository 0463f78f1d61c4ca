package dev.espalier.spark;

import dev.espalier.core.distributed.WorkerTask;
import java.io.Serializable;
import java.util.List;
import org.apache.spark.BarrierTaskContext;
import scala.collection.Iterator;
import scala.jdk.javaapi.CollectionConverters;
import scala.runtime.AbstractFunction1;

/** The task of a worker as a function of Spark. */
final class BarrierTask extends AbstractFunction1<Iterator<Integer>, Iterator<byte[]>>
    implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final byte[] REPEATED = {};

  private final WorkerTask task;
  private final long exchanges;

  /**
   * Creates a function.
   *
   * @param exchanges number for {@link WorkerBlocks}
   */
  BarrierTask(WorkerTask task, long exchanges) {
    this.task = task;
    this.exchanges = exchanges;
  }

  /**
   * Returns whether Spark has repeated the stage. It does so by itself if a task fails, which then
   * does nothing: the driver counts how often a training goes on.
   */
  static boolean isRepeated(byte[] result) {
    return result.length == 0;
  }

  @Override
  public Iterator<byte[]> apply(Iterator<Integer> index) {
    BarrierTaskContext context = BarrierTaskContext.get();
    byte[] result =
        context.stageAttemptNumber() > 0
            ? REPEATED
            : task.run(new BarrierWorker(context, exchanges));
    return CollectionConverters.asScala(List.of(result).iterator());
  }
}
