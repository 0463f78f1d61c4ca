package dev.espalier.schedule;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import java.util.List;

/**
 * Piecewise constant learning rate: one learning rate until the first boundary, another one until
 * the next, and the last one after the last boundary. As in Keras' {@code PiecewiseConstantDecay},
 * the step of a boundary given in steps belongs to the piece before it; a boundary given in epochs
 * ends with the last step of that epoch. Immutable and thread-safe.
 *
 * <pre>{@code
 * PiecewiseConstant.of(List.of(Span.epochs(30), Span.epochs(60)), List.of(0.1, 0.01, 0.001))
 * }</pre>
 *
 * @param boundaries from the start of training, all in steps or all in epochs, in ascending order
 * @param learningRates one more than there are boundaries
 */
public record PiecewiseConstant(List<Span> boundaries, List<Double> learningRates)
    implements LearningRateSchedule {
  private static final String NAME = "a piecewise constant schedule";

  /** Copies the lists and checks what is in them. */
  public PiecewiseConstant {
    boundaries = List.copyOf(boundaries);
    learningRates = List.copyOf(learningRates);
    learningRates.forEach(rate -> ScheduleChecks.learningRate(NAME, "learning rate", rate));
    if (learningRates.size() != boundaries.size() + 1 || !rising(boundaries)) {
      throw new EspalierException(
          ErrorCode.INVALID_TRAINING_SETTING,
          "The learning rates " + learningRates + " cannot change after " + boundaries + ".",
          "Give boundaries in ascending order, all in steps or all in epochs, and one"
              + " more learning rate than boundaries.");
    }
  }

  private static boolean rising(List<Span> boundaries) {
    for (int i = 1; i < boundaries.size(); i++) {
      Span before = boundaries.get(i - 1);
      Span next = boundaries.get(i);
      if (before.unit() != next.unit() || !(before.length() < next.length())) {
        return false;
      }
    }
    return true;
  }

  /** Returns a schedule of learning rates that change after boundaries. */
  public static PiecewiseConstant of(List<Span> boundaries, List<Double> learningRates) {
    return new PiecewiseConstant(boundaries, learningRates);
  }

  @Override
  public double at(TrainingProgress progress) {
    int piece = 0;
    while (piece < boundaries.size() && isOver(boundaries.get(piece), progress)) {
      piece++;
    }
    return learningRates.get(piece);
  }

  private static boolean isOver(Span boundary, TrainingProgress progress) {
    long steps = boundary.toSteps(progress.stepsPerEpoch());
    return boundary.unit() == Span.Unit.STEPS ? progress.step() > steps : progress.step() >= steps;
  }
}
