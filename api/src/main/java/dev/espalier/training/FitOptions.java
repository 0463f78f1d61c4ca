package dev.espalier.training;

import dev.espalier.callback.Callback;
import dev.espalier.data.Augmentation;
import dev.espalier.data.BatchAugmentation;
import dev.espalier.data.Dataset;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import java.io.PrintStream;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Options of training. Immutable.
 *
 * @param epochs index after the last epoch; the number of epochs if {@code initialEpoch} is 0
 * @param initialEpoch index of the first epoch, to continue a training
 * @param batchSize number of samples per step
 * @param shuffle whether to shuffle the samples in each epoch
 * @param dropRemainder whether to drop an incomplete last batch of an epoch
 * @param validation data set to evaluate after epochs, or null
 * @param validationBatchSize number of samples per validation step, 0 for {@code batchSize}
 * @param validationDropRemainder whether validation drops an incomplete last batch
 * @param validationFrequency run validation every N epochs
 * @param validationEpochs run validation after exactly these epochs, counted from 1; empty to use
 *     the frequency
 * @param callbacks called in this order
 * @param augmentations applied to each image in this order
 * @param batchAugmentations applied to each batch in this order, after the augmentations
 * @param classWeights weights of the classes in the loss, or null if all count the same
 * @param cacheFeatures whether the output of the frozen first layers is computed once and kept
 * @param cachedViews number of augmented versions of each image to keep the features of
 * @param workers number of threads that prepare batches, 0 for a number that suits the machine
 * @param prefetch maximum number of batches prepared ahead
 * @param verbosity how much progress is shown
 * @param output where progress is shown, or null for the standard output
 */
