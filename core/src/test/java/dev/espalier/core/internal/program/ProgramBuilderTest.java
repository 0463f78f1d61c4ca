package dev.espalier.core.internal.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.activation.Activation;
import dev.espalier.core.internal.ProgramText;
import dev.espalier.data.Target;
import dev.espalier.engine.Precision;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.Op;
import dev.espalier.graph.Program;
import dev.espalier.graph.Variable;
import dev.espalier.layer.BatchNormalization;
import dev.espalier.layer.Dense;
import dev.espalier.layer.Dropout;
import dev.espalier.layer.Input;
import dev.espalier.layer.convolution.Conv2D;
import dev.espalier.layer.pooling.GlobalAveragePooling2D;
import dev.espalier.loss.Losses;
import dev.espalier.metric.Metrics;
import dev.espalier.model.Model;
import dev.espalier.model.Sequential;
import dev.espalier.optimizer.GradientClipping;
import dev.espalier.optimizer.Sgd;
import dev.espalier.training.LearningRateMultipliers;
import dev.espalier.training.OutputObjective;
import dev.espalier.training.Step;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProgramBuilderTest {
  private static final ImageSize SIZE = new ImageSize(6, 6, 3);

  private final Model model =
      Sequential.of(
          Input.image(6, 6, 3),
          Conv2D.of(4, 3).useBias(false).named("conv"),
          BatchNormalization.create().named("bn"),
          GlobalAveragePooling2D.create().named("pool"),
          Dropout.of(0.5).named("drop"),
          Dense.of(2).activation(Activation.SOFTMAX).named("head"));

  private static StepProgram train(Model model, ImageSize size) {
    return train(model, size, GradientClipping.none());
  }

  private static StepProgram train(Model model, ImageSize size, GradientClipping clipping) {
    return new ProgramBuilder(model, size)
        .train(
            tasks(model),
            Step.supervised(),
            Sgd.of(0.1).momentum(0.9),
            clipping,
            LearningRateMultipliers.none(),
            Precision.FLOAT32,
            variable -> false);
  }

  private static List<OutputTask> tasks(Model model) {
    OutputObjective objective =
        OutputObjective.of(Losses.categoricalCrossentropy()).metrics(Metrics.accuracy());
    return OutputTask.of(model, Map.of("", objective), Target.classIndex(), false);
  }

  private static List<String> updated(StepProgram step) {
    return step.program().updates().stream()
        .map(Program.Update::variable)
        .map(Variable::name)
        .toList();
  }

  private static List<String> names(List<Variable> variables) {
    return variables.stream().map(Variable::name).toList();
  }

  @Test
  void trainingUpdatesWeightsSlotsAndStatistics() {
    StepProgram step = train(model, SIZE);

    assertThat(updated(step))
        .containsExactlyInAnyOrder(
            "conv/kernel",
            "conv/kernel/momentum",
            "bn/gamma",
            "bn/gamma/momentum",
            "bn/beta",
            "bn/beta/momentum",
            "bn/moving_mean",
            "bn/moving_variance",
            "head/kernel",
            "head/kernel/momentum",
            "head/bias",
            "head/bias/momentum");
    assertThat(step.slots()).allMatch(slot -> slot.role() == Variable.Role.SLOT);
    assertThat(step.program().inputs())
        .containsOnlyKeys(
            Feeds.IMAGE,
            Feeds.LABEL,
            Feeds.SAMPLE_WEIGHT,
            Feeds.LEARNING_RATE,
            step.randomInputs().get(0).name());
    assertThat(step.program().outputs())
        .extracting(Program.Output::name)
        .containsExactly("mean/loss", "metric/accuracy/0", "metric/accuracy/1");
  }

  @Test
  void frozenLayersGetNoGradientNoSlotAndKeepTheirStatistics() {
    StepProgram step = train(model.freeze("conv").freeze("bn"), SIZE);

    assertThat(updated(step))
        .containsExactlyInAnyOrder(
            "head/kernel", "head/kernel/momentum", "head/bias", "head/bias/momentum");
    assertThat(names(step.trained())).containsExactly("head/kernel", "head/bias");
    assertThat(names(step.slots())).containsExactly("head/kernel/momentum", "head/bias/momentum");
    assertThat(ProgramText.of(step.program()))
        .as("a frozen normalization runs in inference mode, so it is folded")
        .doesNotContain("BatchNorm");
    assertThat(step.randomInputs()).as("dropout stays active").hasSize(1);
  }

  @Test
  void aNormalizationFrozenAloneStillLetsTheConvolutionLearn() {
    StepProgram step = train(model.freezeType(BatchNormalization.class), SIZE);

    assertThat(names(step.trained())).containsExactly("conv/kernel", "head/kernel", "head/bias");
    assertThat(ProgramText.of(step.program())).doesNotContain("BatchNorm");
  }

  @Test
  void frozenWeightsTakeNoPartInTheNormOfAllGradients() {
    GradientClipping clipping = GradientClipping.byGlobalNorm(1);

    assertThat(squares(train(model, SIZE, clipping))).as("one for each weight").isEqualTo(5);
    assertThat(squares(train(model.freeze("conv").freeze("bn"), SIZE, clipping))).isEqualTo(2);
    assertThat(squares(train(model, SIZE))).isZero();
  }

  private static long squares(StepProgram step) {
    return step.program().graph().nodes().stream()
        .filter(node -> node.op().equals(new Op.Unary(Op.UnaryFunction.SQUARE)))
        .count();
  }

  @Test
  void evaluationTakesNothingRandomAndUpdatesNothing() {
    StepProgram step = new ProgramBuilder(model, SIZE).evaluate(tasks(model));

    assertThat(step.randomInputs()).isEmpty();
    assertThat(step.program().updates()).isEmpty();
    assertThat(step.program().inputs())
        .containsOnlyKeys(Feeds.IMAGE, Feeds.LABEL, Feeds.SAMPLE_WEIGHT);
    assertThat(ProgramText.of(step.program())).doesNotContain("BatchNorm");
  }

  @Test
  void predictionTakesImagesOnly() {
    StepProgram step = new ProgramBuilder(model, SIZE).predict();

    assertThat(step.program().inputs()).containsOnlyKeys(Feeds.IMAGE);
    assertThat(step.outputType(Feeds.OUTPUT).shape()).hasToString("(None, 2)");
  }

  @Test
  void featuresLeaveOutWhatComesAfterTheLayer() {
    StepProgram step = new ProgramBuilder(model, SIZE).features("pool");

    assertThat(step.outputType(Feeds.OUTPUT).shape()).hasToString("(None, 4)");
    assertThat(names(step.program().variables())).noneMatch(name -> name.startsWith("head"));
  }

  @Test
  void anUnknownLayerListsTheNearest() {
    assertThatThrownBy(() -> new ProgramBuilder(model, SIZE).features("pol"))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("There is no layer named \"pol\". Known names, nearest first: pool,");
  }

  @Test
  void imagesOfAnotherSizeAreResizedInTheGraph() {
    Program larger = new ProgramBuilder(model, new ImageSize(9, 12, 3)).predict().program();
    Program same = new ProgramBuilder(model, SIZE).predict().program();

    assertThat(larger.graph().nodes())
        .anyMatch(node -> node.op().equals(new Op.Resize(6, 6, Op.Interpolation.BILINEAR)));
    assertThat(same.graph().nodes()).noneMatch(node -> node.op() instanceof Op.Resize);
  }

  @Test
  void aModelWithEveryLayerFrozenCannotBeTrained() {
    assertThatThrownBy(() -> train(model.freeze(), SIZE))
        .isInstanceOfSatisfying(
            EspalierException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_TRAINING_SETTING))
        .hasMessageContaining(
            "The model \"sequential\" has nothing to train: all its layers are frozen or have no"
                + " weights.");
  }

  @Test
  void imagesOfAnotherNumberOfChannelsAreRefused() {
    assertThatThrownBy(() -> new ProgramBuilder(model, new ImageSize(6, 6, 1)))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("The images have 1 channels; the model \"sequential\" takes 3.");
  }

  @Test
  void aModelThatTakesNoImagesIsRefused() {
    Model numbers = Sequential.of(Input.of(4), Dense.of(2));

    assertThatThrownBy(() -> ProgramBuilder.inputSize(numbers))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("takes float32(None, 4), not images");
  }
}
