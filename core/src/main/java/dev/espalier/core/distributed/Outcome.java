package dev.espalier.core.distributed;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a task ended on a worker, as bytes: with a result, or with a failure that the task returns so
 * that it is not taken for one of the cluster, which would try the same again.
 */
final class Outcome {
  private static final Logger log = LoggerFactory.getLogger(Outcome.class);

  private static final int LONGEST_TRACE = 10_000;

  private static final byte RESULT = 0;
  private static final byte FAILURE = 1;

  /** A worker could not go on because another one failed. */
  private static final byte OTHER_FAILED = 2;

  private Outcome() {}

  /** Runs a task that exchanges with other workers, and ends with {@link GatheringExchange#end}. */
  static byte[] exchanged(Worker worker, Function<GatheringExchange, byte[]> task) {
    GatheringExchange exchange = new GatheringExchange(worker);
    try {
      return result(task.apply(exchange));
    } catch (GatheringExchange.OtherFailed e) {
      return ArrayCodec.bytes(out -> out.writeByte(OTHER_FAILED));
    } catch (RuntimeException | LinkageError e) {
      if (exchange.broken()) {
        throw e;
      }
      worker.requireWanted();
      exchange.fail();
      return failure(worker, e);
    }
  }

  /** Runs a task of its own. */
  static byte[] alone(Worker worker, Function<Worker, byte[]> task) {
    try {
      return result(task.apply(worker));
    } catch (RuntimeException | LinkageError e) {
      worker.requireWanted();
      return failure(worker, e);
    }
  }

  private static byte[] result(byte[] content) {
    return ArrayCodec.bytes(
        out -> {
          out.writeByte(RESULT);
          out.write(content);
        });
  }

  private static byte[] failure(Worker worker, Throwable failure) {
    StringWriter written = new StringWriter();
    failure.printStackTrace(new PrintWriter(written, true));
    String trace = written.toString();
    EspalierException known = failure instanceof EspalierException e ? e : null;
    String where =
        "Worker " + (worker.index() + 1) + " of " + worker.count() + ", " + worker.name() + ": ";
    return ArrayCodec.bytes(
        out -> {
          out.writeByte(FAILURE);
          out.writeUTF(known == null ? "" : known.code().name());
          out.writeUTF(where + (known == null ? failure : known.problem()));
          out.writeUTF(known == null ? "" : known.remedy());
          out.writeUTF(trace.substring(0, Math.min(trace.length(), LONGEST_TRACE)));
        });
  }

  /**
   * Returns the results of all workers.
   *
   * @throws RuntimeException the failure of the first worker that failed, which names it
   */
  static List<byte[]> results(List<byte[]> outcomes) {
    List<byte[]> results = new ArrayList<>();
    RuntimeException failure = null;
    boolean failed = false;
    for (byte[] outcome : outcomes) {
      failed |= outcome[0] != RESULT;
      if (outcome[0] == RESULT) {
        results.add(Arrays.copyOfRange(outcome, 1, outcome.length));
      } else if (outcome[0] == FAILURE && failure == null) {
        failure = failure(outcome);
      }
    }
    if (failure != null) {
      throw failure;
    }
    if (failed) {
      throw new IllegalStateException("workers ended because of another one, which did not fail");
    }
    return results;
  }

  private static RuntimeException failure(byte[] outcome) {
    List<RuntimeException> read = new ArrayList<>();
    ArrayCodec.read(
        outcome,
        in -> {
          in.readByte();
          String code = in.readUTF();
          String problem = in.readUTF();
          String remedy = in.readUTF();
          log.error("{}", in.readUTF());
          read.add(
              code.isEmpty()
                  ? new IllegalStateException(problem)
                  : new EspalierException(ErrorCode.valueOf(code), problem, remedy));
        });
    return read.get(0);
  }
}
