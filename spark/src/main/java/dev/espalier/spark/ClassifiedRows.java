package dev.espalier.spark;

import dev.espalier.core.classifier.Classification;
import dev.espalier.core.classifier.Classifier;
import dev.espalier.data.Image;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.HostArray;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a partition with the answers of a classifier, in their order. Two batches of images
 * are decoded ahead, so that the engine finds a full one when it has finished another. Not
 * thread-safe, but for {@link #close}.
 */
final class ClassifiedRows implements Iterator<Row>, AutoCloseable {
  /** What can be wrong with an image; everything else is wrong with the job. */
  static final Set<ErrorCode> OF_IMAGES =
      Set.of(ErrorCode.FILE_NOT_READABLE, ErrorCode.INVALID_IMAGE, ErrorCode.INVALID_DATA_FILE);

  private final Iterator<Row> rows;
  private final ClassifyPartition task;
  private final ExecutorClassifiers.Lease lease;
  private final int limit;
  private final Deque<Pending> ahead = new ArrayDeque<>();

  ClassifiedRows(Iterator<Row> rows, ClassifyPartition task, ExecutorClassifiers.Lease lease) {
    this.rows = rows;
    this.task = task;
    this.lease = lease;
    this.limit = 2 * task.model().batchSize();
  }

  /** A row whose answers are being computed. */
  private record Pending(
      Row row,
      @Nullable CompletableFuture<Classification> answer,
      @Nullable CompletableFuture<HostArray> features,
      @Nullable EspalierException problem) {
    void cancel() {
      if (answer != null) {
        answer.cancel(false);
      }
      if (features != null) {
        features.cancel(false);
      }
    }
  }

  @Override
  public synchronized boolean hasNext() {
    return !ahead.isEmpty() || rows.hasNext();
  }

  @Override
  public synchronized Row next() {
    while (ahead.size() < limit && rows.hasNext()) {
      ahead.add(ask(rows.next()));
    }
    Pending first = ahead.poll();
    if (first == null) {
      throw new NoSuchElementException();
    }
    Row row = answered(first);
    if (!hasNext()) {
      close();
    }
    return row;
  }

  private Pending ask(Row row) {
    try {
      Image image = task.column().read(row, lease.reader(), task.files().value());
      Classifier classifier = lease.classifier();
      return new Pending(
          row,
          task.outputs().needsClassification() ? classifier.classifyAsync(image) : null,
          task.layer().isEmpty() ? null : classifier.featuresAsync(image, task.layer()),
          null);
    } catch (EspalierException e) {
      if (task.outputs().error().isEmpty() || !OF_IMAGES.contains(e.code())) {
        throw e;
      }
      return new Pending(row, null, null, e);
    }
  }

  private Row answered(Pending pending) {
    Classifier classifier = lease.classifier();
    return RowFactory.create(
        task.outputs()
            .values(
                values(pending.row()),
                pending.answer() == null ? null : classifier.await(pending.answer()),
                pending.features() == null ? null : classifier.await(pending.features()),
                pending.problem()));
  }

  private static List<@Nullable Object> values(Row row) {
    List<@Nullable Object> values = new ArrayList<>();
    for (int i = 0; i < row.size(); i++) {
      values.add(row.get(i));
    }
    return values;
  }

  /** Gives up the rows that were not read. */
  @Override
  public synchronized void close() {
    ahead.forEach(Pending::cancel);
    ahead.clear();
    lease.close();
  }
}
