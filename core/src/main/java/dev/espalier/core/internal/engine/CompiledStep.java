package dev.espalier.core.internal.engine;

import dev.espalier.core.internal.program.StepProgram;
import dev.espalier.engine.Executable;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Shape;
import dev.espalier.layer.RandomInput;
import dev.espalier.random.RandomKey;
import dev.espalier.random.RandomStream;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** A compiled step. Not thread-safe. */
public final class CompiledStep implements AutoCloseable {
  private final StepProgram step;
  private final Executable executable;
  private final Set<String> fed;

  CompiledStep(StepProgram step, Executable executable) {
    this.step = step;
    this.executable = executable;
    this.fed = step.program().inputs().keySet();
  }

  /** Returns the program of the step. */
  public StepProgram step() {
    return step;
  }

  /**
   * Runs the step.
   *
   * @param values may contain more than the program takes
   * @param batchSize samples in the batch
   * @param randomness seeds the random numbers of this step, together with the input's name
   * @param number index of the step, counted over all trainings of the trainer
   */
  public Map<String, HostArray> run(
      Map<String, HostArray> values, int batchSize, RandomKey randomness, long number) {
    Map<String, HostArray> inputs = new HashMap<>(values);
    inputs.keySet().retainAll(fed);
    for (RandomInput random : step.randomInputs()) {
      inputs.put(random.name(), uniform(random, batchSize, randomness, number));
    }
    return executable.run(inputs);
  }

  private static HostArray uniform(
      RandomInput random, int batchSize, RandomKey randomness, long number) {
    Shape shape = random.shape();
    if (!shape.isStatic()) {
      shape = shape.with(0, batchSize);
    }
    float[] numbers = new float[shape.arrayLength()];
    RandomStream stream = randomness.with(random.name()).with(number).stream();
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = stream.nextFloat();
    }
    return HostArray.wrap(shape, numbers);
  }

  @Override
  public void close() {
    executable.close();
  }
}
