package dev.espalier.training;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.DataType;
import dev.espalier.graph.Op.Comparison;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Tensor;
import dev.espalier.graph.TensorType;
import dev.espalier.graph.Variable;
import dev.espalier.initializer.Initializers;
import dev.espalier.loss.SampleLosses;
import java.util.ArrayList;
import java.util.List;

/**
 * The supervised step with gradient accumulation: weights are updated once every few steps with the
 * mean gradient of those steps, like a batch that is as many times as large but needs the memory of
 * one. As in Keras, the mean gradient is clipped, not the gradient of each step, and schedules
 * count updates. Batch normalization sees each batch separately, and gradients left over at the end
 * of an epoch carry over to the next. Immutable and thread-safe.
 *
 * @param steps number of steps per weight update, 1 or more
 */
public record GradientAccumulation(int steps) implements Step {
  /** Checks the range. */
  public GradientAccumulation {
    if (steps < 1) {
      throw new EspalierException(
          ErrorCode.INVALID_TRAINING_SETTING,
          "Gradients cannot be accumulated over " + steps + " steps.",
          "Give 1 or more, such as 4.");
    }
  }

  @Override
  public String name() {
    return "gradient-accumulation";
  }

  @Override
  public int stepsPerUpdate() {
    return steps;
  }

  @Override
  public void trace(StepContext step) {
    ModelOutputs outputs = step.forward();
    SampleLosses losses = step.losses(outputs);
    step.report(outputs, losses);
    Ops ops = step.ops();
    List<Variable> variables = step.trainable(losses.total());
    List<Tensor> gradients =
        step.gradients(losses.total(), variables.stream().map(ops::read).toList());

    Tensor done =
        ops.add(step.slot("accumulated_steps", TensorType.float32(), Initializers.zeros()), 1);
    Tensor full = ops.compare(Comparison.GREATER, done, ops.constant(steps - 0.5));
    Tensor keep = ops.subtract(ops.constant(1), ops.cast(full, DataType.FLOAT32));
    step.assignSlot("accumulated_steps", ops.multiply(done, keep));
    List<Tensor> means = new ArrayList<>();
    for (int i = 0; i < variables.size(); i++) {
      String name = variables.get(i).name() + "/accumulated_gradient";
      Tensor sum =
          ops.add(step.slot(name, variables.get(i).type(), Initializers.zeros()), gradients.get(i));
      step.assignSlot(name, ops.multiply(sum, keep));
      means.add(ops.multiply(sum, 1.0 / steps));
    }
    step.updateWhere(full, variables, means);
  }
}
