package dev.espalier.core.internal.training;

import dev.espalier.callback.BatchObservation;
import dev.espalier.core.internal.data.Loading;
import dev.espalier.core.internal.passes.FeatureBoundary;
import dev.espalier.core.internal.program.DividedStep;
import dev.espalier.core.internal.program.ImageSize;
import dev.espalier.core.internal.program.StepProgram;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.Variable;
import dev.espalier.training.CacheFeatures;
import dev.espalier.training.EvaluationOptions;
import dev.espalier.training.FitOptions;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides whether a training is fed cached features, and keeps those of its data sets. A change of
 * the frozen layers during the training, by a callback or by resuming from a checkpoint, makes it
 * decide again at the next epoch. Not thread-safe.
 */
final class FeatureCaching implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(FeatureCaching.class);

  private final TrainerSession session;
  private final FitOptions options;
  private final SampleFeeding images;
  private final Supplier<@Nullable SampleFeeding> validationImages;
  private final BatchObservation observed;
  private final Progress progress;
  private final SmallPixelWarning pixels;
  private @Nullable CachedFeatures training;
  private @Nullable CachedFeatures validation;
  private Set<Variable> changing = Set.of();
  private long decidedFor;
  private boolean used;
  private boolean abandoned;

  /**
   * Prepares a decision.
   *
   * @param images feeds images to the whole training step
   * @param validationImages returns what feeds images to the evaluation step, or null without
   *     validation
   */
  FeatureCaching(
      TrainerSession session,
      FitOptions options,
      SampleFeeding images,
      Supplier<@Nullable SampleFeeding> validationImages,
      BatchObservation observed,
      Progress progress,
      SmallPixelWarning pixels) {
    this.session = session;
    this.options = options;
    this.images = images;
    this.validationImages = validationImages;
    this.observed = observed;
    this.progress = progress;
    this.pixels = pixels;
  }

  /**
   * Returns the step to train with, compiled: the whole one, or what follows the features.
   *
   * @throws EspalierException {@link ErrorCode#INVALID_TRAINING_SETTING} if features must be cached
   *     and cannot be
   */
  StepProgram decide() {
    decidedFor = session.programGeneration();
    if (allowedByOptions()) {
      StepProgram whole = images.traced().get();
      DividedStep divided = DividedStep.of(whole, whole.changed(), session.config().precision());
      if (allowedByLayers(divided.boundary())) {
        changing = whole.changed();
        training =
            new CachedFeatures(session, divided, images, loading(options.batchSize()), views());
        return training.rest().step();
      }
    }
    return images.step().step();
  }

  private Loading loading(int batchSize) {
    return Loaders.loading(batchSize, false, options.workers(), options.prefetch());
  }

  private int views() {
    return options.augmentations().isEmpty() ? 1 : options.cachedViews();
  }

  private boolean allowedByOptions() {
    if (options.cacheFeatures() == CacheFeatures.OFF || abandoned) {
      return false;
    }
    if (!options.batchAugmentations().isEmpty()) {
      return refused(
          "batch augmentations mix images anew in every epoch", "Remove the batch augmentations");
    }
    if (observed.inputs()) {
      return refused("a callback observes the images of each batch", "Remove the callback");
    }
    boolean frozen = session.structure().variables().stream().anyMatch(FeatureCaching::isFrozen);
    return options.cacheFeatures() == CacheFeatures.ON
        || (options.augmentations().isEmpty()
            && options.epochs() - options.initialEpoch() > 1
            && frozen);
  }

  private static boolean isFrozen(Variable variable) {
    return variable.role() == Variable.Role.WEIGHT && !variable.trainable();
  }

  private boolean allowedByLayers(FeatureBoundary boundary) {
    String random = boundary.obstacle();
    if (random != null) {
      if (options.cacheFeatures() == CacheFeatures.AUTO) {
        progress.message(
            "Features of the frozen layers are not cached, because the layer "
                + random
                + " draws random numbers in every step.");
      }
      return refused(
          "the layer " + random + " draws random numbers in every step, before other frozen layers",
          "Remove its randomness (for stochastic depth, with a drop-connect rate of 0)");
    }
    if (!boundary.hasWeights()) {
      return refused(
          "no frozen layer with weights comes before " + boundary.next(),
          "Freeze the first layers of the model");
    }
    if (isTooLarge(boundary, images.fitting().size())) {
      return refused("they would be larger than the images", "Freeze more layers");
    }
    return true;
  }

  /** Reading them would take longer, and more of the disk, than computing them saves. */
  private boolean isTooLarge(FeatureBoundary boundary, ImageSize size) {
    return options.cacheFeatures() == CacheFeatures.AUTO && boundary.elements() > size.bytes();
  }

  /** Rejects a training that must cache features, unless it has begun with them. */
  private boolean refused(String reason, String remedy) {
    if (options.cacheFeatures() == CacheFeatures.ON && !used) {
      throw new EspalierException(
          ErrorCode.INVALID_TRAINING_SETTING,
          "Features cannot be cached: " + reason + ".",
          remedy + ", or train without cached features.");
    }
    log.info("Features are not cached: {}.", reason);
    return false;
  }

  /**
   * Computes what an epoch needs and returns how it is fed. Call it before the hooks of the epoch.
   *
   * @param epoch index of the epoch
   * @param epochsTrained number of epochs that the trainer has trained before it
   */
  Feeding prepare(int epoch, long epochsTrained) {
    boolean outdated =
        training == null ? decidedFor != session.programGeneration() : !training.current();
    if (outdated) {
      close();
      decide();
    }
    CachedFeatures features = training;
    if (features == null) {
      return images;
    }
    int position = epoch - options.initialEpoch();
    int view = position % views();
    try {
      tellOnce(features);
      // The first epochs see what they would see without a cache.
      features.compute(view, epochsTrained - position + view, progress.display(), pixels);
      prepareValidation();
    } catch (EspalierException e) {
      boolean recoverable = options.cacheFeatures() == CacheFeatures.AUTO || used;
      if (e.code() != ErrorCode.FILE_NOT_WRITABLE || !recoverable) {
        throw e;
      }
      close();
      abandoned = true;
      log.warn("Training continues without cached features. {}", e.getMessage());
      progress.message("Training continues without cached features. " + e.problem());
      return images;
    }
    used = true;
    return features.feeding(view);
  }

  private void tellOnce(CachedFeatures features) {
    if (features.isEmpty()) {
      String text =
          "Features are cached after "
              + features.where()
              + "; what comes before is computed once for each sample.";
      log.info(text);
      progress.message(text);
    }
  }

  private void prepareValidation() {
    CachedFeatures features = validation;
    if (features == null || !features.current()) {
      closeValidation();
      SampleFeeding whole = validationImages.get();
      if (whole == null) {
        return;
      }
      DividedStep divided =
          DividedStep.of(whole.traced().get(), changing, session.config().precision());
      FeatureBoundary boundary = divided.boundary();
      if (!boundary.hasWeights() || isTooLarge(boundary, whole.fitting().size())) {
        return;
      }
      EvaluationOptions evaluation = options.validationOptions();
      features = new CachedFeatures(session, divided, whole, loading(evaluation.batchSize()), 1);
      validation = features;
    }
    features.compute(0, 0, progress.display(), pixels);
  }

  /** Returns how validation is fed. */
  Feeding validation(SampleFeeding whole) {
    CachedFeatures features = validation;
    return features != null && !features.isEmpty() && features.current()
        ? features.feeding(0)
        : whole;
  }

  private void closeValidation() {
    if (validation != null) {
      validation.close();
      validation = null;
    }
  }

  /** Removes all features. */
  @Override
  public void close() {
    closeValidation();
    if (training != null) {
      training.close();
      training = null;
    }
  }
}
