package dev.espalier.engine.onnxruntime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.activation.Activation;
import dev.espalier.core.PluginRegistry;
import dev.espalier.core.Trainer;
import dev.espalier.data.Dataset;
import dev.espalier.engine.Availability;
import dev.espalier.engine.Engine;
import dev.espalier.engine.EngineOptions;
import dev.espalier.engine.EngineProvider;
import dev.espalier.engine.EnginePurpose;
import dev.espalier.engine.EngineSettings;
import dev.espalier.engine.Executable;
import dev.espalier.engine.Session;
import dev.espalier.engine.pytorch.PyTorchEngineProvider;
import dev.espalier.engine.tensorflow.TensorFlowEngineProvider;
import dev.espalier.graph.HostArray;
import dev.espalier.loss.Losses;
import dev.espalier.metric.Metrics;
import dev.espalier.model.Graft;
import dev.espalier.model.Model;
import dev.espalier.model.Weights;
import dev.espalier.models.EfficientNet;
import dev.espalier.optimizer.Sgd;
import dev.espalier.plugin.Plugin;
import dev.espalier.testkit.golden.GoldenNumbers;
import dev.espalier.training.CacheFeatures;
import dev.espalier.training.History;
import dev.espalier.training.TrainingConfig;
import dev.espalier.training.Verbosity;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Trains heads on frozen bases that ONNX Runtime computes. */
@Tag("native")
class FrozenBaseTest {
  private static final int SIZE = 32;
  private static final int CLASSES = 4;
  private static final int SAMPLES = 18;
  private static final int BATCH = 6;

  /** ONNX Runtime, with a count of what runs on it. */
  private static final class Counted implements EngineProvider {
    private final EngineProvider provider = new OnnxRuntimeEngineProvider();
    private final AtomicInteger runs = new AtomicInteger();

    @Override
    public String name() {
      return provider.name();
    }

    @Override
    public List<EnginePurpose> purposes() {
      return provider.purposes();
    }

    @Override
    public Availability probe(EngineOptions options) {
      return provider.probe(options);
    }

    @Override
    public Engine open(EngineOptions options) {
      return counted(Engine.class, provider.open(options));
    }

    /** Returns an object whose results are counted, too. */
    private <T> T counted(Class<T> type, T object) {
      return type.cast(
          Proxy.newProxyInstance(
              type.getClassLoader(),
              new Class<?>[] {type},
              (proxy, method, arguments) -> {
                try {
                  Object result = method.invoke(object, arguments);
                  if (method.getName().equals("run")) {
                    runs.incrementAndGet();
                  }
                  return result instanceof Session session
                      ? counted(Session.class, session)
                      : result instanceof Executable executable
                          ? counted(Executable.class, executable)
                          : result;
                } catch (InvocationTargetException e) {
                  throw e.getCause();
                }
              }));
    }
  }

  private record Engines(List<EngineProvider> engines) implements Plugin {
    @Override
    public String id() {
      return "engines-of-the-test";
    }
  }

  private static Stream<EngineProvider> trainingEngines() {
    return Stream.of(new TensorFlowEngineProvider(), new PyTorchEngineProvider());
  }

  private static Model model() {
    Model base = EfficientNet.custom(0.25, 0.25).imageSize(SIZE).includeTop(false).build();
    Model model =
        Graft.onto(base)
            .frozen()
            .globalAveragePooling()
            .batchNormalization()
            .dropout(0.2)
            .dense(CLASSES, Activation.SOFTMAX)
            .build();
    return model.withWeights(GoldenNumbers.weights(model));
  }

  private static Dataset images() {
    return ParityImages.of(SAMPLES, SIZE);
  }

  private record Trained(Weights weights, List<Double> losses) {
    /** Trains the head for two epochs, and for another two on another base. */
    static Trained on(EngineProvider training, EngineProvider other, String frozenBase) {
      PluginRegistry registry =
          PluginRegistry.builder().add(new Engines(List.of(training, other))).build();
      try (Trainer trainer =
          Trainer.of(
              model(),
              TrainingConfig.of(
                  config ->
                      config
                          .seed(5)
                          .engine(training.name())
                          .frozenBaseEngine(frozenBase)
                          .optimizer(Sgd.of(0.05))
                          .loss(Losses.categoricalCrossentropy())
                          .metrics(Metrics.accuracy())),
              registry)) {
        List<Double> losses = new ArrayList<>();
        fit(trainer, losses);
        trainer.setWeights(changedBase(trainer.weights()));
        fit(trainer, losses);
        return new Trained(trainer.weights(), losses);
      }
    }

    /** Returns weights with another kernel of the first layer. */
    private static Weights changedBase(Weights weights) {
      Map<String, HostArray> changed = new HashMap<>(weights.asMap());
      String name =
          weights.names().stream().filter(n -> n.endsWith("stem_conv/kernel")).findFirst().get();
      HostArray kernel = weights.get(name);
      changed.put(name, HostArray.filled(kernel.type(), 0.1));
      return Weights.of(changed);
    }

    private static void fit(Trainer trainer, List<Double> losses) {
      History history =
          trainer.fit(
              images(),
              fit ->
                  fit.epochs(2)
                      .batchSize(BATCH)
                      .validation(images())
                      .cacheFeatures(CacheFeatures.OFF)
                      .verbosity(Verbosity.SILENT));
      losses.addAll(history.values("loss"));
      losses.addAll(history.values("val_loss"));
    }
  }

  @ParameterizedTest
  @MethodSource("trainingEngines")
  void theTrainingIsThatOfTheEngineThatComputesTheBaseItself(EngineProvider training) {
    Counted other = new Counted();
    Trained alone = Trained.on(training, other, EngineSettings.SAME);
    assertThat(other.runs).hasValue(0);
    Trained together = Trained.on(training, other, EngineSettings.AUTO);
    int steps = SAMPLES / BATCH;
    assertThat(other.runs)
        .as("steps of four epochs and of their validations")
        .hasValue(4 * 2 * steps);
    for (int i = 0; i < alone.losses().size(); i++) {
      assertThat(together.losses().get(i)).isEqualTo(alone.losses().get(i), within(1e-4));
    }
    assertThat(together.losses()).doesNotHaveDuplicates();
    assertThat(together.weights().names()).isEqualTo(alone.weights().names());
  }
}
