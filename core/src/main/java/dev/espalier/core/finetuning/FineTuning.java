package dev.espalier.core.finetuning;

import dev.espalier.core.PluginRegistry;
import dev.espalier.core.Trainer;
import dev.espalier.core.configuration.Configuration;
import dev.espalier.core.configuration.RunSettings;
import dev.espalier.core.configuration.SettingKey;
import dev.espalier.data.Dataset;
import dev.espalier.engine.Engine;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.model.Graft;
import dev.espalier.model.Model;
import dev.espalier.option.Origin;
import dev.espalier.option.Setting;
import dev.espalier.training.FitOptions;
import dev.espalier.training.History;
import dev.espalier.training.TrainingConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Fine-tunes a pretrained model on new classes: puts a new classifier on it, trains that on the
 * frozen base, then trains the whole model except the batch normalizations of the base.
 *
 * <pre>{@code
 * FineTuned tuned =
 *     FineTuning.of(base, training)
 *         .validation(validation)
 *         .recipe("tutorial")
 *         .fit(fit -> fit.augmentations(RandomFlip.horizontal()))
 *         .run();
 * tuned.save(Path.of("pets.safetensors"));
 * }</pre>
 *
 * <p>What is not set follows from the {@linkplain Recipe recipe}; {@link Recipe#TUTORIAL} by
 * default. Loss, metrics and the activation of the classifier follow from the labels: one class a
 * sample (softmax, categorical crossentropy, accuracy) or several (sigmoid, binary crossentropy,
 * binary accuracy).
 *
 * <p>Immutable: each method returns another fine-tuning. Callbacks keep state, so that one with
 * callbacks must not run twice at the same time.
 */
public final class FineTuning {
  /** Name of the phase in which the head alone is trained. */
  public static final String HEAD = "head";

  /** Name of the phase in which the whole model is trained. */
  public static final String WHOLE_MODEL = "fine-tune";

  private final Model base;
  private final Dataset training;
  private final Settings settings;

  private FineTuning(Model base, Dataset training, Settings settings) {
    this.base = base;
    this.training = training;
    this.settings = settings;
  }

  /**
   * Returns a fine-tuning with the plugins on the class path and no settings but those in code.
   *
   * @param model a pretrained model, with or without its classifier, which is replaced
   * @param training the training data, labelled with classes
   * @throws EspalierException {@link ErrorCode#INVALID_MODEL} if it is not clear where the
   *     classifier of the model begins; {@link ErrorCode#INVALID_TRAINING_SETTING} if the targets
   *     of the data are not classes
   */
  public static FineTuning of(Model model, Dataset training) {
    return of(model, training, Configuration.of(PluginRegistry.discover(), sources -> {}));
  }

  /**
   * Returns a fine-tuning with the settings of a configuration, among them the recipe, and with its
   * plugins.
   *
   * @throws EspalierException as {@link #of(Model, Dataset)}
   */
  public static FineTuning of(Model model, Dataset training, Configuration configuration) {
    if (!training.target().isOfLabels()) {
      throw new EspalierException(
          ErrorCode.INVALID_TRAINING_SETTING,
          "Fine-tuning trains classifiers, and the targets of "
              + training.name()
              + " are not classes.",
          "Put a head on the model with Graft and train it with a Trainer.");
    }
    Model base = model.output().shape().rank() == 4 ? model : Graft.withoutClassifier(model);
    return new FineTuning(base, training, new Settings(configuration));
  }

  /** Chooses the recipe by name, such as {@code tutorial}; see {@link #recipe(Recipe)}. */
  public FineTuning recipe(String name) {
    return recipe(Recipe.named(name));
  }

  /** Chooses the recipe: the defaults of everything that is not set otherwise. */
  public FineTuning recipe(Recipe recipe) {
    return with(changed -> changed.recipe = recipe);
  }

  /** Sets what is evaluated after each epoch. Recipes that reduce the learning rate need it. */
  public FineTuning validation(Dataset dataset) {
    return with(changed -> changed.validation = dataset);
  }

  /** Sets the dropout rate before the new classifier, at least 0 and below 1. */
  public FineTuning dropout(double rate) {
    return with(changed -> changed.dropout = rate);
  }

  /**
   * Sets the number of epochs of both phases, 0 or more; one of them may be 0. The schedules of a
   * recipe span them.
   *
   * @param head epochs of the new classifier on the frozen base
   * @param wholeModel epochs of the whole model after that
   */
  public FineTuning epochs(int head, int wholeModel) {
    return with(
        changed ->
            changed.configuration =
                changed.configuration.with(
                    List.of(
                        setting(RunSettings.EPOCHS, head),
                        setting(RunSettings.FINE_TUNING_EPOCHS, wholeModel))));
  }

  private static Setting setting(SettingKey<Integer> key, int value) {
    return new Setting(key.name(), Integer.toString(value), Origin.program());
  }

  /**
   * Changes the phase of the head, such as {@code phase -> phase.withOptimizer(AdamW.of(0.001))}.
   */
  public FineTuning head(UnaryOperator<TrainingPhase> change) {
    return with(changed -> changed.head = change);
  }

  /** Changes the phase of the whole model; see {@link #head}. */
  public FineTuning wholeModel(UnaryOperator<TrainingPhase> change) {
    return with(changed -> changed.wholeModel = change);
  }

  /**
   * Unfreezes the base block by block from the top, instead of all at once: the phase of the whole
   * model becomes several.
   */
  public FineTuning gradually(GradualUnfreezing unfreezing) {
    return with(changed -> changed.unfreezing = unfreezing);
  }

  /**
   * Sets what a trainer is created with, such as engine, metrics, gradient clipping and seed; the
   * optimizer is that of each phase.
   */
  public FineTuning config(Consumer<? super TrainingConfig.Builder> config) {
    return with(changed -> changed.config = config);
  }

  /**
   * Sets how to fit in both phases, such as batch size, augmentations and callbacks; the epochs are
   * those of each phase.
   */
  public FineTuning fit(Consumer<? super FitOptions.Builder> fit) {
    return with(changed -> changed.fit = fit);
  }

  /**
   * Trains on the engine that is configured, or else chosen automatically.
   *
   * @throws EspalierException {@link ErrorCode#INVALID_TRAINING_SETTING} if neither phase has
   *     epochs; as {@link Trainer#of(Model, TrainingConfig)} and {@link Trainer#fit(Dataset,
   *     FitOptions)}
   */
  public FineTuned run() {
    try (Engine engine =
        settings.configuration.registry().openEngine(trainingConfig().engineSettings())) {
      return run(engine);
    }
  }

  /** Trains on an open engine, which the caller closes; see {@link #run()}. */
  public FineTuned run(Engine engine) {
    PhasedTraining phased = new PhasedTraining(phases(), training, fitOptions());
    try (Trainer trainer = phased.trainer(model(), trainingConfig(), engine)) {
      History history = phased.run(trainer, new PhaseListener() {});
      return new FineTuned(trainer.model(), history);
    }
  }

  /** Returns the model before training: the frozen base with its new classifier. */
  public Model model() {
    LabelMode labels = LabelMode.of(training);
    Double dropout = settings.dropout;
    return Graft.onto(base)
        .frozen()
        .globalAveragePooling()
        .batchNormalization()
        .dropout(dropout == null ? configuration().get(RunSettings.DROPOUT) : dropout)
        .dense(training.classNames().size(), labels.activation())
        .build();
  }

  /**
   * Returns the phases, the head's first; one of them may have 0 epochs. That of the whole model is
   * divided if the base is unfrozen {@linkplain #gradually gradually}.
   */
  public List<TrainingPhase> phases() {
    Configuration configuration = configuration();
    TrainingPhase head =
        TrainingPhase.of(
            HEAD,
            "the head on the frozen base",
            configuration,
            RunSettings.OPTIMIZER,
            RunSettings.CALLBACKS,
            configuration.get(RunSettings.EPOCHS),
            model -> model);
    TrainingPhase wholeModel =
        TrainingPhase.of(
            WHOLE_MODEL,
            "the whole model but the base's batch normalizations",
            configuration,
            RunSettings.FINE_TUNING_OPTIMIZER,
            configuration.isGiven(RunSettings.FINE_TUNING_CALLBACKS)
                ? RunSettings.FINE_TUNING_CALLBACKS
                : RunSettings.CALLBACKS,
            configuration.get(RunSettings.FINE_TUNING_EPOCHS),
            model -> Graft.unfreezeAllButBatchNorms(model, base));
    List<TrainingPhase> phases = new ArrayList<>();
    phases.add(settings.head.apply(head));
    TrainingPhase whole = settings.wholeModel.apply(wholeModel);
    GradualUnfreezing unfreezing = unfreezing(configuration);
    phases.addAll(unfreezing == null ? List.of(whole) : unfreezing.stagesOf(whole, base));
    return List.copyOf(phases);
  }

  private @Nullable GradualUnfreezing unfreezing(Configuration configuration) {
    int blocks = configuration.get(RunSettings.UNFREEZE_BLOCKS);
    if (settings.unfreezing != null || blocks == 0) {
      return settings.unfreezing;
    }
    return new GradualUnfreezing(
        blocks,
        configuration.get(RunSettings.UNFREEZE_EPOCHS),
        configuration.get(RunSettings.UNFREEZE_RATE_FACTOR));
  }

  /** Returns what a trainer is created with. */
  public TrainingConfig trainingConfig() {
    return configuration().trainingConfig().with(settings.config);
  }

  /** Returns how to fit in both phases; the callbacks of a phase are not part of it. */
  public FitOptions fitOptions() {
    FitOptions.Builder options =
        configuration().fitOptions().toBuilder()
            .callbacks(List.of())
            .validation(settings.validation);
    settings.fit.accept(options);
    return options.build();
  }

  private Configuration configuration() {
    Recipe recipe = settings.recipe;
    if (recipe == null) {
      String named = settings.configuration.find(RunSettings.RECIPE);
      recipe = named == null ? Recipe.TUTORIAL : Recipe.named(named);
    }
    return recipe.applyTo(settings.configuration, LabelMode.of(training), List.of());
  }

  private FineTuning with(Consumer<Settings> change) {
    Settings changed = new Settings(settings);
    change.accept(changed);
    return new FineTuning(base, training, changed);
  }

  /** What can be set; changed in copies only. */
  private static final class Settings {
    private Configuration configuration;
    private @Nullable Recipe recipe;
    private @Nullable Dataset validation;
    private @Nullable Double dropout;
    private @Nullable GradualUnfreezing unfreezing;
    private UnaryOperator<TrainingPhase> head = UnaryOperator.identity();
    private UnaryOperator<TrainingPhase> wholeModel = UnaryOperator.identity();
    private Consumer<? super TrainingConfig.Builder> config = builder -> {};
    private Consumer<? super FitOptions.Builder> fit = builder -> {};

    Settings(Configuration configuration) {
      this.configuration = configuration;
    }

    Settings(Settings other) {
      configuration = other.configuration;
      recipe = other.recipe;
      validation = other.validation;
      dropout = other.dropout;
      unfreezing = other.unfreezing;
      head = other.head;
      wholeModel = other.wholeModel;
      config = other.config;
      fit = other.fit;
    }
  }
}
