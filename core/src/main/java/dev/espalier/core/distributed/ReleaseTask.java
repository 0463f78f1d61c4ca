package dev.espalier.core.distributed;

/**
 * Closes what workers keep of a training.
 *
 * @param training its id
 */
record ReleaseTask(String training) implements WorkerTask {
  @Override
  public byte[] run(Worker worker) {
    return Outcome.alone(
        worker,
        any -> {
          worker.process().closeTraining(training);
          return new byte[0];
        });
  }
}
