package dev.espalier.training;

import dev.espalier.engine.Capability;
import dev.espalier.engine.EngineSettings;
import dev.espalier.engine.Precision;
import dev.espalier.engine.Strategy;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.loss.Loss;
import dev.espalier.metric.Goal;
import dev.espalier.metric.Metric;
import dev.espalier.optimizer.GradientClipping;
import dev.espalier.optimizer.Optimizer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Configuration of a trainer. Immutable.
 *
 * @param engineSettings which engine runs on which device, and how
 * @param requiredCapabilities capabilities that the engine must have; an engine that lacks one is
 *     rejected
 * @param precision floating-point type of convolutions and matrix products
 * @param optimizer updates the weights; null for a trainer that only evaluates or predicts
 * @param gradientClipping limits gradients before the optimizer uses them
 * @param learningRateMultipliers multipliers of the optimizer's learning rate by layer
 * @param loss the objective that training minimizes; null for a trainer that only predicts
 * @param metrics values to report beside the loss
 * @param outputs loss and metrics of each output, by name, for a model with several outputs; then
 *     neither {@code loss} nor {@code metrics} is set
 * @param step computation of one training step
 * @param seed random seed of initial weights, shuffling, augmentation and dropout
 */
public record TrainingConfig(
    EngineSettings engineSettings,
    Set<Capability> requiredCapabilities,
    Precision precision,
    @Nullable Optimizer optimizer,
    GradientClipping gradientClipping,
    LearningRateMultipliers learningRateMultipliers,
    @Nullable Loss loss,
    List<Metric> metrics,
    Map<String, OutputObjective> outputs,
    Step step,
    long seed) {

  /** Copies the collections and checks that the names of metrics are unique. */
  public TrainingConfig {
    requiredCapabilities = Set.copyOf(requiredCapabilities);
    metrics = List.copyOf(metrics);
    outputs = Collections.unmodifiableMap(new LinkedHashMap<>(outputs));
    Set<String> names = new HashSet<>(Set.of("loss"));
    outputs.keySet().forEach(output -> names.add(output + "_loss"));
    metrics.forEach(metric -> requireNew(names, "", metric));
    outputs.forEach(
        (output, objective) ->
            objective.metrics().forEach(metric -> requireNew(names, output + "_", metric)));
    if (!outputs.isEmpty() && (loss != null || !metrics.isEmpty())) {
      throw new EspalierException(
          ErrorCode.INVALID_TRAINING_SETTING,
          "A loss or metrics are set without naming an output, and others for the"
              + " outputs "
              + String.join(", ", outputs.keySet())
              + ".",
          "Use output(...) to set loss and metrics of each output, or loss(...) and"
              + " metrics(...) for a model with one output.");
    }
  }

  private static void requireNew(Set<String> names, String prefix, Metric metric) {
    for (String name : metric.logNames()) {
      if (!names.add(prefix + name)) {
        throw new EspalierException(
            ErrorCode.INVALID_TRAINING_SETTING,
            "Two metrics are named \"" + prefix + name + "\".",
            "Name each metric once; \"loss\" is reported anyway.");
      }
    }
  }

  /**
   * Returns the defaults: an engine chosen automatically on its preferred device, seed 0, and
   * float32, and neither optimizer nor loss nor metrics; gradients are not clipped.
   */
  public static TrainingConfig defaults() {
    return new TrainingConfig(
        EngineSettings.defaults(),
        Set.of(),
        Precision.FLOAT32,
        null,
        GradientClipping.none(),
        LearningRateMultipliers.none(),
        null,
        List.of(),
        Map.of(),
        Step.supervised(),
        0);
  }

  /**
   * Returns loss and metrics by the name of their output. Those of a model with one output have an
   * empty name; there are none if no loss is set.
   */
  public Map<String, OutputObjective> objectives() {
    return loss == null ? outputs : Map.of("", new OutputObjective(loss, 1, metrics));
  }

  /**
   * Returns whether a lower or a higher value of a loss or metric in the logs is better; null if
   * there is no such loss or metric.
   *
   * @param logName without the prefix {@code val_}
   */
  public @Nullable Goal goal(String logName) {
    if (logName.equals("loss")) {
      return Goal.MIN;
    }
    for (Map.Entry<String, OutputObjective> entry : objectives().entrySet()) {
      String prefix = logPrefix(entry.getKey());
      if (!prefix.isEmpty() && logName.equals(prefix + "loss")) {
        return Goal.MIN;
      }
      for (Metric metric : entry.getValue().metrics()) {
        if (metric.logNames().stream().anyMatch(name -> logName.equals(prefix + name))) {
          return metric.goal();
        }
      }
    }
    return null;
  }

  /** Returns the names of all values that the logs of a batch have, in the order to report them. */
  public List<String> logNames() {
    List<String> names = new ArrayList<>(List.of("loss"));
    outputs.keySet().forEach(output -> names.add(logPrefix(output) + "loss"));
    objectives()
        .forEach(
            (output, objective) ->
                objective
                    .metrics()
                    .forEach(
                        metric ->
                            metric
                                .logNames()
                                .forEach(name -> names.add(logPrefix(output) + name))));
    names.addAll(step.logNames());
    return names;
  }

  /**
   * Returns the prefix of an output's loss and metrics in the logs.
   *
   * @param output a key of {@link #objectives()}
   */
  public static String logPrefix(String output) {
    return output.isEmpty() ? "" : output + "_";
  }

  /** Returns the defaults with the changes made to the builder. */
  public static TrainingConfig of(Consumer<? super Builder> settings) {
    return defaults().with(settings);
  }

  /** Returns this configuration with the changes made to the builder. */
  public TrainingConfig with(Consumer<? super Builder> settings) {
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
    private Precision precision;
    private @Nullable Optimizer optimizer;
    private GradientClipping gradientClipping;
    private LearningRateMultipliers learningRateMultipliers;
    private @Nullable Loss loss;
    private List<Metric> metrics;
    private Map<String, OutputObjective> outputs;
    private Step step;
    private long seed;

    private Builder(TrainingConfig start) {
      engineSettings = start.engineSettings;
      requiredCapabilities = start.requiredCapabilities;
      precision = start.precision;
      optimizer = start.optimizer;
      gradientClipping = start.gradientClipping;
      learningRateMultipliers = start.learningRateMultipliers;
      loss = start.loss;
      metrics = start.metrics;
      outputs = start.outputs;
      step = start.step;
      seed = start.seed;
    }

    /**
     * Adds settings that were made elsewhere, such as those of a configuration file. Settings made
     * with this builder take precedence over them, whatever the order of the calls.
     */
    public Builder engineSettings(EngineSettings settings) {
      engineSettings = engineSettings.with(settings);
      return this;
    }

    private Builder told(Consumer<? super EngineSettings.Builder> settings) {
      return engineSettings(EngineSettings.of(settings));
    }

    /** Selects the engine, such as {@code tensorflow}; {@code auto} picks one automatically. */
    public Builder engine(String name) {
      return told(settings -> settings.engine(name));
    }

    /** Sets the engines that {@code auto} tries, in order of preference. */
    public Builder engineOrder(String... names) {
      return told(settings -> settings.engineOrder(names));
    }

    /**
     * Names the engine that computes the frozen layers before the first trainable one on the CPU;
     * {@code auto}, the default, picks one that is made for inference, if one works on this
     * machine, {@code same} is the engine that trains.
     */
    public Builder frozenBaseEngine(String engine) {
      return told(settings -> settings.frozenBaseEngine(engine));
    }

    /** Selects the device: {@code auto}, {@code cpu}, {@code gpu}, {@code gpu:1}. */
    public Builder device(String name) {
      return told(settings -> settings.device(name));
    }

    /**
     * Sets how devices are used: one by default, the one of {@link #device}.
     *
     * <pre>{@code
     * config.strategy(Strategy.mirrored("gpu:0", "gpu:1"))
     * }</pre>
     */
    public Builder strategy(Strategy value) {
      return told(settings -> settings.strategy(value));
    }

    /** Sets the number of CPU threads per operation, 0 for all cores. */
    public Builder threads(int count) {
      return told(settings -> settings.threads(count));
    }

    /** Sets an option of whichever engine is used; an engine without that option rejects it. */
    public Builder engineOption(String name, String value) {
      return told(settings -> settings.option(name, value));
    }

    /**
     * Sets the capabilities that the engine must have, replacing earlier ones, for example {@code
     * DETERMINISTIC} for bit-identical runs. Capabilities that a step needs anyway, such as {@code
     * TRAINING}, are always checked.
     */
    public Builder require(Capability... capabilities) {
      requiredCapabilities = Set.of(capabilities);
      return this;
    }

    /**
     * Sets the floating-point type of convolutions and matrix products in all programs of the
     * trainer; {@link Precision#FLOAT32} by default. An engine that cannot compute in it on the
     * device is rejected.
     */
    public Builder precision(Precision value) {
      precision = value;
      return this;
    }

    /** Sets the optimizer. */
    public Builder optimizer(Optimizer value) {
      optimizer = value;
      return this;
    }

    /**
     * Sets how gradients are clipped, for every optimizer of the trainer; not at all by default.
     */
    public Builder gradientClipping(GradientClipping value) {
      gradientClipping = value;
      return this;
    }

    /**
     * Sets multipliers of the learning rate by the names or patterns of layers, replacing earlier
     * ones, for every optimizer of the trainer.
     */
    public Builder learningRateMultipliers(Map<String, Double> byPattern) {
      return learningRateMultipliers(new LearningRateMultipliers(byPattern));
    }

    /** Sets multipliers of the learning rate by layer, replacing earlier ones. */
    public Builder learningRateMultipliers(LearningRateMultipliers value) {
      learningRateMultipliers = value;
      return this;
    }

    /** Sets the loss: the objective that training minimizes. */
    public Builder loss(Loss value) {
      loss = value;
      return this;
    }

    /** Sets the metrics, replacing earlier ones. */
    public Builder metrics(Metric... values) {
      metrics = List.of(values);
      return this;
    }

    /** Sets the metrics, replacing earlier ones. */
    public Builder metrics(List<? extends Metric> values) {
      metrics = List.copyOf(values);
      return this;
    }

    /** Adds a metric. */
    public Builder addMetric(Metric value) {
      List<Metric> more = new ArrayList<>(metrics);
      more.add(value);
      metrics = more;
      return this;
    }

    /**
     * Sets loss and metrics of one of several outputs of the model; the total loss is the weighted
     * sum of the losses of all outputs.
     *
     * <pre>{@code
     * config -> config
     *     .output("species", OutputObjective.of(Losses.categoricalCrossentropy()).metrics(Metrics.accuracy()))
     *     .output("age", OutputObjective.of(Losses.meanSquaredError()).weight(0.1))
     * }</pre>
     *
     * @param name name of the layer whose output it is
     */
    public Builder output(String name, OutputObjective objective) {
      Map<String, OutputObjective> more = new LinkedHashMap<>(outputs);
      more.put(name, objective);
      outputs = more;
      return this;
    }

    /** Sets the computation of a training step; {@link Step#supervised()} by default. */
    public Builder step(Step value) {
      step = value;
      return this;
    }

    /** Sets the random seed; 0 by default. */
    public Builder seed(long value) {
      seed = value;
      return this;
    }

    /** Returns the settings. */
    public TrainingConfig build() {
      return new TrainingConfig(
          engineSettings,
          requiredCapabilities,
          precision,
          optimizer,
          gradientClipping,
          learningRateMultipliers,
          loss,
          metrics,
          outputs,
          step,
          seed);
    }
  }
}
