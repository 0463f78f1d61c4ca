package dev.espalier.report;

import dev.espalier.callback.BatchObservation;
import dev.espalier.callback.Callback;
import dev.espalier.callback.ObservedBatch;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import java.util.List;

/**
 * Keeps images of the first batch that a model is trained on, augmented, resized and mixed as it
 * saw them, for {@link Report#trainingImages}. Where the features of a frozen base are cached, the
 * model sees no images until it is trained as a whole. Not for two concurrent trainings.
 */
public final class ObservedImages implements Callback {
  private final int count;
  private List<TrainingImage> images = List.of();

  private ObservedImages(int count) {
    this.count = count;
  }

  /**
   * Returns the callback.
   *
   * @param count number of images, 1 or more
   */
  public static ObservedImages atMost(int count) {
    if (count < 1) {
      throw new EspalierException(
          ErrorCode.INVALID_TRAINING_SETTING,
          "ObservedImages cannot keep " + count + " images.",
          "Give 1 or more, such as 16.");
    }
    return new ObservedImages(count);
  }

  @Override
  public BatchObservation observedBatch() {
    return BatchObservation.ofInputs();
  }

  @Override
  public void onTrainBatchEnd(BatchEnd event) {
    ObservedBatch batch = event.control().batch();
    // The model is asked only if there are images: it copies all weights.
    if (images.isEmpty() && TrainingImage.areIn(batch)) {
      images = TrainingImage.of(batch, event.control().model().classNames(), count);
    }
  }

  /** Returns the images, none before the first batch. */
  public List<TrainingImage> images() {
    return images;
  }

  /** Returns the settings. */
  @Override
  public String toString() {
    return "ObservedImages[count=" + count + "]";
  }
}
