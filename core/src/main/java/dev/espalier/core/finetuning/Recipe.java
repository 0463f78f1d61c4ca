package dev.espalier.core.finetuning;

import dev.espalier.callback.Callback;
import dev.espalier.core.configuration.Configuration;
import dev.espalier.core.configuration.RunSettings;
import dev.espalier.core.configuration.SettingKey;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.error.NearestNames;
import dev.espalier.optimizer.Optimizer;
import dev.espalier.option.Origin;
import dev.espalier.option.Setting;
import dev.espalier.schedule.ConstantLearningRate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Named settings for fine-tuning in two phases: the defaults of everything that is not set
 * otherwise. Immutable.
 *
 * @param name lower case with hyphens
 * @param description one line for help
 * @param epochs number of epochs of the head alone
 * @param wholeModelEpochs number of epochs of the whole model after that
 * @param head optimizer of the head
 * @param wholeModel optimizer of the whole model
 * @param dropout rate before the new classifier, at least 0 and below 1
 * @param dropConnectRate stochastic depth of the base, or null for the model's own
 */
public record Recipe(
    String name,
    String description,
    int epochs,
    int wholeModelEpochs,
    PhaseSettings head,
    PhaseSettings wholeModel,
    double dropout,
    @Nullable Double dropConnectRate) {

  private static final String LEARNING_RATE = "learning-rate";

  /** How the learning rate of a phase falls. */
  public sealed interface Decay {}

  /**
   * To a fifth whenever the validation loss has not improved for some epochs.
   *
   * @param patience number of epochs
   * @param minimum lowest learning rate
   */
  public record ReduceOnPlateau(int patience, double minimum) implements Decay {
    /**
     * Returns the default of callbacks that reduce the learning rate; none if the optimizer follows
     * a schedule.
     *
     * @param key setting of the callbacks
     * @param optimizer whose learning rate is reduced
     */
    public List<Setting> defaults(SettingKey<List<Callback>> key, Optimizer optimizer) {
      if (!(optimizer.learningRate() instanceof ConstantLearningRate rate)) {
        return List.of(key.byDefault(""));
      }
      return key.byDefault(
          "reduce-lr-on-plateau",
          Map.of(
              "monitor",
              "val_loss",
              "factor",
              "0.2",
              "patience",
              Integer.toString(patience),
              "min-lr",
              Double.toString(Math.min(minimum, rate.learningRate()))));
    }
  }

  /** Along half a cosine, to zero at the end of the phase. */
  public record ToZero() implements Decay {}

  /**
   * Optimizer of one phase: stochastic gradient descent.
   *
   * @param learningRate initial learning rate
   * @param momentum Nesterov momentum, 0 for none
   * @param weightDecay of kernels; biases and scales have none
   * @param decay how the learning rate falls
   */
  public record PhaseSettings(
      double learningRate, double momentum, double weightDecay, Decay decay) {
    private List<Setting> optimizer(
        SettingKey<Optimizer> key, int epochs, @Nullable Setting start) {
      Map<String, String> options = new HashMap<>();
      options.put("momentum", Double.toString(momentum));
      options.put("nesterov", Boolean.toString(momentum != 0));
      options.put("weight-decay", Double.toString(weightDecay));
      if (weightDecay != 0) {
        options.put("exclude-from-weight-decay", "bias, gamma, beta");
      }
      if (decay instanceof ReduceOnPlateau) {
        options.put(LEARNING_RATE, Double.toString(learningRate));
      }
      List<Setting> settings = new ArrayList<>(key.byDefault("sgd", options));
      if (decay instanceof ToZero) {
        Origin origin = start == null ? Origin.byDefault() : start.origin();
        String schedule = key.name() + "." + LEARNING_RATE + ".";
        settings.add(new Setting(schedule + "name", "cosine-decay", origin));
        settings.add(
            new Setting(
                schedule + "initial-learning-rate",
                start == null ? Double.toString(learningRate) : start.text(),
                origin));
        settings.add(
            new Setting(schedule + "epochs", Integer.toString(Math.max(1, epochs)), origin));
      }
      return settings;
    }

    private List<Setting> callbacks(SettingKey<List<Callback>> key, Optimizer optimizer) {
      return decay instanceof ReduceOnPlateau plateau
          ? plateau.defaults(key, optimizer)
          : List.of(key.byDefault(""));
    }
  }

  /** The settings of Keras' tutorial "Image classification via fine-tuning with EfficientNet". */
  public static final Recipe TUTORIAL =
      new Recipe(
          "tutorial",
          "the settings of Keras' tutorial on EfficientNet",
          10,
          4,
          new PhaseSettings(0.2, 0.1, 0, new ReduceOnPlateau(5, 1e-4)),
          new PhaseSettings(0.005, 0, 0, new ReduceOnPlateau(5, 1e-5)),
          0.2,
          null);

  /** For small models, such as the bundled one, and little time. */
  public static final Recipe QUICK =
      new Recipe(
          "quick",
          "for small models and little time",
          4,
          6,
          new PhaseSettings(0.05, 0.1, 0, new ToZero()),
          new PhaseSettings(0.05, 0, 0, new ToZero()),
          0.2,
          0.0);

  /**
   * For few images per class, which the head would memorize: strong weight decay prevents that
   * better than dropout does and leaves the features as they are.
   */
  public static final Recipe FEW_IMAGES =
      new Recipe(
          "few-images",
          "strong weight decay on the head and a learning rate that falls to zero",
          8,
          3,
          new PhaseSettings(0.1, 0.1, 0.05, new ToZero()),
          new PhaseSettings(0.01, 0, 0, new ToZero()),
          0,
          0.0);

  /** All recipes, in the order to show them. */
  public static final List<Recipe> ALL = List.of(QUICK, TUTORIAL, FEW_IMAGES);

  /**
   * Returns the recipe of a name.
   *
   * @throws EspalierException {@link ErrorCode#UNKNOWN_NAME} if there is none, with similar names
   */
  public static Recipe named(String name) {
    return ALL.stream()
        .filter(recipe -> recipe.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                NearestNames.unknown(
                    ErrorCode.UNKNOWN_NAME,
                    "recipe",
                    name,
                    ALL.stream().map(Recipe::name).toList()));
  }

  /** Returns the optimizers, with which single options of them can be given in a configuration. */
  public List<Setting> optimizers() {
    List<Setting> optimizers = new ArrayList<>(head.optimizer(RunSettings.OPTIMIZER, epochs, null));
    optimizers.addAll(
        wholeModel.optimizer(RunSettings.FINE_TUNING_OPTIMIZER, wholeModelEpochs, null));
    return optimizers;
  }

  /**
   * Returns a configuration in which this recipe decides what was not set: epochs, optimizers,
   * callbacks, dropout, loss and metrics.
   *
   * @param labels what the data are labelled with
   * @param startRates settings of learning rates that only say where the recipe's learning rate
   *     starts; any other setting of a learning rate makes it constant
   * @throws EspalierException as {@link Configuration#with}
   */
  public Configuration applyTo(
      Configuration configuration, LabelMode labels, List<Setting> startRates) {
    int headEpochs = orElse(configuration.find(RunSettings.EPOCHS), epochs);
    int wholeEpochs = orElse(configuration.find(RunSettings.FINE_TUNING_EPOCHS), wholeModelEpochs);
    List<Setting> defaults = new ArrayList<>(labels.defaults());
    defaults.add(RunSettings.RECIPE.byDefault(name));
    defaults.add(RunSettings.EPOCHS.byDefault(Integer.toString(headEpochs)));
    defaults.add(RunSettings.FINE_TUNING_EPOCHS.byDefault(Integer.toString(wholeEpochs)));
    defaults.add(RunSettings.DROPOUT.byDefault(Double.toString(dropout)));
    defaults.addAll(
        head.optimizer(
            RunSettings.OPTIMIZER,
            headEpochs,
            start(configuration, RunSettings.OPTIMIZER, startRates)));
    defaults.addAll(
        wholeModel.optimizer(
            RunSettings.FINE_TUNING_OPTIMIZER,
            wholeEpochs,
            start(configuration, RunSettings.FINE_TUNING_OPTIMIZER, startRates)));
    Configuration applied = configuration.with(defaults);
    return applied.with(callbacks(configuration, applied));
  }

  private static int orElse(@Nullable Integer given, int recipe) {
    return given == null ? recipe : given;
  }

  /** Returns where the learning rate starts, if it was given and the optimizer is the recipe's. */
  private static @Nullable Setting start(
      Configuration configuration, SettingKey<Optimizer> key, List<Setting> startRates) {
    boolean chosen =
        configuration.settings().stream()
            .filter(setting -> setting.name().equals(key.name() + ".name"))
            .anyMatch(setting -> setting.origin().source() != Origin.Source.DEFAULT);
    return startRates.stream()
        .filter(setting -> !chosen && setting.name().equals(key.name() + "." + LEARNING_RATE))
        .findFirst()
        .orElse(null);
  }

  /**
   * Returns the callbacks where nobody gave others, which for the whole model are those of the head
   * unless it has some of its own.
   *
   * @param applied with the optimizers, whose learning rates they start from
   */
  private List<Setting> callbacks(Configuration given, Configuration applied) {
    if (given.isGiven(RunSettings.CALLBACKS)) {
      return List.of();
    }
    List<Setting> callbacks =
        new ArrayList<>(head.callbacks(RunSettings.CALLBACKS, applied.get(RunSettings.OPTIMIZER)));
    if (!given.isGiven(RunSettings.FINE_TUNING_CALLBACKS)) {
      callbacks.addAll(
          wholeModel.callbacks(
              RunSettings.FINE_TUNING_CALLBACKS, applied.get(RunSettings.FINE_TUNING_OPTIMIZER)));
    }
    return callbacks;
  }
}
