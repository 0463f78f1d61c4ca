package dev.espalier.core.configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.espalier.callback.Callback;
import dev.espalier.core.PluginRegistry;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.Initializer;
import dev.espalier.initializer.Constant;
import dev.espalier.optimizer.AdamW;
import dev.espalier.optimizer.Optimizer;
import dev.espalier.optimizer.Sgd;
import dev.espalier.optimizer.WeightAveraging;
import dev.espalier.option.OptionDescription;
import dev.espalier.option.Origin;
import dev.espalier.option.Setting;
import dev.espalier.plugin.Component;
import dev.espalier.plugin.Plugin;
import dev.espalier.schedule.CosineDecay;
import dev.espalier.schedule.CosineDecayRestarts;
import dev.espalier.schedule.ExponentialDecay;
import dev.espalier.schedule.InverseTimeDecay;
import dev.espalier.schedule.LearningRateSchedule;
import dev.espalier.schedule.PiecewiseConstant;
import dev.espalier.schedule.PolynomialDecay;
import dev.espalier.schedule.Span;
import dev.espalier.schedule.TrainingProgress;
import dev.espalier.schedule.WarmUp;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Schedules inside of optimizers: options that other components make. */
class ScheduleConfigurationTest {
  private static final String RATE = "training.optimizer.learning-rate";

  @TempDir private Path folder;

  /** Rises like a square, a schedule of a plugin. */
  private record SquareWarmUp(double target, int steps) implements LearningRateSchedule {
    @Override
    public double at(TrainingProgress progress) {
      double done = Math.min(1, (double) progress.step() / steps);
      return target * done * done;
    }
  }

  /** A callback that holds a schedule and an initializer. */
  private record Holding(LearningRateSchedule schedule, Initializer start) implements Callback {}

  private static final class ThisPlugin implements Plugin {
    private static final OptionDescription<Double> TARGET =
        OptionDescription.number("target", 0, 1, "Where it leads.").withDefault(0.5);
    private static final OptionDescription<Integer> STEPS =
        OptionDescription.wholeNumber("steps", 1, 9, "How long it takes.").withDefault(4);
    private static final OptionDescription<LearningRateSchedule> SCHEDULE =
        LearningRateSchedule.option("schedule", "What it holds.")
            .withDefault(LearningRateSchedule.constant(0.25));
    private static final OptionDescription<Initializer> START =
        OptionDescription.nested("start", Initializer.class, "an initializer", "How it starts.");

    @Override
    public String id() {
      return "this";
    }

    @Override
    public List<Component<LearningRateSchedule>> schedules() {
      return List.of(
          Component.of(
              "square-warm-up",
              "Rises like a square.",
              List.of(TARGET, STEPS),
              options -> new SquareWarmUp(options.get(TARGET), options.get(STEPS))));
    }

    @Override
    public List<Component<Callback>> callbacks() {
      return List.of(
          Component.of(
              "holding",
              "Holds things.",
              List.of(SCHEDULE, START),
              options -> {
                Initializer start = options.find(START);
                return new Holding(options.get(SCHEDULE), start == null ? new Constant(0) : start);
              }));
    }
  }

  private final PluginRegistry registry = PluginRegistry.builder().add(new ThisPlugin()).build();

  private Configuration read(String text, Setting... further) throws IOException {
    Path file = Files.writeString(folder.resolve("espalier.conf"), "espalier {\n" + text + "\n}");
    return Configuration.of(
        registry, sources -> sources.file(file).settings(Arrays.asList(further)));
  }

  private Optimizer optimizer(String text, Setting... further) throws IOException {
    return read(text, further).get(RunSettings.OPTIMIZER);
  }

