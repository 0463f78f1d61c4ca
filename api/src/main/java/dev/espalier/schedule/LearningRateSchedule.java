package dev.espalier.schedule;

import dev.espalier.option.OptionDescription;
import dev.espalier.option.OptionType;

/**
 * The learning rate as a function of training progress. It is called before each step and must
 * always return the same value for the same progress, so that an interrupted run resumes with the
 * learning rates it would have had. Implementations are immutable and thread-safe, usually records:
 * checkpoints compare the components of records, but only the class of anything else.
 *
 * <p>Schedules can be combined: one may call another, as {@link WarmUp} does.
 */
@FunctionalInterface
public interface LearningRateSchedule {
  /** Returns the learning rate of the next step, finite and 0 or more. */
  double at(TrainingProgress progress);

  /** Returns a schedule that stays at one value, which callbacks may change. */
  static LearningRateSchedule constant(double learningRate) {
    return new ConstantLearningRate(learningRate);
  }

  /**
   * Describes an option of a component that takes a number for a constant learning rate, or a
   * schedule by name with its options: {@code learning-rate = 0.01}, or {@code learning-rate { name
   * = cosine-decay, initial-learning-rate = 0.1, epochs = 20 }}.
   *
   * @param name of the option, such as {@code learning-rate}
   * @param description one sentence: what it is the learning rate of
   */
  static OptionDescription<LearningRateSchedule> option(String name, String description) {
    OptionType<Double> number = new OptionType.DecimalNumber(0, Double.MAX_VALUE);
    return new OptionDescription<>(
        name,
        new OptionType.Nested<>(
            LearningRateSchedule.class,
            number.expected() + ", or a schedule",
            text -> {
              Double value = number.parse(text);
              return value == null ? null : constant(value);
            },
            schedule ->
                schedule instanceof ConstantLearningRate constant
                    ? number.format(constant.learningRate())
                    : ""),
        null,
        description);
  }
}
