package dev.espalier.training;

import dev.espalier.engine.Capability;
import dev.espalier.engine.EngineSettings;
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
 * @param engineSettings which engine runs on which device, and how
 * @param requiredCapabilities what the engine must be able to do; a trainer on one that lacks
 *     something is refused
 * @param optimizer moves the weights; null for a trainer that only evaluates or predicts
 * @param gradientClipping what happens to gradients before the optimizer sees them
 * @param loss what training makes small; null for a trainer that only predicts
 * @param metrics what is reported beside the loss
 * @param seed everything random derives from it: initial weights, shuffling, augmentation, dropout
 */
public record TrainingConfig(
    EngineSettings engineSettings,
    Set<Capability> requiredCapabilities,
    @Nullable Optimizer optimizer,
    GradientClipping gradientClipping,
    @Nullable Loss loss,
    List<Metric> metrics,
    long seed) {

  /** Copies the list and checks that figures have names of their own. */
  public TrainingConfig {
    requiredCapabilities = Set.copyOf(requiredCapabilities);
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
   * neither optimizer nor loss nor metrics; gradients are not clipped.
   */
  public static TrainingConfig defaults() {
    return new TrainingConfig(
        EngineSettings.defaults(), Set.of(), null, GradientClipping.none(), null, List.of(), 0);
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
    private EngineSettings engineSettings;
    private Set<Capability> requiredCapabilities;
    private @Nullable Optimizer optimizer;
    private GradientClipping gradientClipping;
    private @Nullable Loss loss;
    private List<Metric> metrics;
    private long seed;

    private Builder(TrainingConfig start) {
      engineSettings = start.engineSettings;
      requiredCapabilities = start.requiredCapabilities;
      optimizer = start.optimizer;
      gradientClipping = start.gradientClipping;
      loss = start.loss;
      metrics = start.metrics;
      seed = start.seed;
    }

    /**
     * Takes settings that were made elsewhere, such as those of a configuration file. Whatever the
     * order of the calls, what this builder is told itself wins over them.
     */
    public Builder engineSettings(EngineSettings settings) {
      engineSettings = engineSettings.with(settings);
      return this;
    }

    private Builder told(Consumer<EngineSettings.Builder> settings) {
      return engineSettings(EngineSettings.of(settings));
    }

    /** Names the engine, such as {@code tensorflow}; {@code auto} chooses one. */
    public Builder engine(String name) {
      return told(settings -> settings.engine(name));
    }

    /** Names the engines that {@code auto} chooses from, the preferred one first. */
    public Builder engineOrder(String... names) {
      return told(settings -> settings.engineOrder(names));
    }

    /** Names the device: {@code auto}, {@code cpu}, {@code gpu}, {@code gpu:1}. */
    public Builder device(String name) {
      return told(settings -> settings.device(name));
    }

    /** Sets the processor threads for one operation of the engine, 0 for all. */
    public Builder threads(int count) {
      return told(settings -> settings.threads(count));
    }

    /** Sets an option of whichever engine is used; one that does not know it refuses it. */
    public Builder engineOption(String name, String value) {
      return told(settings -> settings.option(name, value));
    }

    /**
     * Sets what the engine must be able to do, for example {@code DETERMINISTIC} for runs that can
     * be repeated bit by bit, instead of what was set before. What a step needs by itself, such as
     * {@code TRAINING}, is checked anyway.
     */
    public Builder require(Capability... capabilities) {
      requiredCapabilities = Set.of(capabilities);
      return this;
    }

    /** Sets what moves the weights. */
    public Builder optimizer(Optimizer value) {
      optimizer = value;
      return this;
    }

    /** Sets what happens to gradients before the optimizer sees them, whichever it is. */
    public Builder gradientClipping(GradientClipping value) {
      gradientClipping = value;
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
          engineSettings, requiredCapabilities, optimizer, gradientClipping, loss, metrics, seed);
    }
  }
}