  @Test
  void anOptimizerMayBeInsideOfAnother() throws IOException {
    String averaging =
        "training.optimizer { name = weight-averaging, momentum = 0.9, optimizer { name = adamw,"
            + " weight-decay = 0.01, learning-rate { name = cosine-decay, initial-learning-rate ="
            + " 0.1, epochs = 5 } } }";
    AdamW adamW = AdamW.of(CosineDecay.of(0.1, Span.epochs(5))).weightDecay(0.01);

    assertThat(optimizer(averaging)).isEqualTo(WeightAveraging.of(adamW).momentum(0.9));
    assertThat(
            optimizer(
                averaging,
                typed("training.optimizer.optimizer.weight-decay", "0.02"),
                typed("training.optimizer.momentum", "0.99"),
                typed("training.optimizer.overwrite-frequency", "100")))
        .isEqualTo(WeightAveraging.of(adamW.weightDecay(0.02)).overwriteFrequency(100));
    // A recipe's optimizer gives way to the one that is named, with all its options.
    assertThat(
            optimizer(
                "training.optimizer { name = weight-averaging, optimizer { name = sgd } }",
                usual("training.optimizer.name", "adamw"),
                usual("training.optimizer.weight-decay", "0.5"),
                usual(RATE, "0.7")))
        .isEqualTo(WeightAveraging.of(Sgd.of(0.01)));
  }

