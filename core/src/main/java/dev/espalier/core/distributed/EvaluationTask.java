package dev.espalier.core.distributed;

import dev.espalier.core.internal.training.SessionState;
import dev.espalier.graph.HostArray;
import java.util.List;
import java.util.Map;

/**
 * Computes the validation: each worker some batches, whose results it returns.
 *
 * @param state of the training
 * @param weights weights and slots
 */
record EvaluationTask(WorkerSetup setup, SessionState state, SharedBytes weights)
    implements WorkerTask {
  @Override
  public byte[] run(Worker worker) {
    return Outcome.alone(
        worker,
        any ->
            TrainingTask.using(
                worker,
                setup,
                training -> {
                  training.continueAt(state, weights);
                  List<Map<String, HostArray>> results =
                      training
                          .loop()
                          .evaluate(worker.index(), worker.count(), worker::requireWanted);
                  training.holds(state);
                  return ArrayCodec.bytes(out -> ArrayCodec.write(out, results));
                }));
  }
}
