package dev.espalier.core.distributed;

import dev.espalier.core.internal.training.ReplicaLoop;
import dev.espalier.core.internal.training.SessionState;
import dev.espalier.graph.HostArray;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Trains some steps of an epoch. The first worker returns the results of the steps, weights and
 * slots; each returns its {@link dev.espalier.core.internal.training.StepTimes}.
 *
 * @param state before the first step
 * @param weights weights and slots before the first step
 * @param from index of the first step in the epoch
 * @param to index after the last one
 * @param stepsPerExchange as {@link DistributedOptions#stepsPerExchange}
 */
record TrainingTask(
    WorkerSetup setup,
    SessionState state,
    SharedBytes weights,
    int from,
    int to,
    int stepsPerExchange)
    implements WorkerTask {
  @Override
  public byte[] run(Worker worker) {
    return Outcome.exchanged(
        worker,
        exchange ->
            using(
                worker,
                setup,
                training -> {
                  training.continueAt(state, weights);
                  ReplicaLoop loop = training.loop();
                  List<Map<String, HostArray>> results =
                      loop.train(
                          from,
                          to,
                          worker.index(),
                          worker.count(),
                          stepsPerExchange,
                          exchange,
                          worker::requireWanted);
                  byte[] content = content(worker, loop, results);
                  exchange.end();
                  training.holds(state.afterSteps(to - from));
                  return content;
                }));
  }

  private static byte[] content(
      Worker worker, ReplicaLoop loop, List<Map<String, HostArray>> results) {
    return ArrayCodec.bytes(
        out -> {
          out.writeUTF(worker.name());
          ArrayCodec.write(out, loop.takeTimes());
          if (worker.index() == 0) {
            ArrayCodec.write(out, results);
            ArrayCodec.write(out, loop.weights());
            ArrayCodec.write(out, loop.slots());
          }
        });
  }

  /** Does something with a replica, which is closed if it fails. */
  static byte[] using(Worker worker, WorkerSetup setup, Function<WorkerTraining, byte[]> use) {
    WorkerTraining training = worker.process().take(setup, worker.cores());
    try {
      byte[] result = use.apply(training);
      worker.process().giveBack(training);
      return result;
    } catch (RuntimeException | Error e) {
      training.close();
      throw e;
    }
  }
}
