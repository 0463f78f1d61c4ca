package dev.espalier.core.internal.program;

import dev.espalier.graph.Op;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Program;
import dev.espalier.graph.Tensor;
import dev.espalier.graph.TensorType;
import dev.espalier.graph.Variable;
import dev.espalier.initializer.Initializers;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Multiplies the loss of a step before gradients are computed, and divides them afterwards, so that
 * small ones do not vanish in float16. As Keras' LossScaleOptimizer: a step whose gradients are not
 * finite updates neither weights nor slots and halves the scale, and it doubles after {@value
 * #GROWTH_STEPS} steps without one. Not thread-safe.
 */
final class LossScaling {
  private static final double INITIAL_SCALE = 32768;
  private static final int GROWTH_STEPS = 2000;

  private final Ops ops;
  private final Slots slots;
  private @Nullable Tensor notFinite;

  LossScaling(Ops ops) {
    this.ops = ops;
    this.slots = new Slots(ops, "loss_scaling");
  }

  List<Variable> slots() {
    return slots.variables();
  }

  /** Returns the gradients of a loss. */
  List<Tensor> gradients(Tensor loss, List<Tensor> withRespectTo) {
    Tensor scale = scale();
    List<Tensor> scaled = ops.gradients(ops.multiply(loss, scale), withRespectTo);
    scaled.forEach(this::note);
    return scaled.stream().map(gradient -> ops.divide(gradient, scale)).toList();
  }

  private Tensor scale() {
    return slots.read("scale", TensorType.float32(), Initializers.constant(INITIAL_SCALE));
  }

  private void note(Tensor gradient) {
    // Zero for every finite number, otherwise NaN.
    Tensor differences = ops.subtract(gradient, gradient);
    int[] axes = IntStream.range(0, gradient.shape().rank()).toArray();
    Tensor sum = axes.length == 0 ? differences : ops.sum(differences, axes);
    notFinite = notFinite == null ? sum : ops.add(notFinite, sum);
  }

  /**
   * Returns updates that happen only if all gradients are finite, and those of the scale.
   *
   * @param moving updates of weights, and of the slots of optimizer and step
   */
  List<Program.Update> updates(List<Program.Update> moving) {
    if (notFinite == null) {
      return moving;
    }
    Tensor zeroOrNan = notFinite;
    return ops.within(
        "loss scaling",
        () -> {
          Tensor zero = ops.constant(0);
          Tensor finite = ops.compare(Op.Comparison.EQUAL, zeroOrNan, zero);
          List<Program.Update> all = new ArrayList<>();
          moving.forEach(update -> all.add(ConditionalUpdate.where(ops, finite, update)));
          Tensor scale = scale();
          Tensor steps =
              ops.add(slots.read("finite_steps", TensorType.float32(), Initializers.zeros()), 1);
          Tensor grow = ops.compare(Op.Comparison.GREATER, steps, ops.constant(GROWTH_STEPS - 0.5));
          Tensor grown = ops.select(grow, ops.multiply(scale, 2), scale);
          slots.assign("scale", ops.select(finite, grown, ops.multiply(scale, 0.5)));
          slots.assign("finite_steps", ops.select(finite, ops.select(grow, zero, steps), zero));
          all.addAll(slots.updates());
          return all;
        });
  }
}
