package org.example.eca;

import dev.espalier.option.OptionDescription;
import dev.espalier.plugin.Component;
import dev.espalier.schedule.LearningRateSchedule;
import dev.espalier.schedule.Span;
import dev.espalier.schedule.TrainingProgress;
import java.util.List;

/**
 * Rises slowly at first to what follows.
 *
 * @param length of the rise
 * @param then what follows, whose steps count from the end of the rise
 */
record SquareWarmUp(Span length, LearningRateSchedule then) implements LearningRateSchedule {
  private static final OptionDescription<Double> EPOCHS =
      OptionDescription.number("epochs", 0, 1000, "Duration of the warm-up in epochs.")
          .withDefault(1.0);
  private static final OptionDescription<LearningRateSchedule> THEN =
      LearningRateSchedule.option("then", "Learning rate or schedule after the warm-up.");

  static final Component<LearningRateSchedule> COMPONENT =
      Component.of(
          "square-warm-up",
          "Quadratic warm-up, followed by another learning rate or schedule.",
          List.of(EPOCHS, THEN),
          options -> new SquareWarmUp(Span.epochs(options.get(EPOCHS)), options.get(THEN)));

  @Override
  public double at(TrainingProgress progress) {
    double steps = length.toSteps(progress.stepsPerEpoch());
    double done = Math.min(1, progress.step() / steps);
    return then.at(progress.after(length)) * done * done;
  }
}
