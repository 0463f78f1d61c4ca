package dev.espalier.cli.run;

import dev.espalier.callback.Callback;
import dev.espalier.cli.option.DefaultSettings;
import dev.espalier.core.configuration.SettingKey;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.NearestNames;
import dev.espalier.optimizer.Optimizer;
import dev.espalier.option.Origin;
import dev.espalier.option.Setting;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a fine-tuning in two phases, under a name.
 *
 * @param description one line for the help
 * @param epochs of the head alone
 * @param fineTuneEpochs of the whole model after that
 * @param dropout before the new classifier
 * @param dropConnectRate of the base, or null for the model's own
 */
public record Recipe(
    String name,
    String description,
    int epochs,
    int fineTuneEpochs,
    Step head,
    Step whole,
    double dropout,
    @Nullable Double dropConnectRate) {

  private static final String LEARNING_RATE = "learning-rate";

  /** How the learning rate of a phase falls. */
  sealed interface Fall permits OnPlateau, Cosine {}

  /**
   * When the validation loss stays for some epochs, to a fifth.
   *
   * @param patience in epochs
   * @param minimum where the fall ends
   */
  record OnPlateau(int patience, double minimum) implements Fall {}

  /** Along half a cosine, to zero at the end of the phase. */
  record Cosine() implements Fall {}

  /**
   * The optimizer of one phase: gradient descent.
   *
   * @param weightDecay of kernels; biases and scales are left alone
   */
  public record Step(double learningRate, double momentum, double weightDecay, Fall fall) {
    /**
     * Makes this the optimizer of a phase where nobody chose another.
     *
     * @param epochs of the phase
     * @param start where the learning rate starts, if that was given as an option of the command:
     *     the rest of the recipe stays
     */
    public void addTo(
        DefaultSettings settings, SettingKey<Optimizer> key, int epochs, @Nullable Setting start) {
      Map<String, String> options = new HashMap<>();
      options.put("momentum", Double.toString(momentum));
      options.put("nesterov", Boolean.toString(momentum != 0));
      options.put("weight-decay", Double.toString(weightDecay));
      if (weightDecay != 0) {
        options.put("exclude-from-weight-decay", "bias, gamma, beta");
      }
      if (fall instanceof OnPlateau) {
        options.put(LEARNING_RATE, Double.toString(learningRate));
      }
      settings.add(key, "sgd", options);
      if (fall instanceof Cosine) {
        Origin origin = start == null ? Origin.byDefault() : start.origin();
        String schedule = key.name() + "." + LEARNING_RATE + ".";
        settings
            .add(new Setting(schedule + "name", "cosine-decay", origin))
            .add(
                new Setting(
                    schedule + "initial-learning-rate",
                    start == null ? Double.toString(learningRate) : start.text(),
                    origin))
            .add(new Setting(schedule + "epochs", Integer.toString(Math.max(1, epochs)), origin));
      }
    }

    /** Adds what lowers the learning rate of an optimizer to the callbacks of its phase. */
    public void addTo(
        DefaultSettings settings, SettingKey<List<Callback>> key, Optimizer optimizer) {
      if (fall instanceof OnPlateau plateau) {
        settings.addPlateau(key, optimizer, plateau.patience(), plateau.minimum());
      } else {
        settings.addNone(key);
      }
    }
  }

  /** What the tutorial of Keras does. */
  public static final Recipe TUTORIAL =
      new Recipe(
          "tutorial",
          "the settings of Keras' tutorial on EfficientNet",
          10,
          4,
          new Step(0.2, 0.1, 0, new OnPlateau(5, 1e-4)),
          new Step(0.005, 0, 0, new OnPlateau(5, 1e-5)),
          0.2,
          null);

  /** For the bundled model, which is small, on little data, in little time. */
  public static final Recipe QUICK =
      new Recipe(
          "quick",
          "for small models and little time",
          4,
          6,
          new Step(0.05, 0.1, 0, new Cosine()),
          new Step(0.05, 0, 0, new Cosine()),
          0.2,
          0.0);

  /**
   * For few pictures per class, where the head learns them by heart: what keeps it from that is a
   * strong weight decay, which does more than dropout and leaves the features undisturbed.
   */
  static final Recipe FEW_PICTURES =
      new Recipe(
          "few-pictures",
          "strong weight decay on the head and a learning rate that falls to zero",
          8,
          3,
          new Step(0.1, 0.1, 0.05, new Cosine()),
          new Step(0.01, 0, 0, new Cosine()),
          0,
          0.0);

  public static final List<Recipe> ALL = List.of(QUICK, TUTORIAL, FEW_PICTURES);

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
}
