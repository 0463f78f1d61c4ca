package dev.espalier.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.callbacks.BackupAndRestore;
import dev.espalier.core.profile.Profiler;
import dev.espalier.engine.Capability;
import dev.espalier.engine.Device;
import dev.espalier.engine.Engine;
import dev.espalier.engine.EngineProvider;
import dev.espalier.engine.EngineSettings;
import dev.espalier.engine.Executable;
import dev.espalier.engine.Session;
import dev.espalier.engine.Strategy;
import dev.espalier.engine.tensorflow.TensorFlowEngineProvider;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Program;
import dev.espalier.graph.Shape;
import dev.espalier.graph.Tensor;
import dev.espalier.graph.TensorType;
import dev.espalier.graph.Variable;
import dev.espalier.initializer.Initializers;
import dev.espalier.model.Model;
import dev.espalier.model.Weights;
import dev.espalier.training.CacheFeatures;
import dev.espalier.training.FitOptions;
import dev.espalier.training.History;
import dev.espalier.training.TrainingConfig;
import dev.espalier.training.Verbosity;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** An engine for inference computes the frozen base while another engine trains the head. */
@Tag("native")
class FrozenBaseTrainingTest extends InterruptedTraining {
  private static final EngineProvider ENGINE = new TensorFlowEngineProvider();
  private static final String BASE = "frozen base of train";
  private static final int VALIDATION_STEPS = 3;
  private static final String VALIDATION = "frozen base of evaluate";

  private final InferenceTwin twin = new InferenceTwin();

  private static Model frozen() {
    return SmallImages.network().freeze("stem*").freeze("block1*");
  }

  private static Trainer trainer(TrainingConfig config, EngineProvider... engines) {
    return Trainer.of(frozen(), config.with(c -> c.engine("tensorflow")), Engines.with(engines));
  }

  private static Trainer alone(TrainingConfig config) {
    return trainer(config, ENGINE);
  }

  private Trainer together(TrainingConfig config) {
    return trainer(config, ENGINE, twin);
  }

  private static History fit(Trainer trainer, Consumer<FitOptions.Builder> settings) {
    return trainer.fit(
        IMAGES,
        fit -> {
          fit.epochs(2)
              .batchSize(BATCH)
              .validation(SmallImages.colours(9))
              .cacheFeatures(CacheFeatures.OFF)
              .verbosity(Verbosity.SILENT);
          settings.accept(fit);
        });
  }

  private static History fit(Trainer trainer) {
    return fit(trainer, fit -> {});
  }

  private static void assertClose(Weights actual, Weights expected) {
    assertThat(actual.names()).isEqualTo(expected.names());
    for (String name : expected.names()) {
      float[] values = expected.get(name).toFloats();
      for (int i = 0; i < values.length; i++) {
        assertThat(actual.get(name).at(i)).as(name).isEqualTo(values[i], within(1e-5));
      }
    }
  }

  /** What happens to a trainer gives the same weights and losses whoever computes the base. */
  private void assertSame(Consumer<Trainer> events) {
    assertSame(CONFIG, events);
  }

  private void assertSame(TrainingConfig config, Consumer<Trainer> events) {
    try (Trainer alone = alone(config);
        Trainer together = together(config)) {
      events.accept(alone);
      events.accept(together);
      assertClose(together.weights(), alone.weights());
      assertThat(together.evaluate(IMAGES).get("loss"))
          .isEqualTo(alone.evaluate(IMAGES).get("loss"), within(1e-5));
    }
    assertThat(twin.openSessions).isZero();
    assertThat(twin.closed).isEqualTo(twin.opened);
  }

  private static Weights scaled(Weights weights, String name, float factor) {
    Map<String, HostArray> changed = new HashMap<>(weights.asMap());
    float[] values = weights.get(name).toFloats();
    for (int i = 0; i < values.length; i++) {
      values[i] *= factor;
    }
    changed.put(name, HostArray.wrap(weights.get(name).shape(), values));
    return Weights.of(changed);
  }

