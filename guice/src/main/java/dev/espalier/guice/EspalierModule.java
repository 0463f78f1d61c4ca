package dev.espalier.guice;

import com.google.inject.AbstractModule;
import com.google.inject.Key;
import com.google.inject.Module;
import com.google.inject.PrivateModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import com.google.inject.TypeLiteral;
import com.google.inject.multibindings.Multibinder;
import dev.espalier.callback.Callback;
import dev.espalier.core.ModelFile;
import dev.espalier.core.PluginRegistry;
import dev.espalier.core.Trainer;
import dev.espalier.core.classifier.Classifier;
import dev.espalier.core.classifier.ClassifierOptions;
import dev.espalier.core.configuration.Configuration;
import dev.espalier.core.configuration.RunSettings;
import dev.espalier.core.finetuning.FineTuning;
import dev.espalier.core.learningrate.LearningRateFinder;
import dev.espalier.data.Augmentation;
import dev.espalier.engine.Device;
import dev.espalier.engine.Engine;
import dev.espalier.model.Model;
import dev.espalier.plugin.Plugin;
import dev.espalier.training.FitOptions;
import dev.espalier.training.TrainingConfig;
import java.lang.annotation.Annotation;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Guice bindings for Espalier, with their scopes:
 *
 * <ul>
 *   <li>{@link PluginRegistry}, singleton: the plugins on the class path and each {@link Plugin}
 *       that the application binds with {@code Multibinder.newSetBinder(binder(), Plugin.class)}
 *   <li>{@link Configuration}, singleton: read from the sources given to the module
 *   <li>{@link Engine} and {@link Device}, singletons, opened at the first injection; {@link
 *       OpenedEngines} closes them when the application ends
 *   <li>{@link ModelFactory}, {@link DatasetFactory}, {@link TrainerFactory}, {@link
 *       FineTuningFactory}, {@link LearningRateFinderFactory}, {@link ClassifierFactory}
 *   <li>{@link TrainingConfig} and {@link FitOptions}, a new instance per injection, because
 *       callbacks are stateful: the callbacks named in the configuration, followed by those that
 *       the application binds with {@code Multibinder.newSetBinder(binder(), Callback.class)};
 *       augmentations likewise
 * </ul>
 *
 * <p>Errors in settings name the key and where it was set. For several configurations in one
 * application, each with a binding annotation, see {@link #annotatedWith}. To replace single
 * bindings, use {@code Modules.override}.
 *
 * <pre>{@code
 * Injector injector =
 *     Guice.createInjector(EspalierModule.of(sources -> sources.file(Path.of("espalier.conf"))));
 * }</pre>
 */
public final class EspalierModule extends AbstractModule {
  private final Consumer<Configuration.Sources> sources;
  private final Consumer<PluginRegistry.Builder> plugins;

  private EspalierModule(
      Consumer<Configuration.Sources> sources, Consumer<PluginRegistry.Builder> plugins) {
    this.sources = sources;
    this.plugins = plugins;
  }

  /** Returns a module that reads the configuration from {@code sources}, at the first injection. */
  public static EspalierModule of(Consumer<Configuration.Sources> sources) {
    return new EspalierModule(sources, PluginRegistry.Builder::discover);
  }

  /** Returns a copy of this module with a customized plugin registry. */
  public EspalierModule plugins(Consumer<PluginRegistry.Builder> settings) {
    return new EspalierModule(sources, settings);
  }

  /**
   * Returns a module with the same bindings under a binding annotation, and none without it, so
   * that one application can use several configurations.
   *
   * @param contributions modules of the application that bind plugins, callbacks or augmentations
   *     for this configuration only
   */
  public Module annotatedWith(Annotation annotation, Module... contributions) {
    return new Annotated(this, annotation, List.of(contributions));
  }

  @Override
  protected void configure() {
    Multibinder.newSetBinder(binder(), Plugin.class);
    Multibinder.newSetBinder(binder(), Callback.class);
    Multibinder.newSetBinder(binder(), Augmentation.class);
    bind(OpenedEngines.class);
  }

  @Provides
  @Singleton
  PluginRegistry registry(Set<Plugin> bound) {
    PluginRegistry.Builder builder = PluginRegistry.builder();
    plugins.accept(builder);
    bound.forEach(builder::add);
    return builder.build();
  }

  @Provides
  @Singleton
  Configuration configuration(PluginRegistry registry) {
    return Configuration.of(registry, sources);
  }

  @Provides
  @Singleton
  Engine engine(PluginRegistry registry, Configuration configuration, OpenedEngines opened) {
    return opened.add(registry.openEngine(configuration.engineSettings()));
  }

  @Provides
  @Singleton
  Device device(Engine engine, Configuration configuration) {
    return configuration.device(engine);
  }

  @Provides
  ModelFactory modelFactory(Configuration configuration) {
    return configuration::model;
  }

  @Provides
  DatasetFactory datasetFactory(Configuration configuration) {
    return configuration::dataset;
  }

  @Provides
  TrainingConfig trainingConfig(Configuration configuration) {
    return configuration.trainingConfig();
  }

  @Provides
  List<Callback> callbacks(Configuration configuration, Set<Callback> bound) {
    return joined(configuration.get(RunSettings.CALLBACKS), bound);
  }

  @Provides
  List<Augmentation> augmentations(Configuration configuration, Set<Augmentation> bound) {
    return joined(configuration.get(RunSettings.AUGMENTATIONS), bound);
  }

  private static <T> List<T> joined(List<T> configured, Set<T> bound) {
    List<T> all = new ArrayList<>(configured);
    all.addAll(bound);
    return all;
  }

  @Provides
  FitOptions fitOptions(
      Configuration configuration, List<Callback> callbacks, List<Augmentation> augmentations) {
    return configuration.fitOptions().toBuilder()
        .callbacks(callbacks)
        .augmentations(augmentations)
        .build();
  }

  @Provides
  FineTuningFactory fineTuningFactory(
      Configuration configuration, Set<Callback> bound, List<Augmentation> augmentations) {
    return (model, training) ->
        FineTuning.of(model, training, configuration)
            .fit(fit -> fit.callbacks(List.copyOf(bound)).augmentations(augmentations));
  }

  @Provides
  LearningRateFinderFactory learningRateFinderFactory(TrainingConfig config, FitOptions options) {
    return (model, training) -> LearningRateFinder.of(model, training, config, options);
  }

  @Provides
  TrainerFactory trainerFactory(TrainingConfig config, Engine engine) {
    return new TrainerFactory() {
      @Override
      public Trainer create(Model model) {
        return Trainer.of(model, config, engine);
      }

      @Override
      public Trainer create(Model model, Consumer<TrainingConfig.Builder> settings) {
        return Trainer.of(model, config.with(settings), engine);
      }
    };
  }

  @Provides
  ClassifierFactory classifierFactory(
      PluginRegistry registry, Configuration configuration, Engine engine) {
    return new ClassifierFactory() {
      @Override
      public Classifier create(Model model, Consumer<? super ClassifierOptions.Builder> settings) {
        ClassifierOptions options =
            ClassifierOptions.of(
                builder -> {
                  builder.engineSettings(configuration.engineSettings());
                  settings.accept(builder);
                });
        return Classifier.of(model, options, registry, engine);
      }

      @Override
      public Classifier load(Path file, Consumer<? super ClassifierOptions.Builder> settings) {
        return create(ModelFile.read(file, registry).model(), settings);
      }
    };
  }

  /** The same bindings, exposed only with an annotation. */
  private static final class Annotated extends PrivateModule {
    private static final List<TypeLiteral<?>> EXPOSED =
        List.of(
            TypeLiteral.get(PluginRegistry.class),
            TypeLiteral.get(Configuration.class),
            TypeLiteral.get(Engine.class),
            TypeLiteral.get(Device.class),
            TypeLiteral.get(OpenedEngines.class),
            TypeLiteral.get(ModelFactory.class),
            TypeLiteral.get(DatasetFactory.class),
            TypeLiteral.get(TrainerFactory.class),
            TypeLiteral.get(FineTuningFactory.class),
            TypeLiteral.get(LearningRateFinderFactory.class),
            TypeLiteral.get(ClassifierFactory.class),
            TypeLiteral.get(TrainingConfig.class),
            TypeLiteral.get(FitOptions.class),
            new TypeLiteral<List<Callback>>() {},
            new TypeLiteral<List<Augmentation>>() {});

    private final EspalierModule module;
    private final Annotation annotation;
    private final List<Module> contributions;

    Annotated(EspalierModule module, Annotation annotation, List<Module> contributions) {
      this.module = module;
      this.annotation = annotation;
      this.contributions = contributions;
    }

    @Override
    protected void configure() {
      install(module);
      contributions.forEach(this::install);
      EXPOSED.forEach(this::exposeAnnotated);
    }

    private <T> void exposeAnnotated(TypeLiteral<T> type) {
      Key<T> key = Key.get(type, annotation);
      bind(key).to(type);
      expose(key);
    }
  }
}
