package dev.espalier.callbacks;

import dev.espalier.callback.Callback;
import dev.espalier.callback.CallbackState;
import dev.espalier.callback.TrainingControl;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.model.Weights;
import dev.espalier.optimizer.WeightAveraging;
import org.jspecify.annotations.Nullable;

/**
 * Validates with the averaged weights that the optimizer {@link WeightAveraging} keeps, and ends
 * the training with them: Keras' SwapEMAWeights. Variables without an average, such as running
 * means and variances, keep their values. Training goes on with the weights themselves.
 *
 * <p>With {@link #swapOnEpoch}, the model also has the averaged weights at the end of each epoch,
 * so that callbacks after this one save them: put {@link ModelCheckpoint} and {@link EarlyStopping}
 * behind it in the list. The model gets its own weights back when the next epoch starts.
 *
 * <pre>{@code
 * fit -> fit.callbacks(SwapEmaWeights.create().swapOnEpoch(true), ModelCheckpoint.to(file))
 * }</pre>
 *
 * <p>Needs memory for one copy of the weights. Not thread-safe.
 */
public final class SwapEmaWeights implements Callback {
  private static final String NAME = "SwapEmaWeights";

  private final boolean swapOnEpoch;
  private @Nullable Weights own;

  private SwapEmaWeights(boolean swapOnEpoch) {
    this.swapOnEpoch = swapOnEpoch;
  }

  /** Returns a callback that swaps the weights for validation and at the end of training. */
  public static SwapEmaWeights create() {
    return new SwapEmaWeights(false);
  }

  /** Returns this callback, which also swaps the weights at the end of each epoch, or not. */
  public SwapEmaWeights swapOnEpoch(boolean value) {
    return new SwapEmaWeights(value);
  }

  @Override
  public void onTrainBegin(TrainBegin event) {
    own = null;
  }

  @Override
  public void onEpochBegin(EpochBegin event) {
    swapBack(event.control());
  }

  @Override
  public void onTestBegin(TestBegin event) {
    swap(event.control(), event.control().optimizerSlots());
  }

  @Override
  public void onTestEnd(TestEnd event) {
    swapBack(event.control());
  }

  @Override
  public void onEpochEnd(EpochEnd event) {
    if (swapOnEpoch) {
      swap(event.control(), event.control().optimizerSlots());
    }
  }

  /** Leaves the averaged weights in the model. */
  @Override
  public void onTrainEnd(TrainEnd event) {
    TrainingControl control = event.control();
    if (own == null) {
      Weights slots = control.optimizerSlots();
      if (!slots.isEmpty()) {
        swap(control, slots);
      }
    }
    own = null;
  }

  /** Gives the model its own weights back if training failed while they were swapped. */
  @Override
  public void onException(Failure event) {
    swapBack(event.control());
  }

  private void swap(TrainingControl control, Weights slots) {
    Weights weights = control.weights();
    if (slots.names().stream().noneMatch(name -> name.endsWith("/" + WeightAveraging.SLOT))) {
      throw new EspalierException(
          ErrorCode.INVALID_TRAINING_SETTING,
          "The optimizer keeps no averages of the weights (" + NAME + ").",
          "Wrap it: WeightAveraging.of(optimizer), in a file optimizer { name = weight-averaging,"
              + " optimizer { ... } }.");
    }
    control.setWeights(WeightAveraging.averaged(weights, slots));
    own = weights;
  }

  private void swapBack(TrainingControl control) {
    Weights weights = own;
    if (weights != null) {
      control.setWeights(weights);
      own = null;
    }
  }

  /** Returns the model's own weights while the averaged ones are in the model. */
  @Override
  public CallbackState state() {
    return own == null ? CallbackState.none() : CallbackState.none().withWeights(own);
  }

  @Override
  public void restoreState(CallbackState before) {
    own = before.weights().isEmpty() ? null : before.weights();
  }

  /** Returns the settings. */
  @Override
  public String toString() {
    return NAME + "[swapOnEpoch=" + swapOnEpoch + "]";
  }
}
