package dev.espalier.core.internal.engine;

import dev.espalier.core.internal.program.StepInputs;
import dev.espalier.core.internal.program.StepProgram;
import dev.espalier.engine.Executable;
import dev.espalier.graph.HostArray;
import dev.espalier.random.RandomKey;
import java.util.Map;

/** A compiled step. Not thread-safe. */
public final class CompiledStep implements AutoCloseable {
  private final StepProgram step;
  private final StepInputs inputs;
  private final Executable executable;

  CompiledStep(StepProgram step, Executable executable) {
    this.step = step;
    this.inputs = step.inputs();
    this.executable = executable;
  }

  /** Returns the program of the step. */
  public StepProgram step() {
    return step;
  }

  /** Returns what the step is fed with. */
  public StepInputs inputs() {
    return inputs;
  }

  /** Runs the step; the arguments are those of {@link StepInputs#feed}. */
  public Map<String, HostArray> run(
      Map<String, HostArray> values, int batchSize, RandomKey randomness, long number) {
    return run(inputs.feed(values, batchSize, randomness, number));
  }

  /** Runs the step with all of its inputs, the random ones too. */
  public Map<String, HostArray> run(Map<String, HostArray> fed) {
    return executable.run(fed);
  }

  @Override
  public void close() {
    executable.close();
  }
}
