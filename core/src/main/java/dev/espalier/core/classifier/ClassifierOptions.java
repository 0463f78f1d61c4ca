package dev.espalier.core.classifier;

import dev.espalier.core.internal.classifier.ImageViews;
import dev.espalier.engine.EngineSettings;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How a {@link Classifier} works. Immutable.
 *
 * @param engineSettings the engine, its device and its options
 * @param batchSize largest number of images computed at once, 1 or more
 * @param batchWait how long images wait for others to fill a batch; with zero a session takes what
 *     has arrived while it was busy, which costs a single request no time
 * @param sessions number of copies of the model that compute at the same time, 1 or more
 * @param queueLimit largest number of images that wait; more are refused with {@code
 *     CLASSIFIER_BUSY}. 0 for no limit
 * @param timeout how long a call waits for its answer before it fails with {@code TIMED_OUT}, or
 *     null for as long as it takes
 * @param views how many views of an image are classified, whose scores are averaged (test-time
 *     augmentation): 1 for the image itself; 2 with its mirror image; 5 for its centre and its four
 *     corners, each with 7/8 of its height and width; 10 with their mirror images. A request waits
 *     as that many images
 * @param listener is told about each computed batch
 */
public record ClassifierOptions(
    EngineSettings engineSettings,
    int batchSize,
    Duration batchWait,
    int sessions,
    int queueLimit,
    @Nullable Duration timeout,
    int views,
    BatchListener listener) {

  /** Is told about each computed batch, for monitoring. Called by several threads. */
  @FunctionalInterface
  public interface BatchListener {
    /**
     * Called after a batch.
     *
     * @param images number of images in it
     * @param waiting number of images that are waiting now
     * @param duration time that it took to compute
     */
    void onBatch(int images, int waiting, Duration duration);
  }

  /** Checks the ranges. */
  public ClassifierOptions {
    require(batchSize >= 1, "batch size", batchSize, "Give 1 or more.");
    require(sessions >= 1, "number of sessions", sessions, "Give 1 or more.");
    require(queueLimit >= 0, "queue limit", queueLimit, "Give 1 or more, or 0 for no limit.");
    require(!batchWait.isNegative(), "waiting time for a batch", batchWait, "Give zero or more.");
    require(
        timeout == null || timeout.compareTo(Duration.ZERO) > 0,
        "timeout",
        String.valueOf(timeout),
        "Give more than zero, or none.");
    require(ImageViews.COUNTS.contains(views), "number of views", views, "Give 1, 2, 5 or 10.");
    require(
        queueLimit == 0 || queueLimit >= views,
        "queue limit",
        queueLimit,
        "Give as many as there are views of an image, " + views + ", or more.");
  }

  private static void require(boolean valid, String what, Object value, String remedy) {
    if (!valid) {
      throw new EspalierException(
          ErrorCode.INVALID_ARGUMENT, "The " + what + " is " + value + ".", remedy);
    }
  }

  /**
   * Returns the defaults: the engine that suits the machine, batches of up to 8 images without
   * waiting for them, one session, no limits.
   */
  public static ClassifierOptions defaults() {
    return new ClassifierOptions(
        EngineSettings.defaults(), 8, Duration.ZERO, 1, 0, null, 1, (images, waiting, time) -> {});
  }

  /** Returns the defaults with the changes made to the builder. */
  public static ClassifierOptions of(Consumer<? super Builder> settings) {
    return defaults().with(settings);
  }

  /** Returns these options with the changes made to the builder. */
  public ClassifierOptions with(Consumer<? super Builder> settings) {
    Builder builder = toBuilder();
    settings.accept(builder);
    return builder.build();
  }

  /** Returns a builder that starts from these options. */
  public Builder toBuilder() {
    return new Builder(this);
  }

  /** Collects options. Not thread-safe. */
  public static final class Builder {
    private EngineSettings engineSettings;
    private int batchSize;
    private Duration batchWait;
    private int sessions;
    private int queueLimit;
    private @Nullable Duration timeout;
    private int views;
    private BatchListener listener;

    private Builder(ClassifierOptions start) {
      engineSettings = start.engineSettings;
      batchSize = start.batchSize;
      batchWait = start.batchWait;
      sessions = start.sessions;
      queueLimit = start.queueLimit;
      timeout = start.timeout;
      views = start.views;
      listener = start.listener;
    }

    /** Sets the engine, its device and its options; the stronger origin of a setting wins. */
    public Builder engineSettings(EngineSettings settings) {
      engineSettings = engineSettings.with(settings);
      return this;
    }

    /** Sets the engine, such as {@code pytorch}. */
    public Builder engine(String name) {
      return engineSettings(EngineSettings.of(engine -> engine.engine(name)));
    }

    /** Sets the largest number of images computed at once. */
    public Builder batchSize(int images) {
      batchSize = images;
      return this;
    }

    /** Sets how long images wait for others to fill a batch. */
    public Builder batchWait(Duration time) {
      batchWait = time;
      return this;
    }

    /** Sets how many copies of the model compute at the same time. */
    public Builder sessions(int count) {
      sessions = count;
      return this;
    }

    /** Sets how many images may wait; 0 for any number. */
    public Builder queueLimit(int images) {
      queueLimit = images;
      return this;
    }

    /** Sets how long a call waits for its answer; null for as long as it takes. */
    public Builder timeout(@Nullable Duration time) {
      timeout = time;
      return this;
    }

    /** Sets how many views of an image are classified: 1, 2, 5 or 10. */
    public Builder views(int count) {
      views = count;
      return this;
    }

    /** Sets what is told about each computed batch. */
    public Builder listener(BatchListener value) {
      listener = value;
      return this;
    }

    private ClassifierOptions build() {
      return new ClassifierOptions(
          engineSettings, batchSize, batchWait, sessions, queueLimit, timeout, views, listener);
    }
  }
}