public record FitOptions(
    int epochs,
    int initialEpoch,
    int batchSize,
    boolean shuffle,
    boolean dropRemainder,
    @Nullable Dataset validation,
    int validationBatchSize,
    boolean validationDropRemainder,
    int validationFrequency,
    Set<Integer> validationEpochs,
    List<Callback> callbacks,
    List<Augmentation> augmentations,
    List<BatchAugmentation> batchAugmentations,
    @Nullable ClassWeights classWeights,
    CacheFeatures cacheFeatures,
    int cachedViews,
    int workers,
    int prefetch,
    Verbosity verbosity,
    @Nullable PrintStream output) {

  /** Copies the collections and checks the ranges. */
  public FitOptions {
    if (initialEpoch < 0 || epochs < 0) {
      throw new EspalierException(
          ErrorCode.INVALID_TRAINING_SETTING,
          "Epochs cannot go from " + initialEpoch + " to " + epochs + ".",
          "Give numbers of 0 or more.");
    }
    if (validationFrequency < 1) {
      throw new EspalierException(
          ErrorCode.INVALID_TRAINING_SETTING,
          "The validation frequency is " + validationFrequency + ".",
          "Give 1 to validate after every epoch, 2 after every second epoch, and so on.");
    }
    LoadingRanges.atLeast(1, "batch size", batchSize);
    LoadingRanges.atLeast(0, "batch size of the validation", validationBatchSize);
    LoadingRanges.atLeast(1, "number of cached views", cachedViews);
    LoadingRanges.require(workers, prefetch);
    validationEpochs = Set.copyOf(validationEpochs);
    callbacks = List.copyOf(callbacks);
    augmentations = List.copyOf(augmentations);
    batchAugmentations = List.copyOf(batchAugmentations);
  }

  /**
   * Returns the defaults: one epoch, batches of 32, shuffled, incomplete batches kept, no
   * validation, no callbacks, no augmentations, no cached features, 4 batches prepared ahead,
   * progress shown if the standard output is a terminal.
   */
  public static FitOptions defaults() {
    return new FitOptions(
        1,
        0,
        32,
        true,
        false,
        null,
        0,
        false,
        1,
        Set.of(),
        List.of(),
        List.of(),
        List.of(),
        null,
        CacheFeatures.OFF,
        1,
        0,
        4,
        Verbosity.AUTO,
        null);
  }

  /** Returns the defaults with the changes made to the builder. */
  public static FitOptions of(Consumer<? super Builder> settings) {
    Builder builder = defaults().toBuilder();
    settings.accept(builder);
    return builder.build();
  }

  /** Returns a builder that starts from these options. */
  public Builder toBuilder() {
    return new Builder(this);
  }

  /** Returns whether to validate after an epoch, counted from 0. */
  public boolean validatesAfter(int epoch) {
    return validation != null
        && (validationEpochs.isEmpty()
            ? (epoch + 1) % validationFrequency == 0
            : validationEpochs.contains(epoch + 1));
  }

  /** Returns the options of validation. */
  public EvaluationOptions validationOptions() {
    return new EvaluationOptions(
        validationBatchSize == 0 ? batchSize : validationBatchSize,
        validationDropRemainder,
        List.of(),
        workers,
        prefetch,
        verbosity,
        output);
  }

  /** Collects options. Not thread-safe. */
  public static final class Builder {
    private int epochs;
    private int initialEpoch;
    private int batchSize;
    private boolean shuffle;
    private boolean dropRemainder;
    private @Nullable Dataset validation;
    private int validationBatchSize;
    private boolean validationDropRemainder;
    private int validationFrequency;
    private Set<Integer> validationEpochs;
    private List<Callback> callbacks;
    private List<Augmentation> augmentations;
    private List<BatchAugmentation> batchAugmentations;
    private @Nullable ClassWeights classWeights;
    private CacheFeatures cacheFeatures;
    private int cachedViews;
    private int workers;
    private int prefetch;
    private Verbosity verbosity;
    private @Nullable PrintStream output;

    private Builder(FitOptions start) {
      epochs = start.epochs;
      initialEpoch = start.initialEpoch;
      batchSize = start.batchSize;
      shuffle = start.shuffle;
      dropRemainder = start.dropRemainder;
      validation = start.validation;
      validationBatchSize = start.validationBatchSize;
      validationDropRemainder = start.validationDropRemainder;
      validationFrequency = start.validationFrequency;
      validationEpochs = start.validationEpochs;
      callbacks = start.callbacks;
      augmentations = start.augmentations;
      batchAugmentations = start.batchAugmentations;
      classWeights = start.classWeights;
      cacheFeatures = start.cacheFeatures;
      cachedViews = start.cachedViews;
      workers = start.workers;
      prefetch = start.prefetch;
      verbosity = start.verbosity;
      output = start.output;
    }

    /** Sets the index after the last epoch, which is the number of epochs if the first is 0. */
    public Builder epochs(int end) {
      epochs = end;
      return this;
    }

    /** Sets the index of the first epoch, to continue a training; 0 by default. */
    public Builder initialEpoch(int first) {
      initialEpoch = first;
      return this;
    }

    /** Sets the number of samples per step. */
    public Builder batchSize(int samples) {
      batchSize = samples;
      return this;
    }

    /** Sets whether to shuffle the samples in each epoch; true by default. */
    public Builder shuffle(boolean random) {
      shuffle = random;
      return this;
    }

    /** Sets whether to drop an incomplete last batch of an epoch; false by default. */
    public Builder dropRemainder(boolean drop) {
      dropRemainder = drop;
      return this;
    }

    /** Sets the validation data, or null for none. */
    public Builder validation(@Nullable Dataset dataset) {
      validation = dataset;
      return this;
    }

    /** Sets the number of samples per validation step; by default the batch size. */
    public Builder validationBatchSize(int samples) {
      validationBatchSize = samples;
      return this;
    }

    /** Sets whether validation drops an incomplete last batch; false by default. */
    public Builder validationDropRemainder(boolean drop) {
      validationDropRemainder = drop;
      return this;
    }

    /** Runs validation every N epochs; 1 by default. */
    public Builder validationFrequency(int epochsBetween) {
      validationFrequency = epochsBetween;
      return this;
    }

    /** Runs validation after exactly these epochs, counted from 1. */
    public Builder validationEpochs(int... numbers) {
      validationEpochs = Arrays.stream(numbers).boxed().collect(Collectors.toUnmodifiableSet());
      return this;
    }

    /** Sets the callbacks, replacing earlier ones. */
    public Builder callbacks(Callback... values) {
      callbacks = List.of(values);
      return this;
    }

    /** Sets the callbacks, replacing earlier ones. */
    public Builder callbacks(List<? extends Callback> values) {
      callbacks = List.copyOf(values);
      return this;
    }

    /** Sets the augmentations, replacing earlier ones. */
    public Builder augmentations(Augmentation... values) {
      augmentations = List.of(values);
      return this;
    }

    /** Sets the augmentations, replacing earlier ones. */
    public Builder augmentations(List<? extends Augmentation> values) {
      augmentations = List.copyOf(values);
      return this;
    }

    /**
     * Sets the batch augmentations, replacing earlier ones. Labels then become class probabilities,
     * which losses and metrics for class indices reject.
     */
    public Builder batchAugmentations(BatchAugmentation... values) {
      batchAugmentations = List.of(values);
      return this;
    }

    /** Sets the batch augmentations, replacing earlier ones. */
    public Builder batchAugmentations(List<? extends BatchAugmentation> values) {
      batchAugmentations = List.copyOf(values);
      return this;
    }

    /**
     * Sets the weights of the classes in the training loss, which multiply the weights of the
     * samples; validation ignores them.
     */
    public Builder classWeights(ClassWeights value) {
      classWeights = value;
      return this;
    }

    /**
     * Sets whether the output of the frozen first layers is computed once for each sample, kept in
     * a temporary file, and used in every epoch; {@link CacheFeatures#OFF} by default.
     */
    public Builder cacheFeatures(CacheFeatures value) {
      cacheFeatures = value;
      return this;
    }

    /**
     * Sets of how many augmented versions of each image features are kept, which the epochs use in
     * turn; 1 by default. It counts only with {@link CacheFeatures#ON} and augmentations.
     */
    public Builder cachedViews(int views) {
      cachedViews = views;
      return this;
    }

    /** Sets the number of threads that prepare batches, 0 for a number that suits the machine. */
    public Builder workers(int count) {
      workers = count;
      return this;
    }

    /** Sets the maximum number of batches prepared ahead. */
    public Builder prefetch(int batches) {
      prefetch = batches;
      return this;
    }

    /**
     * Sets how much progress is shown, unless one of the callbacks is a {@link
     * dev.espalier.callback.ProgressReporter}.
     */
    public Builder verbosity(Verbosity value) {
      verbosity = value;
      return this;
    }

    /**
     * Sets where progress is shown, even if it is not a terminal: for example a file, or {@code
     * System.out} for log lines of a service.
     */
    public Builder output(PrintStream stream) {
      output = stream;
      return this;
    }

    /** Returns the options. */
    public FitOptions build() {
      return new FitOptions(
          epochs,
          initialEpoch,
          batchSize,
          shuffle,
          dropRemainder,
          validation,
          validationBatchSize,
          validationDropRemainder,
          validationFrequency,
          validationEpochs,
          callbacks,
          augmentations,
          batchAugmentations,
          classWeights,
          cacheFeatures,
          cachedViews,
          workers,
          prefetch,
          verbosity,
          output);
    }
  }
}
