package dev.espalier.core.internal.program;

import dev.espalier.graph.HostArray;
import dev.espalier.graph.Shape;
import dev.espalier.layer.RandomInput;
import dev.espalier.random.RandomKey;
import dev.espalier.random.RandomStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a step is fed with. Immutable. Made once for all steps of a training, because finding the
 * inputs of a program means looking at all of its operations.
 */
public final class StepInputs {
  private final Set<String> names;
  private final List<RandomInput> random;

  StepInputs(Set<String> names, List<RandomInput> random) {
    this.names = names;
    this.random = random;
  }

  /** Returns the names of everything that the program takes. */
  public Set<String> names() {
    return names;
  }

  /**
   * Returns what the program takes of some values, and the random numbers of a step.
   *
   * @param values may contain more than the program takes
   * @param batchSize samples in the batch
   * @param randomness seeds the random numbers of this step, together with the input's name
   * @param number index of the step, counted over all trainings of the trainer
   */
  public Map<String, HostArray> feed(
      Map<String, HostArray> values, int batchSize, RandomKey randomness, long number) {
    Map<String, HostArray> fed = new HashMap<>(values);
    fed.keySet().retainAll(names);
    for (RandomInput input : random) {
      fed.put(input.name(), uniform(input, batchSize, randomness, number));
    }
    return fed;
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
}
