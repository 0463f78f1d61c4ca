package dev.espalier.core.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.activation.Activation;
import dev.espalier.core.internal.passes.MixedPrecision;
import dev.espalier.core.internal.program.DividedStep;
import dev.espalier.core.internal.program.ImageSize;
import dev.espalier.core.internal.program.OutputTask;
import dev.espalier.core.internal.program.ProgramBuilder;
import dev.espalier.core.internal.program.StepProgram;
import dev.espalier.data.Target;
import dev.espalier.engine.Precision;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Program;
import dev.espalier.graph.Shape;
import dev.espalier.graph.Tensor;
import dev.espalier.graph.TensorType;
import dev.espalier.graph.Variable;
import dev.espalier.initializer.Initializers;
import dev.espalier.layer.BatchNormalization;
import dev.espalier.layer.Dense;
import dev.espalier.layer.Dropout;
import dev.espalier.layer.Input;
import dev.espalier.layer.convolution.Conv2D;
import dev.espalier.layer.pooling.GlobalAveragePooling2D;
import dev.espalier.loss.Losses;
import dev.espalier.model.Model;
import dev.espalier.model.Sequential;
import dev.espalier.optimizer.GradientClipping;
import dev.espalier.optimizer.Sgd;
import dev.espalier.training.LearningRateMultipliers;
import dev.espalier.training.OutputObjective;
import dev.espalier.training.Step;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class FrozenBaseTest {
  private static final ImageSize SIZE = new ImageSize(6, 6, 3);

  /** The dropout of its base draws random numbers for each sample. */
  private final Model network =
      Sequential.of(
          Input.image(6, 6, 3),
          Conv2D.of(8, 3).useBias(false).named("first"),
          BatchNormalization.create().named("norm"),
          Dropout.of(0.5).named("drop"),
          Conv2D.of(4, 3).named("second"),
          GlobalAveragePooling2D.create().named("pool"),
          Dense.of(2).activation(Activation.SOFTMAX).named("head"));

  private final Model frozen = network.freeze("first").freeze("norm").freeze("second");

  private static List<OutputTask> tasks(Model model) {
    OutputObjective objective = OutputObjective.of(Losses.categoricalCrossentropy());
    return OutputTask.of(model, Map.of("", objective), Target.classIndex(), false);
  }

  private static StepProgram step(Model model) {
    return new ProgramBuilder(model, SIZE)
        .train(
            tasks(model),
            Step.supervised(),
            Sgd.of(0.1).momentum(0.9),
            GradientClipping.none(),
            LearningRateMultipliers.none(),
            Precision.FLOAT32,
            variable -> false);
  }

  private static Program evaluation(Model model) {
    return new ProgramBuilder(model, SIZE).evaluate(tasks(model)).program();
  }

  private static FrozenBase divided(Program program) {
    return Objects.requireNonNull(FrozenBase.of(program));
  }

  private static List<String> variables(Program program) {
    return program.variables().stream().map(Variable::name).sorted().toList();
  }

  private static final String[] OF_BASE = {
    "first/kernel",
    "norm/beta",
    "norm/gamma",
    "norm/moving_mean",
    "norm/moving_variance",
    "second/bias",
    "second/kernel"
  };

  @Test
  void theBaseOfATrainingStepHasTheFrozenLayersAndTheRestAllElse() {
    FrozenBase parts = divided(step(frozen).program());

    assertThat(variables(parts.base())).containsExactly(OF_BASE);
    assertThat(parts.base().updates()).isEmpty();
    assertThat(parts.base().inputs())
        .as("random numbers of a layer of the base, too")
        .hasSize(2)
        .containsKey("image");
    Program rest = Objects.requireNonNull(parts.rest());
    assertThat(variables(rest)).contains("head/kernel", "head/kernel/momentum");
    assertThat(variables(rest)).doesNotContain(OF_BASE);
    assertThat(rest.inputs()).containsKeys("label").doesNotContainKey("image");
    assertThat(rest.outputs()).hasSameSizeAs(step(frozen).program().outputs());
    assertThat(rest.updates()).hasSameSizeAs(step(frozen).program().updates());
  }

  @Test
  void anEvaluationHasTheSameBase() {
    FrozenBase parts = divided(evaluation(frozen));
    assertThat(variables(parts.base())).containsExactly(OF_BASE);
    assertThat(variables(Objects.requireNonNull(parts.rest())))
        .containsExactly("head/bias", "head/kernel");
  }

  @Test
  void aModelWithoutFrozenLayersOrWithoutTrainableOnesIsNotDivided() {
    assertThat(FrozenBase.of(step(network).program())).isNull();
    assertThat(FrozenBase.of(evaluation(network))).isNull();
    assertThat(FrozenBase.of(evaluation(frozen.freeze("head")))).isNull();
  }

  @Test
  void aBaseThatHandsOnNearlyAsMuchAsItComputesIsNotDivided() {
    assertThat(FrozenBase.of(step(network.freeze("first").freeze("norm")).program())).isNull();
  }

  @Test
  void aBaseIn16BitsIsNotDivided() {
    Program program = step(frozen).program();
    assertThat(FrozenBase.of(MixedPrecision.apply(program, Precision.BFLOAT16))).isNull();
  }

  @Test
  void theProgramThatComputesFeaturesToCacheIsAllBaseAndTheOneThatIsFedThemHasNone() {
    Model cachable =
        Sequential.of(
                Input.image(6, 6, 3),
                Conv2D.of(8, 3).named("first"),
                GlobalAveragePooling2D.create().named("pool"),
                Dense.of(2).activation(Activation.SOFTMAX).named("head"))
            .freeze("first");
    StepProgram whole = step(cachable);
    DividedStep cached = DividedStep.of(whole, whole.changed(), Precision.FLOAT32);

    FrozenBase features = divided(cached.features().program());
    assertThat(features.base()).isEqualTo(cached.features().program());
    assertThat(features.rest()).isNull();
    assertThat(FrozenBase.of(cached.rest().program())).isNull();
  }

  private static Program scores(String... more) {
    Ops ops = new Ops();
    Tensor image = ops.input("image", TensorType.float32(Shape.UNKNOWN, 64));
    Tensor sum = ops.matMul(image, ops.read(weight("frozen", false, 64, 2)));
    for (String name : more) {
      sum = ops.add(sum, ops.input(name, TensorType.float32(Shape.UNKNOWN, 2)));
    }
    Tensor scores = ops.multiply(sum, ops.read(weight("trained", true, 2)));
    return new Program(
        "train", ops.toGraph(), List.of(new Program.Output("scores", scores)), List.of());
  }

  /** The names of features would be those of others. */
  @Test
  void aProgramThatIsFedFeaturesIsNotDividedFurther() {
    assertThat(FrozenBase.of(scores("input/other"))).isNotNull();
    assertThat(FrozenBase.of(scores("feature/0"))).isNull();
  }

  private static Variable weight(String name, boolean trainable, int... sizes) {
    return new Variable(
        name, TensorType.float32(sizes), Variable.Role.WEIGHT, trainable, Initializers.zeros());
  }
}
