package dev.espalier.testkit.engine;

import dev.espalier.graph.HostArray;
import dev.espalier.graph.Op;
import dev.espalier.graph.Shape;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * A primitive with inputs to test it on.
 *
 * @param batched indices of the inputs that have a batch axis, whose size may be unknown
 * @param differentiable whether to test the gradients with respect to all float32 inputs
 */
record PrimitiveCase(
    String name, Op op, List<HostArray> inputs, List<Integer> batched, boolean differentiable) {

  PrimitiveCase {
    inputs = List.copyOf(inputs);
    batched = List.copyOf(batched);
  }

  static PrimitiveCase primitive(String name, Op op, HostArray... inputs) {
    return new PrimitiveCase(name, op, List.of(inputs), List.of(), true);
  }

  /** Returns this case with an unknown batch size for the first {@code count} inputs. */
  PrimitiveCase batched(int count) {
    List<Integer> first = IntStream.range(0, count).boxed().toList();
    return with(copy -> copy.batched = first);
  }

  /** Returns this case with an unknown batch size for one input. */
  PrimitiveCase batchedInput(int position) {
    return with(copy -> copy.batched = List.of(position));
  }

  /** Returns this case without a test of gradients. */
  PrimitiveCase withoutGradient() {
    return with(copy -> copy.differentiable = false);
  }

  @Override
  public String toString() {
    return op.primitive() + ", " + name;
  }

  /**
   * Returns distinct, evenly spaced values between two bounds in random order, far enough apart
   * that finite differences do not change their order.
   */
  static HostArray spaced(Shape shape, double low, double high) {
    int count = Math.toIntExact(shape.elementCount());
    int[] order =
        dev.espalier.random.RandomKey.ofSeed(count).with("spaced").stream().permutation(count);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (low + (high - low) * (order[i] + 0.5) / count);
    }
    return HostArray.wrap(shape, values);
  }

  /** Returns values between about -2 and 2, none of them within 0.001 of an integer. */
  static HostArray spaced(int... sizes) {
    return spaced(Shape.of(sizes), -1.973, 2.011);
  }

  /** Returns values between 0.3 and 2.5. */
  static HostArray positive(int... sizes) {
    return spaced(Shape.of(sizes), 0.3, 2.5);
  }

  private PrimitiveCase with(Consumer<Copy> change) {
    Copy copy = new Copy(this);
    change.accept(copy);
    return new PrimitiveCase(name, op, inputs, copy.batched, copy.differentiable);
  }

  /** Changes only while {@link #with} makes a copy. */
  private static final class Copy {
    private List<Integer> batched;
    private boolean differentiable;

    Copy(PrimitiveCase from) {
      batched = from.batched;
      differentiable = from.differentiable;
    }
  }
}
