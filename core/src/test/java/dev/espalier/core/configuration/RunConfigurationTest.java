package dev.espalier.core.configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.espalier.callbacks.EarlyStopping;
import dev.espalier.callbacks.ReduceLROnPlateau;
import dev.espalier.callbacks.TerminateOnNaN;
import dev.espalier.core.PluginRegistry;
import dev.espalier.core.fixture.AlphaPlugin;
import dev.espalier.data.Augmentation;
import dev.espalier.data.Dataset;
import dev.espalier.data.Datasets;
import dev.espalier.data.Image;
import dev.espalier.data.Sample;
import dev.espalier.data.Split;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.loss.CategoricalCrossentropy;
import dev.espalier.metric.Accuracy;
import dev.espalier.metric.Metrics;
import dev.espalier.metric.TopKCategoricalAccuracy;
import dev.espalier.optimizer.Adam;
import dev.espalier.optimizer.GradientClipping;
import dev.espalier.optimizer.Sgd;
import dev.espalier.option.OptionDescription;
import dev.espalier.option.Origin;
import dev.espalier.option.Setting;
import dev.espalier.plugin.Component;
import dev.espalier.plugin.DatasetProvider;
import dev.espalier.plugin.DatasetRequest;
import dev.espalier.plugin.Parts;
import dev.espalier.plugin.Plugin;
import dev.espalier.training.ClassWeights;
import dev.espalier.training.FitOptions;
import dev.espalier.training.GradientAccumulation;
import dev.espalier.training.Step;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunConfigurationTest {
  private static final OptionDescription<Integer> STRENGTH =
      OptionDescription.wholeNumber("strength", 0, 10, "How much.").withDefault(1);

  private static final OptionDescription<Integer> COLUMNS =
      OptionDescription.wholeNumber("columns", 1, 9, "Width of the pictures.").withDefault(2);

  private static final OptionDescription<Integer> HEIGHT =
      OptionDescription.wholeNumber("height", 0, 9, "How high.").withDefault(3);

  private record Fade(int strength) implements Augmentation {
    @Override
    public Image apply(Image image, dev.espalier.random.RandomStream random) {
      return image;
    }
  }

  /** Made of others. */
  private record Stack(int height, List<Augmentation> layers) implements Augmentation {
    Stack {
      if (height < layers.size()) {
        throw new EspalierException(
            ErrorCode.INVALID_ARGUMENT, "A stack is too low.", "Give a height.");
      }
    }

    @Override
    public Image apply(Image image, dev.espalier.random.RandomStream random) {
      return image;
    }
  }

  /** A data set with an option of its own. */
  private record Stripes() implements DatasetProvider {
    @Override
    public String name() {
      return "stripes";
    }

    @Override
    public String description() {
      return "Pictures of a given width.";
    }

    @Override
    public List<OptionDescription<?>> options() {
      return List.of(COLUMNS);
    }

    @Override
    public Dataset open(DatasetRequest request) {
      int width = request.options().get(COLUMNS);
      Sample sample = new Sample(Image.wrap(1, width, 1, new byte[width]), 0);
      return Datasets.of(
          "stripes/" + request.split(), List.of("a"), List.of(sample, sample, sample));
    }
  }

  private static final class ThisPlugin implements Plugin {
    @Override
    public String id() {
      return "this";
    }

    @Override
    public List<Component<Augmentation>> augmentations() {
      return List.of(
          Component.of(
              "fade", "Fades.", List.of(STRENGTH), options -> new Fade(options.get(STRENGTH))),
          Component.madeOf(
              "stack",
              "Does several things.",
              List.of(HEIGHT),
              new Parts("layers", 1, "What is done."),
              (options, layers) -> new Stack(options.get(HEIGHT), layers)));
    }

    @Override
    public List<DatasetProvider> datasets() {
      return List.of(new Stripes());
    }
  }

  @TempDir private Path folder;

  private final PluginRegistry registry =
      PluginRegistry.builder()
          .add(new ThisPlugin())
          .add(new AlphaPlugin())
          .add(new dev.espalier.callbacks.CallbacksPlugin())
          .build();

  private Configuration read(String text, Setting... commandLine) throws IOException {
    Path file = Files.writeString(folder.resolve("espalier.conf"), text);
    return Configuration.of(registry, sources -> sources.file(file).settings(List.of(commandLine)));
  }

  private static Setting typed(String name, String text) {
    return new Setting(name, text, Origin.commandLine("--set"));
  }

  private static Setting usual(String name, String text) {
    return new Setting(name, text, Origin.byDefault());
  }

  private static final String EVERYTHING =
      """
      espalier {
        model { name = small, image-size = 64, classes = 3, drop-connect-rate = 0.1 }
        data { name = stripes, columns = 5, limit = 2 }
        training {
          epochs = 7, batch-size = 8, seed = 12345678901, shuffle = false, drop-remainder = true
          validation-frequency = 2, workers = 3, prefetch = 2, gradient-clipping = norm 0.5
          optimizer { name = sgd, learning-rate = 0.2, momentum = 0.1, nesterov = true }
          loss { name = categorical-crossentropy, label-smoothing = 0.1 }
          metrics = [accuracy, { name = top-k-categorical-accuracy, k = 3 }]
        }
        augmentations = [fade, { name = fade, strength = 4 }]
        callbacks = [{ name = reduce-lr-on-plateau, monitor = loss, patience = 2 }]
        output.quiet = true
      }
      """;

  @Test
  void aFileSaysAllThatTheBuildersSay() throws IOException {
    Configuration configuration = read(EVERYTHING);
    var training = configuration.trainingConfig();
    assertThat(training.optimizer()).isEqualTo(Sgd.of(0.2).momentum(0.1).nesterov());
    assertThat(training.loss()).isEqualTo(new CategoricalCrossentropy(false, 0.1));
    assertThat(training.metrics())
        .containsExactly(
            new Accuracy(), new TopKCategoricalAccuracy(3, "top_k_categorical_accuracy"));
    assertThat(training.seed()).isEqualTo(12345678901L);
    assertThat(training.gradientClipping()).isEqualTo(GradientClipping.byNorm(0.5));
    FitOptions fit = configuration.fitOptions();
    assertThat(fit.epochs()).isEqualTo(7);
    assertThat(fit.batchSize()).isEqualTo(8);
    assertThat(fit.shuffle()).isFalse();
    assertThat(fit.dropRemainder()).isTrue();
    assertThat(fit.validationFrequency()).isEqualTo(2);
    assertThat(fit.workers()).isEqualTo(3);
    assertThat(fit.prefetch()).isEqualTo(2);
    assertThat(fit.augmentations()).containsExactly(new Fade(1), new Fade(4));
    assertThat(fit.callbacks())
        .singleElement()
        .hasToString(ReduceLROnPlateau.on("loss").patience(2).toString());
    Dataset train = configuration.dataset(Split.TRAIN);
    assertThat(train.size()).isEqualTo(2);
    assertThat(train.get(0).image().width()).isEqualTo(5);
  }

  @Test
  void whatIsWrittenForARunSaysTheSame() throws IOException {
    Configuration configuration = read(EVERYTHING);
    Configuration again = read(configuration.toFile("auto"));
    assertThat(again.trainingConfig())
        .usingRecursiveComparison()
        .ignoringFields("engineSettings")
        .isEqualTo(configuration.trainingConfig());
    assertThat(again.fitOptions().augmentations())
        .isEqualTo(configuration.fitOptions().augmentations());
    assertThat(again.toFile("auto")).isEqualTo(configuration.toFile("auto"));
  }

  @Test
  void filesOfModelAndWeightsAreWrittenSoThatAnyFolderFindsThem() throws IOException {
    Path file = Path.of("runs/a/model.safetensors");
    assertThat(read("espalier.model.name = \"" + file + "\"").toFile("auto"))
        .contains("model.name = \"" + file.toAbsolutePath() + "\"");
    assertThat(read("espalier.model.weights = some.h5").toFile("auto"))
        .contains("model.weights = \"" + Path.of("some.h5").toAbsolutePath() + "\"");
    assertThat(read("espalier.model.weights = none").toFile("auto"))
        .contains("model.weights = none");
  }

  @Test
  void anotherComponentLeavesTheOptionsOfTheWeakerOneBehind() throws IOException {
    String file =
        "espalier.training.loss { name = categorical-crossentropy, label-smoothing = 0.1 }";
    assertThat(read(file, typed("training.loss", "mean-squared-error")).get(RunSettings.LOSS))
        .hasToString("MeanSquaredError[]");
    assertThat(read(file, typed("training.loss.label-smoothing", "0.2")).get(RunSettings.LOSS))
        .isEqualTo(new CategoricalCrossentropy(false, 0.2));
  }

  @Test
  void aListReplacesThatOfAWeakerOriginAndAnEmptyOneLeavesNothing() throws IOException {
    Setting[] defaults = {
      usual("augmentations.0.name", "fade"), usual("augmentations.0.strength", "9")
    };
    assertThat(read("espalier {}", defaults).get(RunSettings.AUGMENTATIONS))
        .containsExactly(new Fade(9));
    Configuration none = read("espalier.augmentations = []", defaults);
    assertThat(none.get(RunSettings.AUGMENTATIONS)).isEmpty();
    assertThat(none.settings())
        .extracting(Setting::toString)
        .contains("augmentations =  (" + folder.resolve("espalier.conf") + ", line 1)");
    assertThat(read(none.toFile("auto"), defaults).get(RunSettings.AUGMENTATIONS))
        .as("the file of a run says that the list is empty")
        .isEmpty();
    assertThat(read("espalier.augmentations = [fade]", defaults).get(RunSettings.AUGMENTATIONS))
        .containsExactly(new Fade(1));
    assertThat(
            read("espalier.augmentations = [fade]", typed("augmentations", "fade, fade"))
                .get(RunSettings.AUGMENTATIONS))
        .containsExactly(new Fade(1), new Fade(1));
    assertThat(
            read("espalier.augmentations = [fade]", typed("augmentations.0.strength", "3"))
                .get(RunSettings.AUGMENTATIONS))
        .containsExactly(new Fade(3));
  }

  @Test
  void anElementThatIsNamedAnewLeavesTheOptionsOfTheWeakerOneBehind() throws IOException {
    String file =
        "espalier.augmentations = [{ name = fade, strength = 4 }, { name = stack, height = 7,"
            + " layers = [{ name = stack, height = 5, layers = [fade] }, fade] }]";
    assertThat(
            read(file, typed("augmentations.1", "fade"), typed("augmentations.0.strength", "5"))
                .get(RunSettings.AUGMENTATIONS))
        .containsExactly(new Fade(5), new Fade(1));
    assertThat(
            read(file, typed("augmentations.1.layers.0", "fade"))
                .get(RunSettings.AUGMENTATIONS)
                .get(1))
        .isEqualTo(new Stack(7, List.of(new Fade(1), new Fade(1))));
    assertThat(
            read(file, typed("augmentations.1.name", "stack"))
                .get(RunSettings.AUGMENTATIONS)
                .get(1))
        .as("the same name changes nothing")
        .isEqualTo(new Stack(7, List.of(new Stack(5, List.of(new Fade(1))), new Fade(1))));
  }

  @Test
  void ofTwoFilesTheLaterNamesTheComponentAndLeavesTheOptionsOfTheOtherBehind() throws IOException {
    Path team =
        Files.writeString(
            folder.resolve("team.conf"),
            "espalier.training { loss { name = categorical-crossentropy, label-smoothing = 0.1 },"
                + " optimizer { name = adam, beta1 = 0.5 } }");
    Path mine =
        Files.writeString(
            folder.resolve("mine.conf"),
            "espalier.training { loss = mean-squared-error, optimizer.beta2 = 0.9 }");
    Configuration both = Configuration.of(registry, sources -> sources.file(team).file(mine));
    assertThat(both.get(RunSettings.LOSS)).hasToString("MeanSquaredError[]");
    assertThat(both.get(RunSettings.OPTIMIZER)).isEqualTo(Adam.of(0.001).beta1(0.5).beta2(0.9));
  }

  @Test
  void whatIsGivenForADefaultOutlivesAnOriginThatNamesTheSameComponent() throws IOException {
    Setting[] defaults = {
      usual("training.optimizer.name", "sgd"),
      usual("training.optimizer.learning-rate", "0.2"),
      usual("training.optimizer.nesterov", "true"),
      typed("training.optimizer", "sgd")
    };
    assertThat(
            read("espalier.training.optimizer.momentum = 0.5", defaults).get(RunSettings.OPTIMIZER))
        .as("the file's momentum stays, and the defaults of the command go")
        .isEqualTo(Sgd.of(0.01).momentum(0.5));
  }

  @Test
  void elementsOfListsAreGivenOneByOneWithoutAWeakerList() throws IOException {
    assertThat(
            read(
                    "espalier {}",
                    typed("augmentations.1.name", "fade"),
                    typed("augmentations.0", "fade"),
                    typed("augmentations.0.strength", "7"))
                .get(RunSettings.AUGMENTATIONS))
        .containsExactly(new Fade(7), new Fade(1));
    assertThat(
            read("espalier.augmentations = [fade]", typed("augmentations.3.name", "fade"))
                .get(RunSettings.AUGMENTATIONS))
        .containsExactly(new Fade(1), new Fade(1));
  }

  @Test
  void anOptionWithoutTheIndexOfItsComponentIsRefusedWhereItWasGiven() {
    for (String file :
        List.of(
            "espalier.augmentations = fade", "espalier.augmentations = [fade]", "espalier {}")) {
      assertThatExceptionOfType(EspalierException.class)
          .as(file)
          .isThrownBy(() -> read(file, typed("augmentations.strength", "3")))
          .withMessageStartingWith("The setting augmentations.strength is not in a list (--set).");
    }
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(
            () ->
                read(
                    "espalier.augmentations = [{ name = stack, layers = fade }]",
                    typed("augmentations.0.layers.strength", "3")))
        .withMessageStartingWith(
            "The setting augmentations.0.layers.strength is not in a list (--set).");
  }

  @Test
  void namesInOneTextAreElementsThatStrongerOriginsReach() throws IOException {
    assertThat(
            read(
                    "espalier.augmentations = \"fade, stack\"",
                    typed("augmentations.0.strength", "3"),
                    typed("augmentations.1.layers", "fade"))
                .get(RunSettings.AUGMENTATIONS))
        .containsExactly(new Fade(3), new Stack(3, List.of(new Fade(1))));
    assertThat(
            read(
                    "espalier.augmentations.0 { name = fade, strength = 4 }",
                    typed("augmentations", "fade"))
                .get(RunSettings.AUGMENTATIONS))
        .as("a list replaces elements that were given one by one")
        .containsExactly(new Fade(1));
    assertThat(
            read("espalier.augmentations { name = fade }", typed("augmentations", "fade"))
                .get(RunSettings.AUGMENTATIONS))
        .as("and what is no list")
        .containsExactly(new Fade(1));
  }

  @Test
  void aListWhereOneComponentBelongsIsRefusedWithItsPlace() {
    String text =
        """
        espalier {
          training.optimizer = [{ name = sgd }]
          augmentations = [[{ name = fade }], fade]
          callbacks { name = early-stopping }
          training.loss { name = categorical-crossentropy, label-smoothing { name = x } }
        }
        """;
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> read(text))
        .withMessageContaining(
            "The setting training.optimizer is a list ("
                + folder.resolve("espalier.conf")
                + ", line 2). Give an optimizer.")
        .withMessageContaining("The setting augmentations.0 is a list (")
        .withMessageContaining("The setting callbacks.name is not in a list (")
        .withMessageContaining("The setting training.loss.label-smoothing is a section (")
        .withMessageContaining("4 settings are wrong");
  }

  @Test
  void anOptionOfTheDataSetThatDoesNotFitIsToldThoughAnotherPlaceWins() {
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(
            () ->
                read("espalier.data { name = stripes, columns = 50 }", typed("data.columns", "5")))
        .withMessageContaining("The setting data.columns is \"50\" (")
        .withMessageContaining("espalier.conf, line 1)");
  }

  @Test
  void aKeyWithDotsInQuotesIsAPath() throws IOException {
    assertThat(
            read("{\"espalier\": {\"training.batch-size\": 8, \"training\": {\"epochs\": 2}}}")
                .settings())
        .extracting(Setting::toString)
        .anyMatch(setting -> setting.startsWith("training.batch-size = 8 ("))
        .anyMatch(setting -> setting.startsWith("training.epochs = 2 ("));
  }

  private static final String NESTED =
      """
      espalier.augmentations = [
        fade
        { name = stack, layers = [
          { name = fade, strength = 4 }
          { name = stack, height = 7, layers = [fade, fade] }
        ] }
      ]
      """;

  @Test
  void whatIsMadeOfOthersIsReadAtAnyDepth() throws IOException {
    Stack inner = new Stack(7, List.of(new Fade(1), new Fade(1)));
    List<Augmentation> expected = List.of(new Fade(1), new Stack(3, List.of(new Fade(4), inner)));
    Configuration configuration = read(NESTED);
    assertThat(configuration.get(RunSettings.AUGMENTATIONS)).isEqualTo(expected);
    assertThat(configuration.toFile("auto"))
        .contains(
            """
              augmentations = [
                { name = fade, strength = 1 }
                { name = stack, height = 3, layers = [{ name = fade, strength = 4 }, \
            { name = stack, height = 7, layers = [{ name = fade, strength = 1 }, \
            { name = fade, strength = 1 }] }] }
              ]
            """);
    Configuration again = read(configuration.toFile("auto"));
    assertThat(again.get(RunSettings.AUGMENTATIONS)).isEqualTo(expected);
    assertThat(again.toFile("auto")).isEqualTo(configuration.toFile("auto"));
  }

  @Test
  void theCommandLineReachesWhatOthersAreMadeOf() throws IOException {
    assertThat(
            read(NESTED, typed("augmentations.1.layers.1.layers.0.strength", "9"))
                .get(RunSettings.AUGMENTATIONS)
                .get(1))
        .isEqualTo(
            new Stack(3, List.of(new Fade(4), new Stack(7, List.of(new Fade(9), new Fade(1))))));
    assertThat(
            read(NESTED, typed("augmentations.1.layers", "fade"))
                .get(RunSettings.AUGMENTATIONS)
                .get(1))
        .as("a list takes the place of a weaker one as a whole")
        .isEqualTo(new Stack(3, List.of(new Fade(1))));
    assertThat(
            read(
                    NESTED,
                    typed("augmentations", "stack"),
                    typed("augmentations.0.layers", "stack, fade"),
                    typed("augmentations.0.layers.0.layers.0", "fade"))
                .get(RunSettings.AUGMENTATIONS))
        .containsExactly(new Stack(3, List.of(new Stack(3, List.of(new Fade(1))), new Fade(1))));
  }

  @Test
  void mistakesInWhatOthersAreMadeOfAreToldWithTheirWholePath() {
    String text =
        """
        espalier.augmentations = [
          { name = stack, layers = [
            { name = fade, strength = 11 }
            { name = fade, strenght = 1 }
            { name = fad }
            { strength = 1 }
            stack
            { name = stack, height = 1, layers = [fade, fade] }
            { name = stack, layers { name = fade } }
            { name = fade, layers = [{ name = fade }] }
          ] }
        ]
        """;
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> read(text))
        .satisfies(
            e ->
                assertThat(e.problem().replace(folder + "/", ""))
                    .isEqualTo(
                        Files.readString(
                            Path.of(
                                "src/test/resources/dev/espalier/core/configuration/nested.txt"))));
  }

  @Test
  void whatIsNotSetHasItsDefaultAndWhatHasNoneIsAskedFor() throws IOException {
    Configuration configuration = read("espalier {}");
    assertThat(configuration.get(RunSettings.BATCH_SIZE)).isEqualTo(64);
    assertThat(configuration.find(RunSettings.EPOCHS)).isNull();
    assertThat(configuration.isGiven(RunSettings.CALLBACKS)).isFalse();
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> configuration.dataset(Split.TRAIN))
        .withMessageContaining(
            "The setting data.name is not given. Give a string: Name of a data set");
  }

  @Test
  void elevenMistakesAreElevenEntriesWithTheirLines() throws IOException {
    String text =
        """
        espalier {
          model { name = smal, image-size = 0 }
          data { name = stripes, colums = 5, limit = some }
          training {
            epoch = 7
            optimizer { name = sgd, momentum = 2, nesterof = true }
            loss = crossentropy
            metrics = [{ k = 3 }]
          }
          augmentations = [{ name = fade, strength = 11 }]
          callbacks = reduce-lr-on-plato
        }
        """;
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> read(text))
        .satisfies(
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.INVALID_CONFIGURATION);
              assertThat(e.problem().replace(folder + "/", ""))
                  .isEqualTo(
                      Files.readString(
                          Path.of("src/test/resources/dev/espalier/core/configuration/run.txt")));
            });
  }

  @Test
  void gradientClippingIsOneSettingThatAStrongerOriginReplaces() throws IOException {
    String file = "espalier.training.gradient-clipping = value 2";
    assertThat(read(file).trainingConfig().gradientClipping())
        .isEqualTo(GradientClipping.byValue(2));
    assertThat(
            read(file, typed("training.gradient-clipping", " Global-Norm  1e-1"))
                .trainingConfig()
                .gradientClipping())
        .isEqualTo(GradientClipping.byGlobalNorm(0.1));
    assertThat(
            read(file, typed("training.gradient-clipping", "none"))
                .trainingConfig()
                .gradientClipping())
        .isEqualTo(GradientClipping.none());
    assertThat(read("espalier {}").trainingConfig().gradientClipping())
        .isEqualTo(GradientClipping.none());
  }

  private static ClassWeights weights(Configuration configuration) {
    return configuration.fitOptions().classWeights();
  }

  @Test
  void classWeightsAreASectionOrAWordThatAStrongerOriginReplaces() throws IOException {
    String file = "espalier.training.class-weights = { cat = 2, \"a big.dog\" = 0.5 }";
    ClassWeights both = ClassWeights.of(Map.of("cat", 2.0, "a big.dog", 0.5));
    assertThat(weights(read(file))).isEqualTo(both);
    assertThat(weights(read(file, typed("training.class-weights", "balanced"))))
        .isEqualTo(ClassWeights.balanced());
    assertThat(weights(read(file, typed("training.class-weights", "{ cat = 3 }"))))
        .isEqualTo(ClassWeights.of(Map.of("cat", 3.0)));
    assertThat(weights(read(file, typed("training.class-weights", "none")))).isNull();
    assertThat(weights(read("espalier {}"))).isNull();
    // What is recorded of a run repeats it.
    assertThat(weights(read(read(file).toFile("auto")))).isEqualTo(both);
    assertThat(weights(read(read("espalier.training.class-weights = balanced").toFile("auto"))))
        .isEqualTo(ClassWeights.balanced());
  }

  @Test
  void classWeightsThatAreNoneOfThemAreRefusedWithTheirPlace() {
    for (String text :
        new String[] {
          "heavy",
          "{}",
          "{ cat = -1 }",
          "{ cat = two }",
          "{ cat = 1e999 }",
          "{ cat { dog = 1 } }",
          "{ include url(\\\"http://127.0.0.1:1/x\\\") }",
          "{ include \\\"weights.conf\\\", cat = 1 }",
          "{ cat = ${HOME} }"
        }) {
      assertThatExceptionOfType(EspalierException.class)
          .as(text)
          .isThrownBy(() -> read("espalier.training.class-weights = \"" + text + "\""))
          .withMessageContaining("The setting training.class-weights is ")
          .withMessageContaining("espalier.conf, line 1")
          .withMessageContaining("none, balanced, or weights of 0 or more by the names of classes");
    }
  }

  @Test
  void theStepOfTheTrainingIsAComponent() throws IOException {
    String file = "espalier.training.step { name = gradient-accumulation, steps = 4 }";
    assertThat(read(file).trainingConfig().step()).isEqualTo(new GradientAccumulation(4));
    assertThat(read("espalier {}").trainingConfig().step()).isEqualTo(Step.supervised());
    assertThat(read(file, typed("training.step", "supervised")).trainingConfig().step())
        .isEqualTo(Step.supervised());
  }

  @Test
  void aMetricIsWeightedByNamingItInside() throws IOException {
    String file =
        "espalier.training.metrics = [accuracy, { name = weighted, metrics = [accuracy] }]";
    assertThat(read(file).trainingConfig().metrics())
        .containsExactly(Metrics.accuracy(), Metrics.weighted(Metrics.accuracy()));
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(
            () ->
                read("espalier.training.metrics = [{ name = weighted, metrics = [accuracy, accuracy] }]")
                    .trainingConfig())
        .withMessageContaining("2 metrics are given to the metric weighted (training.metrics.0, ");
  }

  @Test
  void gradientClippingThatIsNoneOfThemIsRefusedWithItsPlace() {
    for (String text :
        new String[] {"norm", "1", "norm -1", "norm NaN", "size 1", "norm 1 2", ""}) {
      assertThatExceptionOfType(EspalierException.class)
          .as(text)
          .isThrownBy(() -> read("espalier.training.gradient-clipping = \"" + text + "\""))
          .withMessageContaining("The setting training.gradient-clipping is \"" + text + "\" (")
          .withMessageContaining(
              "espalier.conf, line 1). Give none, or value, norm or global-norm with a limit above"
                  + " 0, such as global-norm 1.0.");
    }
  }

  @Test
  void callbacksThatEndTrainingAreMadeByName() throws IOException {
    Configuration configuration =
        read(
            """
            espalier.callbacks = [
              { name = early-stopping, monitor = loss, patience = 3, baseline = 0.5
                start-from-epoch = 2, restore-best-weights = true }
              early-stopping
              { name = terminate-on-nan, raise-error = true }
            ]
            """);
    assertThat(configuration.get(RunSettings.CALLBACKS))
        .extracting(Object::toString)
        .containsExactly(
            EarlyStopping.on("loss")
                .patience(3)
                .baseline(0.5)
                .startFromEpoch(2)
                .restoreBestWeights(true)
                .toString(),
            EarlyStopping.on("val_loss").toString(),
            TerminateOnNaN.create().raiseError(true).toString());
  }

  @Test
  void whatAComponentRefusesIsSaidBeforeAnythingIsDone() {
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(
            () -> read("espalier.callbacks = [\n{ name = reduce-lr-on-plateau,\n factor = 1 }\n]"))
        .withMessageContaining("a factor of 1.0 (")
        .withMessageContaining("espalier.conf, line 2)");
  }

  @Test
  void everyKeyHasAVariableOfTheEnvironment() {
    Configuration configuration =
        Configuration.of(
            registry,
            sources ->
                sources.environment(
                    Map.of("ESPALIER_TRAINING_BATCH_SIZE", "9", "ESPALIER_DATA_NAME", "stripes")));
    assertThat(configuration.get(RunSettings.BATCH_SIZE)).isEqualTo(9);
    List<String> described = new ArrayList<>();
    RunSettings.keys().forEach(key -> described.add(key.option().description()));
    assertThat(described).allSatisfy(text -> assertThat(text).endsWith("."));
  }
}