  @Test
  void mistakesInsideOfAnAveragedOptimizerAreNamedByTheirPath() {
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> optimizer("training.optimizer { name = weight-averaging }"))
        .withMessageContaining("optimizer")
        .withMessageContaining("Give an optimizer: Optimizer that updates the weights.");
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(
            () ->
                optimizer(
                    "training.optimizer { name = weight-averaging, optimizer { name = sgd,"
                        + " momentum = 2 } }"))
        .withMessageContaining("training.optimizer.optimizer.momentum");
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(
            () -> optimizer("training.optimizer { name = weight-averaging, optimizer = sdg }"))
        .withMessageContaining("Known names, nearest first: sgd");
  }

  private static Setting typed(String name, String text) {
    return new Setting(name, text, Origin.commandLine("--set"));
  }

  private static Setting usual(String name, String text) {
    return new Setting(name, text, Origin.byDefault());
  }

  static List<Arguments> schedules() {
    Span five = Span.epochs(5);
    return List.of(
        Arguments.of("0.3", LearningRateSchedule.constant(0.3)),
        Arguments.of("{ name = constant, value = 0.3 }", LearningRateSchedule.constant(0.3)),
        Arguments.of(
            "{ name = cosine-decay, initial-learning-rate = 0.1, steps = 1000 }",
            CosineDecay.of(0.1, 1000)),
        Arguments.of(
            "{ name = cosine-decay, initial-learning-rate = 0.1, epochs = 5, alpha = 0.1 }",
            CosineDecay.of(0.1, five).alpha(0.1)),
        Arguments.of(
            "{ name = cosine-decay-restarts, initial-learning-rate = 0.1, epochs = 5, m-mul = 0.5,"
                + " t-mul = 3, alpha = 0.1 }",
            new CosineDecayRestarts(0.1, five, 3, 0.5, 0.1)),
        Arguments.of(
            "{ name = exponential-decay, initial-learning-rate = 0.1, epochs = 5, decay-rate = 0.9,"
                + " staircase = true }",
            new ExponentialDecay(0.1, five, 0.9, true)),
        Arguments.of(
            "{ name = inverse-time-decay, initial-learning-rate = 0.1, steps = 5, decay-rate = 2 }",
            new InverseTimeDecay(0.1, Span.steps(5), 2, false)),
        Arguments.of(
            "{ name = piecewise-constant, epochs = [30, 60.5], learning-rates = [0.1, 0.01, 1e-3] }",
            PiecewiseConstant.of(
                List.of(Span.epochs(30), Span.epochs(60.5)), List.of(0.1, 0.01, 0.001))),
        Arguments.of(
            "{ name = piecewise-constant, steps = 7, learning-rates = [0.1, 0.01] }",
            PiecewiseConstant.of(List.of(Span.steps(7)), List.of(0.1, 0.01))),
        Arguments.of(
            "{ name = polynomial-decay, initial-learning-rate = 0.1, epochs = 5, power = 2,"
                + " end-learning-rate = 0, cycle = true }",
            new PolynomialDecay(0.1, five, 0, 2, true)),
        Arguments.of("{ name = warm-up, epochs = 5, then = 0.1 }", WarmUp.over(five, 0.1)),
        Arguments.of(
            "{ name = warm-up, steps = 9, initial-learning-rate = 0.01,"
                + " then { name = warm-up, epochs = 5, then { name = square-warm-up } } }",
            WarmUp.over(Span.steps(9), WarmUp.over(five, new SquareWarmUp(0.5, 4)))
                .initialLearningRate(0.01)),
        Arguments.of("square-warm-up", new SquareWarmUp(0.5, 4)),
        Arguments.of(
            "{ name = square-warm-up, target = 0.2, steps = 3 }", new SquareWarmUp(0.2, 3)));
  }

  @ParameterizedTest
  @MethodSource("schedules")
  void everyScheduleIsNamedInTheOptimizerAndStaysWhatItIsInTheFileOfARun(
      String text, LearningRateSchedule expected) throws IOException {
    Configuration read = read("training.optimizer { name = sgd, learning-rate = " + text + " }");
    assertThat(read.get(RunSettings.OPTIMIZER)).isEqualTo(Sgd.of(expected));
    Path again = Files.writeString(folder.resolve("again.conf"), read.toFile("auto"));
    Configuration second = Configuration.of(registry, sources -> sources.file(again));
    assertThat(second.get(RunSettings.OPTIMIZER)).isEqualTo(Sgd.of(expected));
    assertThat(second.toFile("auto")).isEqualTo(read.toFile("auto"));
  }

  @Test
  void everyOptimizerTakesASchedule() throws IOException {
    for (String name : registry.optimizers().names()) {
      String rate = ", learning-rate = square-warm-up }";
      // One that averages has the learning rate of the optimizer inside of it.
      String options =
          name.equals("weight-averaging") ? ", optimizer { name = sgd" + rate + " }" : rate;
      assertThat(optimizer("training.optimizer { name = " + name + options).learningRate())
          .as(name)
          .isEqualTo(new SquareWarmUp(0.5, 4));
    }
    assertThat(optimizer("training.optimizer = adamw")).isEqualTo(AdamW.of(0.001));
  }

  @Test
  void ofATextAndAComponentTheStrongerCountsAndOfOneOriginTheLater() throws IOException {
    String cosine =
        "training.optimizer { name = sgd,"
            + " learning-rate { name = cosine-decay, initial-learning-rate = 0.1, steps = 9 } }";
    assertThat(optimizer(cosine, typed(RATE, "0.2"))).isEqualTo(Sgd.of(0.2));
    assertThat(optimizer(cosine, typed(RATE + ".steps", "5")))
        .isEqualTo(Sgd.of(CosineDecay.of(0.1, 5)));
    assertThat(optimizer(cosine, typed(RATE, "square-warm-up")))
        .as("options of the other schedule go with it")
        .isEqualTo(Sgd.of(new SquareWarmUp(0.5, 4)));
    String number = "training.optimizer { name = sgd, learning-rate = 0.3 }";
    assertThat(
            optimizer(
                number, typed(RATE + ".name", "square-warm-up"), typed(RATE + ".target", "0.7")))
        .isEqualTo(Sgd.of(new SquareWarmUp(0.7, 4)));
    assertThat(optimizer(number, typed(RATE, "square-warm-up"), typed(RATE, "0.4")))
        .isEqualTo(Sgd.of(0.4));
    assertThat(optimizer(number, typed(RATE, "0.4"), typed(RATE, "square-warm-up")))
        .isEqualTo(Sgd.of(new SquareWarmUp(0.5, 4)));
    assertThat(
            optimizer(number, usual(RATE + ".name", "cosine-decay"), usual(RATE + ".steps", "5")))
        .isEqualTo(Sgd.of(0.3));
    assertThat(
            optimizer(
                "training.optimizer { name = sgd, learning-rate.steps = 7 }", typed(RATE, "0.4")))
        .as("a number is not the name of a schedule")
        .isEqualTo(Sgd.of(0.4));
    assertThat(
            optimizer(
                "training.optimizer.learning-rate.steps = 7",
                usual("training.optimizer.name", "sgd"),
                usual(RATE + ".name", "cosine-decay"),
                usual(RATE + ".initial-learning-rate", "0.1"),
                usual(RATE + ".steps", "5")))
        .as("a single option of what a command does by default")
        .isEqualTo(Sgd.of(CosineDecay.of(0.1, 7)));
    assertThat(optimizer("training.optimizer = adamw", usual(RATE + ".name", "square-warm-up")))
        .as("another optimizer leaves the schedule of the default behind")
        .isEqualTo(AdamW.of(0.001));
  }

  private void assertWrong(String text, Consumer<EspalierException> check) {
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> read("training.optimizer {\nname = sgd\n" + text + "\n}"))
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_OPTION))
        .satisfies(check);
  }

  @Test
  void mistakesInsideAreNamedWithTheWholePathAndTheLine() {
    assertWrong(
        "learning-rate = cosine-decey",
        e -> {
          assertThat(e.problem())
              .startsWith("There is no schedule named \"cosine-decey\" (" + RATE + ", ")
              .endsWith("line 4).");
          assertThat(e.remedy())
              .startsWith("Give a number, 0.0 or more, or a schedule.")
              .contains("nearest first: cosine-decay");
        });
    assertWrong(
        "learning-rate = 0.1x",
        e -> {
          assertThat(e.problem()).startsWith("The setting " + RATE + " is \"0.1x\" (");
          assertThat(e.remedy()).isEqualTo("Give a number, 0.0 or more, or a schedule.");
        });
    assertWrong(
        "learning-rate { name = warm-up, epochs = 1, then { name = square-warm-up, taget = 1 } }",
        e ->
            assertThat(e.problem())
                .contains("no option of the schedule square-warm-up named \"taget\"")
                .contains(RATE + ".then.taget, "));
    assertWrong(
        "learning-rate { steps = 5 }",
        e -> assertThat(e.problem()).startsWith(RATE + " has no name ("));
    assertWrong(
        "learning-rate { name = cosine-decay, initial-learning-rate = 0.1 }",
        e -> assertThat(e.problem()).startsWith("Neither steps nor epochs are given (" + RATE));
    assertWrong(
        "learning-rate { name = cosine-decay, initial-learning-rate = 0.1, steps = 1, epochs = 2 }",
        e -> assertThat(e.problem()).startsWith("Both steps and epochs are given (" + RATE));
    assertWrong(
        "learning-rate { name = cosine-decay, steps = 1 }",
        e ->
            assertThat(e.problem())
                .contains("\"initial-learning-rate\" of the schedule cosine-decay is not given"));
    assertWrong(
        "momentum { name = cosine-decay }",
        e ->
            assertThat(e.problem())
                .startsWith("The setting training.optimizer.momentum is a section ("));
  }

  @Test
  void theOptionOfEarlierVersionsNamesTheNewSetting() {
    for (String name : registry.optimizers().names()) {
      assertThatExceptionOfType(EspalierException.class)
          .isThrownBy(
              () -> read("training.optimizer { name = " + name + ", cosine-decay-steps = 100 }"))
          .satisfies(
              e -> {
                assertThat(e.code()).isEqualTo(ErrorCode.INVALID_OPTION);
                assertThat(e.problem())
                    .contains("The optimizer " + name + " has no option \"cosine-decay-steps\"")
                    .contains("line 2");
                assertThat(e.remedy()).contains("learning-rate { name = cosine-decay,");
              });
    }
  }

  @Test
  void componentsOfAListHoldOthersTooAndEveryKindCanBeHeld() throws IOException {
    Configuration read =
        read(
            "callbacks = [holding, { name = holding, start { name = constant, value = 3 }, schedule"
                + " { name = warm-up, steps = 2, then = square-warm-up } }]");
    List<Callback> expected = new ArrayList<>();
    expected.add(new Holding(LearningRateSchedule.constant(0.25), new Constant(0)));
    expected.add(
        new Holding(WarmUp.over(Span.steps(2), new SquareWarmUp(0.5, 4)), new Constant(3)));
    assertThat(read.get(RunSettings.CALLBACKS)).isEqualTo(expected);
    Path again = Files.writeString(folder.resolve("again.conf"), read.toFile("auto"));
    assertThat(
            Configuration.of(registry, sources -> sources.file(again)).get(RunSettings.CALLBACKS))
        .isEqualTo(expected);
  }

  @Test
  void everythingThatHoldsIsShown() throws IOException {
    assertThat(
            read("training.optimizer { name = sgd, learning-rate = square-warm-up }")
                .settings()
                .stream()
                .filter(setting -> setting.name().startsWith(RATE))
                .map(setting -> setting.name() + " = " + setting.text()))
        .containsExactly(
            RATE + ".name = square-warm-up", RATE + ".target = 0.5", RATE + ".steps = 4");
  }
}
