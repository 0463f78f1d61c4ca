package dev.espalier.optimizer;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.DataType;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Initializer;
import dev.espalier.graph.Op.Comparison;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Tensor;
import dev.espalier.graph.TensorType;
import dev.espalier.graph.Variable;
import dev.espalier.initializer.Initializers;
import dev.espalier.model.Weights;
import dev.espalier.schedule.LearningRateSchedule;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Another optimizer that also keeps an exponential moving average of each weight that it updates:
 * {@code average = momentum * average + (1 - momentum) * weight} after each update, starting with
 * the weight after the first one, as in Keras. Averaged weights often generalize better. The
 * averages are the slots {@value #SLOT}; the weights themselves are replaced by them only as often
 * as {@link #overwriteFrequency} says. Immutable and thread-safe.
 *
 * @param optimizer updates the weights
 * @param momentum fraction of the average kept in each step, from 0 to below 1
 * @param overwriteFrequency number of updates of a weight after which its average replaces it, and
 *     training goes on from there, again and again: Keras' {@code ema_overwrite_frequency}; 0 for
 *     never
 */
public record WeightAveraging(Optimizer optimizer, double momentum, int overwriteFrequency)
    implements Optimizer {
  /** The name of the average among the slots of a weight. */
  public static final String SLOT = "average";

  private static final String STARTED = "average_started";
  private static final String UPDATES = "average_updates";

  /** Checks the ranges. */
  public WeightAveraging {
    if (!(momentum >= 0 && momentum < 1)) {
      throw new EspalierException(
          ErrorCode.INVALID_TRAINING_SETTING,
          "The momentum of averaged weights cannot be " + momentum + ".",
          "Give a number from 0 to below 1, such as 0.99.");
    }
    if (overwriteFrequency < 0) {
      throw new EspalierException(
          ErrorCode.INVALID_TRAINING_SETTING,
          "Weights cannot be overwritten with their averages every "
              + overwriteFrequency
              + " updates.",
          "Give 1 or more, such as 100, or 0 for never.");
    }
  }

  /** Makes an optimizer that never overwrites the weights. */
  public WeightAveraging(Optimizer optimizer, double momentum) {
    this(optimizer, momentum, 0);
  }

  /** Returns an optimizer with averages that keep 0.99 in each step. */
  public static WeightAveraging of(Optimizer optimizer) {
    return new WeightAveraging(optimizer, 0.99);
  }

  /** Returns this optimizer with another momentum. */
  public WeightAveraging momentum(double value) {
    return new WeightAveraging(optimizer, value, overwriteFrequency);
  }

  /** Returns this optimizer, which overwrites weights after each so many updates; 0 for never. */
  public WeightAveraging overwriteFrequency(int updates) {
    return new WeightAveraging(optimizer, momentum, updates);
  }

  /**
   * Returns weights with their averages in place of those that have one. Running means and
   * variances, and weights that were never updated, have none.
   *
   * @param weights of the model
   * @param slots of the optimizer, such as {@code trainer.optimizerSlots()}
   */
  public static Weights averaged(Weights weights, Weights slots) {
    Map<String, HostArray> averages = new LinkedHashMap<>();
    for (String name : weights.names()) {
      String started = name + "/" + STARTED;
      if (slots.contains(started) && slots.get(started).at(0) == 1) {
        averages.put(name, slots.get(name + "/" + SLOT));
      }
    }
    return weights.with(Weights.of(averages));
  }

  @Override
  public String name() {
    return "weight-averaging";
  }

  @Override
  public LearningRateSchedule learningRate() {
    return optimizer.learningRate();
  }

  @Override
  public void update(Update update, Tensor weight, Tensor gradient) {
    optimizer.update(averaging(update), weight, gradient);
  }

  @Override
  public void updateAll(Group group) {
    optimizer.updateAll(new AveragingGroup(group, this));
  }

  private Averaging averaging(Update update) {
    return new Averaging(update, momentum, overwriteFrequency);
  }

  private record AveragingGroup(Group group, WeightAveraging averaging) implements Group {
    @Override
    public Ops ops() {
      return group.ops();
    }

    @Override
    public Tensor learningRate() {
      return group.learningRate();
    }

    @Override
    public List<Gradient> gradients() {
      return group.gradients().stream()
          .map(one -> new Gradient(averaging.averaging(one.update()), one.weight(), one.gradient()))
          .toList();
    }

    @Override
    public Tensor slot(String name, TensorType type, Initializer initializer) {
      return group.slot(name, type, initializer);
    }

    @Override
    public void assignSlot(String name, Tensor value) {
      group.assignSlot(name, value);
    }
  }

  /** Averages what is assigned to a weight. */
  private record Averaging(Update update, double momentum, int overwriteFrequency)
      implements Update {
    @Override
    public void assign(Tensor value) {
      Ops ops = update.ops();
      Tensor started = update.slot(STARTED, TensorType.float32(), Initializers.zeros());
      Tensor before = update.slot(SLOT, value.type(), Initializers.zeros());
      Tensor kept = ops.multiply(started, momentum);
      Tensor taken = ops.subtract(ops.constant(1), kept);
      Tensor average = ops.add(ops.multiply(before, kept), ops.multiply(value, taken));
      update.assignSlot(SLOT, average);
      update.assignSlot(STARTED, ops.constant(1));
      update.assign(overwriteFrequency == 0 ? value : overwritten(value, average));
    }

    /** Returns the average after each so many updates, otherwise the value. */
    private Tensor overwritten(Tensor value, Tensor average) {
      Ops ops = update.ops();
      Tensor updates = ops.add(update.slot(UPDATES, TensorType.float32(), Initializers.zeros()), 1);
      Tensor due =
          ops.cast(
              ops.compare(Comparison.GREATER, updates, ops.constant(overwriteFrequency - 0.5)),
              DataType.FLOAT32);
      Tensor keep = ops.subtract(ops.constant(1), due);
      update.assignSlot(UPDATES, ops.multiply(updates, keep));
      return ops.add(ops.multiply(average, due), ops.multiply(value, keep));
    }

    @Override
    public Ops ops() {
      return update.ops();
    }

    @Override
    public Variable variable() {
      return update.variable();
    }

    @Override
    public Tensor learningRate() {
      return update.learningRate();
    }

    @Override
    public Tensor slot(String name, TensorType type, Initializer initializer) {
      return update.slot(name, type, initializer);
    }

    @Override
    public void assignSlot(String name, Tensor value) {
      update.assignSlot(name, value);
    }
  }
}
