package dev.espalier.models;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.core.ModelFile;
import dev.espalier.core.PluginRegistry;
import dev.espalier.core.Trainer;
import dev.espalier.engine.Engine;
import dev.espalier.model.Model;
import dev.espalier.model.Weights;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Frozen means frozen, on each engine, however it came about (djl#392, djl#1494, djl#2360). DJL
 * itself unfreezes a model that was loaded before it was frozen, gives statistics a gradient after
 * freezing and unfreezing, and moves the statistics of what is frozen.
 */
@Tag("native")
@ParameterizedClass
@EnumSource(TestedEngine.class)
record FrozenTrainingTest(TestedEngine tested) {
  private static Engine engine;

  @BeforeParameterizedClassInvocation
  static void open(TestedEngine tested) {
    engine = tested.open();
  }

  @AfterParameterizedClassInvocation
  static void close() {
    engine.close();
  }

  private static Model freezeTrunk(Model model) {
    return model.freeze("stem*").freeze("block*");
  }

  private static Trainer trainer(Model model) {
    return Trainer.of(model, SmallFineTuning.config(), engine);
  }

  /** Trains for ten steps. */
  private static void train(Trainer trainer) {
    SmallFineTuning.fit(trainer, fit -> fit.epochs(2));
  }

  private static void assertOnlyTheRestMoves(Trainer trainer) {
    Weights before = trainer.weights();
    train(trainer);
    Weights after = trainer.weights();
    List<String> moved =
        before.names().stream().filter(name -> !before.get(name).equals(after.get(name))).toList();
    assertThat(moved).noneMatch(name -> name.startsWith("stem") || name.startsWith("block"));
    assertThat(moved)
        .contains("top_conv/kernel", "top_bn/gamma", "top_bn/moving_mean", "pred/kernel");
  }

  @Test
  void whatIsFrozenKeepsEveryBitAndItsStatistics() {
    try (Trainer trainer = trainer(freezeTrunk(SmallFineTuning.model()))) {
      assertOnlyTheRestMoves(trainer);
    }
  }

  @Test
  void aModelThatIsLoadedAndThenFrozenStaysFrozen(@TempDir Path folder) {
    Path file = folder.resolve("model.safetensors");
    try (Trainer trainer = trainer(SmallFineTuning.model())) {
      ModelFile.save(file, trainer.model());
    }
    Model loaded = ModelFile.read(file, PluginRegistry.discover()).model();
    try (Trainer trainer = trainer(freezeTrunk(loaded))) {
      assertOnlyTheRestMoves(trainer);
    }
  }

  @Test
  void aModelThatIsFrozenByItsTrainerStaysFrozen() {
    try (Trainer trainer = trainer(SmallFineTuning.model())) {
      trainer.changeModel(FrozenTrainingTest::freezeTrunk);
      assertOnlyTheRestMoves(trainer);
    }
  }

  @Test
  void whatWasFrozenAndUnfrozenTrainsAsIfNothingHadBeen() {
    Model model = SmallFineTuning.model();
    Weights expected = trained(model, UnaryOperator.identity());
    assertThat(trained(freezeTrunk(model).unfreeze(), UnaryOperator.identity()))
        .isEqualTo(expected);
    assertThat(trained(freezeTrunk(model), Model::unfreeze)).isEqualTo(expected);
  }

  private static Weights trained(Model model, UnaryOperator<Model> change) {
    try (Trainer trainer = trainer(model)) {
      trainer.changeModel(change);
      train(trainer);
      assertThat(trainer.optimizerSlots().names())
          .contains("stem_bn/gamma/momentum")
          .noneMatch(name -> name.contains("moving_"));
      return trainer.weights();
    }
  }
}
