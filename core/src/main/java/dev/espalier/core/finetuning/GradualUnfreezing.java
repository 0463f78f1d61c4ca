package dev.espalier.core.finetuning;

import dev.espalier.callback.Callback;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.model.Graft;
import dev.espalier.model.Model;
import java.util.ArrayList;
import java.util.List;

/**
 * Unfreezes a base block by block, from the top, instead of all at once: the phase of the whole
 * model is divided into stages. Each stage has the head and more blocks trainable, except the batch
 * normalizations of the base, and continues the optimizer of the stage before. Immutable.
 *
 * @param blocks number of blocks that each stage adds, 1 or more; a block is a run of layers as in
 *     {@link Model#unfreezeFrom}, and those without trained weights do not count
 * @param epochs number of epochs of each stage but the last, 1 or more; the last one takes the rest
 * @param rateFactor factor of the learning rate from one stage to the next, above 0
 */
public record GradualUnfreezing(int blocks, int epochs, double rateFactor) {
  /**
   * Checks the ranges.
   *
   * @throws EspalierException {@link ErrorCode#INVALID_TRAINING_SETTING}
   */
  public GradualUnfreezing {
    if (blocks < 1 || epochs < 1) {
      throw new EspalierException(
          ErrorCode.INVALID_TRAINING_SETTING,
          "Blocks cannot be unfrozen " + blocks + " at a time, every " + epochs + " epochs.",
          "Give 1 block or more, and 1 epoch or more.");
    }
    if (!(rateFactor > 0) || Double.isInfinite(rateFactor)) {
      throw new EspalierException(
          ErrorCode.INVALID_TRAINING_SETTING,
          "The learning rate of a stage cannot be " + rateFactor + " times that before.",
          "Give a factor above 0, such as 0.5, or 1 for the same learning rate.");
    }
  }

  /** Returns stages of some epochs, each with some more blocks, at the same learning rate. */
  public static GradualUnfreezing of(int blocks, int epochs) {
    return new GradualUnfreezing(blocks, epochs, 1);
  }

  /** Returns this with another factor of the learning rate from one stage to the next. */
  public GradualUnfreezing withRateFactor(double factor) {
    return new GradualUnfreezing(blocks, epochs, factor);
  }

  /**
   * Divides the phase of the whole model.
   *
   * @param base that the head was grafted onto
   */
  List<TrainingPhase> stagesOf(TrainingPhase whole, Model base) {
    List<TrainingPhase> stages = new ArrayList<>();
    int all = Graft.blocks(base).size();
    int left = whole.epochs();
    for (int top = blocks; top < all && left > 0; top += blocks) {
      int number = Math.min(epochs, left);
      left -= number;
      stages.add(stage(whole, base, top, stages.size()).withEpochs(number));
    }
    if (left > 0) {
      stages.add(stages.isEmpty() ? whole : continued(whole).withEpochs(left));
    }
    return stages;
  }

  private TrainingPhase stage(TrainingPhase whole, Model base, int top, int index) {
    TrainingPhase phase = index == 0 ? whole : continued(whole);
    String what = top == 1 ? "block" : top + " blocks";
    return phase.named(
        whole.name() + "-" + (index + 1),
        "the head and the last " + what + " of the base, but its batch normalizations",
        model -> Graft.unfreezeTop(model, base, top));
  }

  private TrainingPhase continued(TrainingPhase whole) {
    if (rateFactor == 1) {
      return whole.continuing();
    }
    List<Callback> callbacks = new ArrayList<>(whole.callbacks());
    callbacks.add(0, new StageRate(rateFactor));
    return whole.withCallbacks(callbacks).continuing();
  }

  /** Sets the learning rate at the start of a stage; a checkpoint of the stage has it already. */
  private record StageRate(double factor) implements Callback {
    @Override
    public boolean setsLearningRate() {
      return true;
    }

    @Override
    public void onTrainBegin(TrainBegin event) {
      event.control().setLearningRate(event.control().learningRate() * factor);
    }
  }
}
