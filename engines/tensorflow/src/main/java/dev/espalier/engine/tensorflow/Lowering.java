package dev.espalier.engine.tensorflow;

import dev.espalier.graph.Node;
import dev.espalier.graph.Op;
import dev.espalier.graph.TensorType;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Output;

/**
 * How one primitive becomes operations of TensorFlow, and how gradients flow back through them.
 *
 * <p>The gradients are written out here instead of taken from TensorFlow's C API ({@code
 * TF_AddGradients}) for four reasons: those operations cannot be given a device or a layer's name;
 * for unknown batch sizes they compute axes and sizes of every broadcast anew in each run, while
 * here all but the batch is known; they do not exist for all primitives; and where a function has a
 * kink, every engine must choose the same side.
 */
@FunctionalInterface
interface Lowering<T extends Op> {

  /** Adds the operations of {@code op}. */
  Lowered lower(T op, Call call);

  /** What a primitive became. */
  record Lowered(List<Output<?>> outputs, @Nullable Pullback pullback) {

    /** Returns values through which no gradient flows. */
    static Lowered withoutGradient(List<Output<?>> outputs) {
      return new Lowered(outputs, null);
    }

    /** Returns a value through which no gradient flows. */
    static Lowered withoutGradient(Output<?> output) {
      return withoutGradient(List.of(output));
    }

    /** Returns the value of a primitive with one input. */
    static Lowered unary(Output<?> output, Derivative derivative) {
      return new Lowered(List.of(output), dy -> List.of(derivative.apply(dy)));
    }

    /** Returns the only value of a primitive. */
    static Lowered of(Output<?> output, Pullback pullback) {
      return new Lowered(List.of(output), pullback);
    }
  }

  /** Maps the gradient of the only output to that of the only input. */
  @FunctionalInterface
  interface Derivative {
    Output<?> apply(Output<?> dy);
  }

  /**
   * Adds what maps the gradient of a scalar with respect to a primitive's first output to those
   * with respect to its inputs. What is not needed in the end costs nothing: TensorFlow leaves out
   * operations on which no wanted value depends. Further outputs (the statistics of a batch) pass
   * no gradient on.
   */
  @FunctionalInterface
  interface Pullback {
    /** Returns one gradient per input, null for an input that gets none. */
    List<@Nullable Output<?>> apply(Output<?> dy);
  }

  /**
   * A primitive with what it was given.
   *
   * @param inputs what the node's inputs became
   * @param onProcessor whether the session computes on the processor
   */
  record Call(Node node, List<Output<?>> inputs, GraphWriter tf, boolean onProcessor) {
    Output<?> input(int index) {
      return inputs.get(index);
    }

    TensorType inputType(int index) {
      return node.inputs().get(index).type();
    }

    TensorType outputType() {
      return node.output().type();
    }
  }
}