  @Test
  void theResultIsThatOfOneEngine() {
    assertSame(FrozenBaseTrainingTest::fit);

    assertThat(twin.runs).containsOnly(BASE, VALIDATION);
    assertThat(twin.runs).filteredOn(BASE::equals).hasSize(2 * STEPS);
    assertThat(twin.writes).as("only what the base consists of, once").containsExactly(10);
  }

  @Test
  void theEngineThatTrainsComputesTheBaseIfTheSettingSaysSo() {
    for (String same : List.of(EngineSettings.SAME, "tensorflow")) {
      try (Trainer trainer = together(CONFIG.with(c -> c.frozenBaseEngine(same)))) {
        fit(trainer);
      }
    }
    assertThat(twin.opened).isZero();
  }

  @Test
  void anEngineThatIsNamedComputesTheBase() {
    try (Trainer trainer = together(CONFIG.with(c -> c.frozenBaseEngine("twin")))) {
      fit(trainer);
    }
    assertThat(twin.runs).contains(BASE);
    assertThatThrownBy(() -> together(CONFIG.with(c -> c.frozenBaseEngine("twim"))))
        .isInstanceOfSatisfying(
            EspalierException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.UNKNOWN_NAME);
              assertThat(e.getMessage()).contains("twim", "twin");
            });
  }

  @Test
  void weightsOfTheBaseThatAreReplacedCountFromTheNextStep() {
    assertSame(
        trainer -> {
          fit(trainer);
          trainer.setWeights(scaled(trainer.weights(), "stem_conv/kernel", 3));
          fit(trainer);
        });
    assertThat(twin.writes).as("then the one that differs").containsExactly(10, 1);
  }

  @Test
  void weightsThatAreRestoredUnchangedNeedNotBeHandedOverAgain() {
    try (Trainer trainer = together(CONFIG)) {
      fit(trainer);
      trainer.setWeights(trainer.weights());
      fit(trainer);
    }
    assertThat(twin.writes).hasSize(1);
  }

  @Test
  void layersThatAreUnfrozenAndFrozenAgainAreThoseThatWereTrained() {
    assertSame(
        trainer -> {
          fit(trainer);
          trainer.changeModel(model -> model.unfreeze("*"));
          fit(trainer);
          trainer.changeModel(model -> model.freeze("stem*").freeze("block1*"));
          fit(trainer);
        });
    assertThat(twin.runs).filteredOn(BASE::equals).hasSize(4 * STEPS);
    assertThat(twin.runs)
        .as("the evaluations of the first phase alone")
        .filteredOn(VALIDATION::equals)
        .hasSize(2 * VALIDATION_STEPS);
  }

  @Test
  void severalReplicasEachHaveABase() {
    assertSame(
        CONFIG.with(c -> c.strategy(Strategy.mirrored("cpu", "cpu"))), FrozenBaseTrainingTest::fit);
    assertThat(twin.runs).filteredOn(name -> name.startsWith(BASE)).hasSize(2 * 2 * STEPS);
  }

  @Test
  void cachedFeaturesAreThoseOfTheTrainingThroughTheBaseBitForBit() {
    Weights through;
    try (Trainer trainer = together(CONFIG)) {
      fit(trainer);
      through = trainer.weights();
    }
    twin.runs.clear();
    try (Trainer trainer = together(CONFIG)) {
      fit(trainer, fit -> fit.cacheFeatures(CacheFeatures.ON));
      assertThat(trainer.weights().differences(through)).isEmpty();
    }
    assertThat(twin.runs)
        .as("features of 22 and 9 images")
        .hasSize(STEPS + VALIDATION_STEPS)
        .containsOnly("features");
  }

  @Test
  void anInterruptedTrainingResumesToTheSameResult() {
    Weights whole;
    try (Trainer trainer = together(CONFIG)) {
      fit(trainer);
      whole = trainer.weights();
    }
    Supplier<BackupAndRestore> backup = () -> backup(1);
    try (Trainer trainer = together(CONFIG)) {
      assertThatThrownBy(
              () -> fit(trainer, fit -> fit.callbacks(backup.get(), PowerFailure.at(1, 3))))
          .hasMessageContaining("lights go out");
    }
    try (Trainer trainer = together(CONFIG)) {
      fit(trainer, fit -> fit.callbacks(backup.get()));
      assertThat(trainer.weights().differences(whole)).isEmpty();
    }
  }

  @Test
  void withoutTheOtherEngineTheTrainingGoesOnAsWithOne() {
    Weights expected;
    try (Trainer trainer = alone(CONFIG)) {
      fit(trainer);
      expected = trainer.weights();
    }
    for (InferenceTwin broken :
        List.of(
            new InferenceTwin().thatDoesNotOpen(),
            new InferenceTwin().thatFailsAfter(0),
            new InferenceTwin().without(Capability.DETERMINISTIC))) {
      try (Trainer trainer = trainer(CONFIG, ENGINE, broken)) {
        fit(trainer);
        assertThat(trainer.weights().differences(expected)).isEmpty();
      }
      assertThat(broken.opened).isPositive();
      assertThat(broken.runs).isEmpty();
    }
  }

  @Test
  void aFailureAfterTheFirstStepEndsTheTraining() {
    InferenceTwin failing = new InferenceTwin().thatFailsAfter(3);
    try (Trainer trainer = trainer(CONFIG, ENGINE, failing)) {
      assertThatThrownBy(() -> fit(trainer)).hasMessageContaining("The twin fails");
    }
  }

  @Test
  void aModelWithoutFrozenLayersIsLeftToTheEngineThatTrains() {
    try (Trainer trainer =
        Trainer.of(
            SmallImages.network(),
            CONFIG.with(c -> c.engine("tensorflow")),
            Engines.with(ENGINE, twin))) {
      fit(trainer);
      trainer.predict(IMAGES);
    }
    assertThat(twin.opened).isZero();
  }

  @Test
  void aProfileMeasuresTheEngineThatTrains() {
    EngineSettings settings = EngineSettings.of(builder -> builder.engine("tensorflow"));
    try (Engine engine = Engines.with(ENGINE, twin).openEngine(settings)) {
      Profiler.of(frozen()).batchSize(2).training(engine);
    }
    assertThat(twin.opened).isZero();
  }

  @Test
  void inputsThatDoNotFitAreRefusedAndTheNextRunIsDivided() {
    Variable frozen = weight("frozen", false, 64, 2);
    Variable trained = weight("trained", true, 2);
    Ops ops = new Ops();
    Tensor image = ops.input("image", TensorType.float32(Shape.UNKNOWN, 64));
    Tensor scores = ops.multiply(ops.matMul(image, ops.read(frozen)), ops.read(trained));
    Program program =
        new Program(
            "train", ops.toGraph(), List.of(new Program.Output("scores", scores)), List.of());
    HostArray images = HostArray.filled(TensorType.float32(3, 64), 1);
    EngineSettings settings = EngineSettings.of(builder -> builder.engine("tensorflow"));
    try (Engine engine = Engines.with(ENGINE, twin).openEngine(settings);
        Session session = engine.openSession(Device.cpu());
        Executable executable = session.compile(program)) {
      session.write(Map.of(frozen, HostArray.filled(frozen.type(), 0.5)));
      session.write(Map.of(trained, HostArray.filled(trained.type(), 2)));
      for (Map<String, HostArray> wrong :
          List.of(Map.<String, HostArray>of(), Map.of("image", images, "other", images))) {
        assertThatThrownBy(() -> executable.run(wrong))
            .isInstanceOfSatisfying(
                EspalierException.class,
                e -> assertThat(e.code()).isEqualTo(ErrorCode.SHAPE_MISMATCH));
      }
      assertThat(twin.runs).isEmpty();
      assertThat(executable.run(Map.of("image", images)))
          .isEqualTo(Map.of("scores", HostArray.filled(TensorType.float32(3, 2), 64)));
      assertThat(twin.runs).containsExactly(BASE);
    }
  }

  private static Variable weight(String name, boolean trainable, int... sizes) {
    return new Variable(
        name, TensorType.float32(sizes), Variable.Role.WEIGHT, trainable, Initializers.zeros());
  }
}
