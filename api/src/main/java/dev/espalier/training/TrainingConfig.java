package dev.espalier.training;

import dev.espalier.engine.EngineOptions;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a trainer is made with. Immutable.
 *
 * @param engine the name of the engine, or null to choose one: the first usable of {@code
 *     engineOrder}, or the fastest usable one for the device if that is empty
 * @param engineOrder names of engines, the preferred one first
 * @param device {@code auto} (the engine's preferred one), {@code cpu}, {@code gpu}, {@code gpu:1}
 * @param engineOptions settings of the engine
 * @param optimizer moves the weights; null for a trainer that only evaluates or predicts
 * @param loss what training makes small; null for a trainer that only predicts
 * @param metrics what is reported beside the loss
 * @param seed everything random derives from it: initial weights, shuffling, augmentation, dropout
 */
public record TrainingConfig(
    @Nullable String engine,
    List<String> engineOrder,
    String device,
    EngineOptions engineOptions,
    @Nullable Optimizer optimizer,
    @Nullable Loss loss,
    List<Metric> metrics,
    long seed) {

  /** The word that leaves the choice of an engine or a device to Espalier. */
  public static final String AUTO = "auto";

  /** Copies the lists and checks that figures have names of their own. */
  public TrainingConfig {
    engineOrder = List.copyOf(engineOrder);
    metrics = List.copyOf(metrics);
    Set<String> names = new HashSet<>(Set.of("loss"));
    for (Metric metric : metrics) {
      if (!names.add(metric.name())) {
        throw new EspalierException(
            ErrorCode.INVALID_TRAINING_SETTING,
            "Two figures are named \"" + metric.name() + "\".",
            "Name each metric once; \"loss\" is reported anyway.");
      }
    }
  }

  /**
   * Returns the defaults: an engine chosen automatically on its preferred device, seed 0, and
   * neither optimizer nor loss nor metrics.
   */
  public static TrainingConfig defaults() {
    return new TrainingConfig(
        null, List.of(), AUTO, EngineOptions.defaults(), null, null, List.of(), 0);
  }

  /** Returns the defaults with what the builder is told. */
  public static TrainingConfig of(Consumer<Builder> settings) {
    return defaults().with(settings);
  }

  /** Returns these settings with what the builder is told. */
  public TrainingConfig with(Consumer<Builder> settings) {
    Builder builder = toBuilder();
    settings.accept(builder);
    return builder.build();
  }

  /** Returns a builder that starts from these settings. */
  public Builder toBuilder() {
    return new Builder(this);
  }

  /** Collects settings. Not thread-safe. */
  public static final class Builder {
    private @Nullable String engine;
    private List<String> engineOrder;
    private String device;
    private EngineOptions engineOptions;
    private @Nullable Optimizer optimizer;
    private @Nullable Loss loss;
    private List<Metric> metrics;
    private long seed;

    private Builder(TrainingConfig start) {
      engine = start.engine;
      engineOrder = start.engineOrder;
      device = start.device;
      engineOptions = start.engineOptions;
      optimizer = start.optimizer;
      loss = start.loss;
      metrics = start.metrics;
      seed = start.seed;
    }

    /** Names the engine, such as {@code tensorflow}; {@code auto} chooses one. */
    public Builder engine(String name) {
      engine = name.equals(AUTO) ? null : name;
      return this;
    }

    /** Names the engines to choose from, the preferred one first. */
    public Builder engineOrder(String... names) {
      engineOrder = List.of(names);
      return this;
    }

    /** Names the device: {@code auto}, {@code cpu}, {@code gpu}, {@code gpu:1}. */
    public Builder device(String name) {
      device = name;
      return this;
    }

    /** Sets the options of the engine. */
    public Builder engineOptions(EngineOptions options) {
      engineOptions = options;
      return this;
    }

    /** Sets the processor threads for one operation of the engine, 0 for all. */
    public Builder threads(int count) {
      engineOptions = new EngineOptions(count, engineOptions.extra());
      return this;
    }

    /** Sets what moves the weights. */
    public Builder optimizer(Optimizer value) {
      optimizer = value;
      return this;
    }

    /** Sets what training makes small. */
    public Builder loss(Loss value) {
      loss = value;
      return this;
    }

    /** Sets what is reported beside the loss, instead of what was set before. */
    public Builder metrics(Metric... values) {
      metrics = List.of(values);
      return this;
    }

    /** Sets the number that everything random derives from. */
    public Builder seed(long value) {
      seed = value;
      return this;
    }

    /** Returns the settings. */
    public TrainingConfig build() {
      return new TrainingConfig(
          engine, engineOrder, device, engineOptions, optimizer, loss, metrics, seed);
    }
  }
}
