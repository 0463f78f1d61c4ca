package dev.espalier.spark;

import dev.espalier.core.distributed.WorkerTask;
import java.io.Serializable;
import java.util.List;
import org.apache.spark.BarrierTaskContext;
import scala.collection.Iterator;
import scala.jdk.javaapi.CollectionConverters;
import scala.runtime.AbstractFunction1;

/**
 * The task of a worker as a function of Spark, in a stage that gives the results of its job. If a
 * task of such a barrier stage fails, Spark ends the job rather than repeat the stage.
 */
final class BarrierTask extends AbstractFunction1<Iterator<Integer>, Iterator<byte[]>>
    implements Serializable {
  private static final long serialVersionUID = 1L;

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

  @Override
  public Iterator<byte[]> apply(Iterator<Integer> index) {
    byte[] result = task.run(new BarrierWorker(BarrierTaskContext.get(), exchanges));
    return CollectionConverters.asScala(List.of(result).iterator());
  }
}
