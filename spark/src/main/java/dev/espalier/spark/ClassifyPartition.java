package dev.espalier.spark;

import java.util.Iterator;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.util.SerializableConfiguration;
import org.apache.spark.util.TaskCompletionListener;

/**
 * Adds the columns to the rows of a partition, on an executor.
 *
 * @param layer whose output becomes the features; empty for none
 * @param files how files are read
 */
record ClassifyPartition(
    DistributedModel model,
    ImageColumn column,
    OutputColumns outputs,
    String layer,
    SerializableConfiguration files)
    implements MapPartitionsFunction<Row, Row> {

  @Override
  public Iterator<Row> call(Iterator<Row> rows) {
    ClassifiedRows classified = new ClassifiedRows(rows, this, model.lease());
    // A task may end before its last row: it failed, was killed, or wanted only the first ones.
    TaskCompletionListener end = context -> classified.close();
    TaskContext.get().addTaskCompletionListener(end);
    return classified;
  }
}
