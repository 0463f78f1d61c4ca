package dev.espalier.guice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import com.google.inject.AbstractModule;
import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.Key;
import com.google.inject.Module;
import com.google.inject.ProvisionException;
import com.google.inject.TypeLiteral;
import com.google.inject.multibindings.Multibinder;
import com.google.inject.name.Names;
import com.google.inject.util.Modules;
import dev.espalier.activation.Activation;
import dev.espalier.callback.Callback;
import dev.espalier.callbacks.CallbacksPlugin;
import dev.espalier.callbacks.ReduceLROnPlateau;
import dev.espalier.core.PluginRegistry;
import dev.espalier.core.Trainer;
import dev.espalier.core.configuration.Configuration;
import dev.espalier.core.finetuning.FineTuned;
import dev.espalier.core.learningrate.LearningRateCurve;
import dev.espalier.data.Dataset;
import dev.espalier.data.Datasets;
import dev.espalier.data.Image;
import dev.espalier.data.Sample;
import dev.espalier.data.Split;
import dev.espalier.engine.Device;
import dev.espalier.engine.Engine;
import dev.espalier.engine.EngineProvider;
import dev.espalier.engine.Strategy;
import dev.espalier.engine.tensorflow.TensorFlowEngineProvider;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.layer.Dense;
import dev.espalier.layer.Input;
import dev.espalier.layer.pooling.GlobalAveragePooling2D;
import dev.espalier.layer.preprocessing.Rescaling;
import dev.espalier.model.Model;
import dev.espalier.model.Sequential;
import dev.espalier.option.Origin;
import dev.espalier.option.Setting;
import dev.espalier.plugin.DatasetProvider;
import dev.espalier.plugin.DatasetRequest;
import dev.espalier.plugin.ModelProvider;
import dev.espalier.plugin.ModelRequest;
import dev.espalier.plugin.Plugin;
import dev.espalier.training.FitOptions;
import dev.espalier.training.History;
import dev.espalier.training.TrainingConfig;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class EspalierModuleTest {
  private static final Map<String, String> SETTINGS =
      Map.of(
          "model.name", "tiny",
          "data.name", "two-greys",
          "training.epochs", "2",
          "training.batch-size", "4",
          "training.optimizer", "sgd",
          "training.loss", "categorical-crossentropy",
          "callbacks", "reduce-lr-on-plateau",
          "output.quiet", "true");

  /** Brings an engine. */
  private static final class EnginePlugin implements Plugin {
    @Override
    public String id() {
      return "engine";
    }

    @Override
    public List<EngineProvider> engines() {
      return List.of(new TensorFlowEngineProvider());
    }
  }

  /** What the application itself has: a model and a data set. */
  private static final class ApplicationPlugin implements Plugin {
    @Override
    public String id() {
      return "application";
    }

    @Override
    public List<ModelProvider> models() {
      return List.of(new Tiny());
    }

    @Override
    public List<DatasetProvider> datasets() {
      return List.of(new TwoGreys());
    }
  }

  private record Tiny() implements ModelProvider {
    @Override
    public String name() {
      return "tiny";
    }

    @Override
    public String description() {
      return "Next to nothing.";
    }

    @Override
    public Model create(ModelRequest request) {
      return Sequential.of(
          Input.of(2, 2, 1),
          Rescaling.of(1 / 255.0),
          GlobalAveragePooling2D.create(),
          Dense.of(request.classes()).activation(Activation.SOFTMAX));
    }
  }

  private record TwoGreys() implements DatasetProvider {
    @Override
    public String name() {
      return "two-greys";
    }

    @Override
    public String description() {
      return "Black and white.";
    }

    @Override
    public Dataset open(DatasetRequest request) {
      List<Sample> samples = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        byte grey = (byte) (i % 2 == 0 ? 0 : 255);
        samples.add(new Sample(Image.wrap(2, 2, 1, new byte[] {grey, grey, grey, grey}), i % 2));
      }
      return Datasets.of("two-greys", List.of("black", "white"), samples);
    }
  }

  /** A service as an application has it: everything comes in by its constructor. */
  private static final class Service {
    private final ModelFactory models;
    private final DatasetFactory datasets;
    private final TrainerFactory trainers;
    private final FitOptions options;

    @jakarta.inject.Inject
    Service(
        ModelFactory models, DatasetFactory datasets, TrainerFactory trainers, FitOptions options) {
      this.models = models;
      this.datasets = datasets;
      this.trainers = trainers;
      this.options = options;
    }

    History train() {
      Dataset data = datasets.open(Split.TRAIN);
      try (Trainer trainer = trainers.create(models.create(data.classNames().size()))) {
        return trainer.fit(data, options);
      }
    }
  }

  private final List<Injector> injectors = new ArrayList<>();

  @AfterEach
  void closeEngines() {
    injectors.forEach(injector -> injector.getInstance(OpenedEngines.class).close());
  }

  private static EspalierModule module(Map<String, String> settings) {
    List<Setting> given = new ArrayList<>();
    settings.forEach(
        (name, text) -> given.add(new Setting(name, text, Origin.file("app.conf", 3))));
    return EspalierModule.of(sources -> sources.settings(given))
        .plugins(builder -> builder.add(new EnginePlugin()).add(new CallbacksPlugin()));
  }

  private static Module application() {
    return new AbstractModule() {
      @Override
      protected void configure() {
        Multibinder.newSetBinder(binder(), Plugin.class)
            .addBinding()
            .toInstance(new ApplicationPlugin());
      }
    };
  }

  private Injector injector(Module... modules) {
    Injector injector = Guice.createInjector(modules);
    injectors.add(injector);
    return injector;
  }

  @Test
  @Tag("native")
  void aServiceTrainsWhatTheConfigurationSaysWithWhatTheApplicationBrings() {
    Injector injector = injector(module(SETTINGS), application());
    History history = injector.getInstance(Service.class).train();
    assertThat(history.epochs()).hasSize(2);
    assertThat(injector.getInstance(Engine.class).name()).isEqualTo("tensorflow");
    assertThat(injector.getInstance(Device.class)).isEqualTo(Device.cpu());
  }

  @Test
  @Tag("native")
  void aFineTuningHasTheConfiguredRecipeAndTheCallbacksOfTheApplication() {
    List<String> calls = new ArrayList<>();
    Callback bound =
        new Callback() {
          @Override
          public void onTrainBegin(TrainBegin event) {
            calls.add("begin");
          }
        };
    Map<String, String> settings = new HashMap<>(SETTINGS);
    settings.put("fine-tuning.recipe", "quick");
    settings.put("fine-tuning.epochs", "1");
    settings.remove("callbacks");
    Injector injector =
        injector(
            module(settings),
            application(),
            new AbstractModule() {
              @Override
              protected void configure() {
                Multibinder.newSetBinder(binder(), Callback.class).addBinding().toInstance(bound);
              }
            });
    Dataset data = injector.getInstance(DatasetFactory.class).open(Split.TRAIN);
    Model model = injector.getInstance(ModelFactory.class).create(2);
    FineTuned tuned =
        injector
            .getInstance(FineTuningFactory.class)
            .create(model, data)
            .run(injector.getInstance(Engine.class));
    assertThat(tuned.history().epochs()).hasSize(3); // two of the head
    assertThat(tuned.classNames()).containsExactly("black", "white");
    assertThat(calls).containsExactly("begin", "begin");
  }

  @Test
  @Tag("native")
  void aLearningRateFinderTestsTheConfiguredOptimizer() {
    Injector injector = injector(module(SETTINGS), application());
    Dataset data = injector.getInstance(DatasetFactory.class).open(Split.TRAIN);
    Model model = injector.getInstance(ModelFactory.class).create(2);

    LearningRateCurve curve =
        injector
            .getInstance(LearningRateFinderFactory.class)
            .create(model, data)
            .range(1e-4, 1)
            .steps(10)
            .run(injector.getInstance(Engine.class));

    assertThat(curve.points()).hasSize(10);
    assertThat(curve.points().get(0).learningRate()).isCloseTo(1e-4, within(1e-9));
  }

  @Test
  void pluginsOfTheServiceLoaderAndOfTheApplicationMeetInOneRegistry() {
    PluginRegistry registry =
        injector(module(SETTINGS), application()).getInstance(PluginRegistry.class);
    assertThat(registry.pluginIds()).contains("engine", "callbacks", "application");
    assertThat(registry.model("tiny")).isNotNull();
  }

  @Test
  void whatHasNoStateIsThereOnceAndCallbacksAreNewEachTime() {
    Injector injector = injector(module(SETTINGS), application());
    assertThat(injector.getInstance(Configuration.class))
        .isSameAs(injector.getInstance(Configuration.class));
    Key<List<Callback>> callbacks = Key.get(new TypeLiteral<>() {});
    assertThat(injector.getInstance(callbacks).get(0))
        .isNotSameAs(injector.getInstance(callbacks).get(0));
  }

  @Test
  void boundCallbacksComeAfterConfiguredOnes() {
    Callback bound = new Callback() {};
    Module more =
        new AbstractModule() {
          @Override
          protected void configure() {
            Multibinder.newSetBinder(binder(), Callback.class).addBinding().toInstance(bound);
          }
        };
    FitOptions options =
        injector(module(SETTINGS), application(), more).getInstance(FitOptions.class);
    assertThat(options.callbacks()).hasSize(2);
    assertThat(options.callbacks().get(0)).isInstanceOf(ReduceLROnPlateau.class);
    assertThat(options.callbacks().get(1)).isSameAs(bound);
  }

  @Test
  void devicesOfTheConfigurationTrainTogether() {
    Injector injector = injector(module(Map.of("devices", "gpu:0, gpu:1")), application());
    assertThat(injector.getInstance(TrainingConfig.class).engineSettings().strategy())
        .isEqualTo(Strategy.mirrored("gpu:0", "gpu:1"));
  }

  @Test
  void anErrorNamesTheKeyAndWhereItIs() {
    Injector injector = injector(module(Map.of("training.epochs", "many")), application());
    assertThatExceptionOfType(ProvisionException.class)
        .isThrownBy(() -> injector.getInstance(TrainingConfig.class))
        .withCauseInstanceOf(EspalierException.class)
        .havingCause()
        .withMessageContaining("The setting training.epochs is \"many\" (app.conf, line 3).");
  }

  @Test
  @Tag("native")
  void severalConfigurationsStandSideBySide() {
    Map<String, String> slow =
        Map.of("data.name", "two-greys", "training.epochs", "9", "model.name", "tiny");
    Injector injector =
        Guice.createInjector(
            module(SETTINGS).annotatedWith(Names.named("first"), application()),
            module(slow).annotatedWith(Names.named("second"), application()));
    assertThat(injector.getInstance(Key.get(FitOptions.class, Names.named("first"))).epochs())
        .isEqualTo(2);
    assertThat(injector.getInstance(Key.get(FitOptions.class, Names.named("second"))).epochs())
        .isEqualTo(9);
    assertThat(injector.getExistingBinding(Key.get(FitOptions.class))).isNull();
    Engine first = injector.getInstance(Key.get(Engine.class, Names.named("first")));
    Engine second = injector.getInstance(Key.get(Engine.class, Names.named("second")));
    assertThat(first).isNotSameAs(second);
    injector.getInstance(Key.get(OpenedEngines.class, Names.named("first"))).close();
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> first.openSession(Device.cpu()))
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.CLOSED));
    second.openSession(Device.cpu()).close();
    injector.getInstance(Key.get(OpenedEngines.class, Names.named("second"))).close();
  }

  @Test
  @Tag("native")
  void enginesCloseWithTheApplicationAndOneBindingReplacesThem() {
    Engine other =
        new TensorFlowEngineProvider().open(dev.espalier.engine.EngineOptions.defaults());
    Injector injector =
        injector(
            Modules.override(module(SETTINGS), application())
                .with(binder -> binder.bind(Engine.class).toInstance(other)));
    assertThat(injector.getInstance(Engine.class)).isSameAs(other);
    injector.getInstance(OpenedEngines.class).close();
    other.openSession(Device.cpu()).close();
    other.close();
  }
}
