package dev.espalier.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.espalier.core.fixture.AlphaPlugin;
import dev.espalier.core.fixture.BetaPlugin;
import dev.espalier.core.fixture.FirstFastPlugin;
import dev.espalier.core.fixture.HalfBrokenPlugin;
import dev.espalier.core.fixture.NamedModel;
import dev.espalier.core.fixture.SecondFastPlugin;
import dev.espalier.core.fixture.ThrowingPlugin;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.initializer.Initializers;
import dev.espalier.layer.convolution.Conv2D;
import dev.espalier.loss.CategoricalCrossentropy;
import dev.espalier.loss.Loss;
import dev.espalier.metric.TopKCategoricalAccuracy;
import dev.espalier.optimizer.Adam;
import dev.espalier.optimizer.AdamW;
import dev.espalier.optimizer.Sgd;
import dev.espalier.option.OptionDescription;
import dev.espalier.option.OptionType;
import dev.espalier.plugin.Checksum;
import dev.espalier.plugin.Component;
import dev.espalier.plugin.ModelProvider;
import dev.espalier.plugin.Plugin;
import dev.espalier.plugin.PretrainedWeights;
import dev.espalier.plugin.PublishedFile;
import dev.espalier.plugin.WeightFormat;
import dev.espalier.schedule.CosineDecay;
import dev.espalier.schedule.LearningRateSchedule;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PluginRegistryTest {
  @TempDir Path folder;
  private final List<URLClassLoader> opened = new ArrayList<>();

  @AfterEach
  void closeLoaders() throws IOException {
    for (URLClassLoader loader : opened) {
      loader.close();
    }
  }

  @Test
  void knowsBuiltInLayersAndFormatsWithoutAnyPlugin() {
    PluginRegistry registry = PluginRegistry.builder().build();
    assertThat(registry.layerType("Conv2D")).isEqualTo(Conv2D.class);
    assertThat(registry.weightFormats()).extracting(WeightFormat::name).contains("safetensors");
    assertThat(registry.pluginIds()).containsExactly("espalier");
    assertThat(registry.problems()).isEmpty();
  }

  @Test
  void findsPluginsOfAnyClassLoader() {
    PluginRegistry registry =
        PluginRegistry.builder().discover(jars(jar("alpha.jar", AlphaPlugin.class))).build();
    assertThat(registry.models()).extracting(ModelProvider::name).contains("small", "alpha-only");
    assertThat(registry.layerTypes()).containsKey("Doubling");
    assertThat(registry.pluginIds()).contains("alpha");
  }

  @Test
  void unknownNamesListTheNearestFirst() {
    PluginRegistry registry = PluginRegistry.builder().add(new AlphaPlugin()).build();
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> registry.model("alpha-omly"))
        .satisfies(
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.UNKNOWN_NAME);
              assertThat(e.problem()).isEqualTo("There is no model named \"alpha-omly\".");
              assertThat(e.remedy()).isEqualTo("Known names, nearest first: alpha-only, small.");
            });
  }

  @Test
  void reportsAllDuplicatesAtOnceWithBothJarsAndTheSettingThatSettlesThem() {
    ClassLoader loader =
        jars(jar("alpha.jar", AlphaPlugin.class), jar("beta.jar", BetaPlugin.class));
    Plugin third =
        new Plugin() {
          @Override
          public String id() {
            return "third";
          }

          @Override
          public List<ModelProvider> models() {
            return List.of(new NamedModel("alpha-only"));
          }
        };
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> PluginRegistry.builder().discover(loader).add(third).build())
        .satisfies(
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.DUPLICATE_NAME);
              assertThat(e.problem())
                  .contains("2 names are used twice")
                  .contains(
                      "the model \"small\" comes from plugin \"alpha\" ("
                          + folder.resolve("alpha.jar")
                          + ") and from plugin \"beta\" ("
                          + folder.resolve("beta.jar")
                          + "): settled by exclude(\"alpha\") or exclude(\"beta\")")
                  .contains("the model \"alpha-only\" comes from plugin \"third\" (added by the")
                  // The same class from one loader is not two things.
                  .doesNotContain("Doubling");
              assertThat(e.remedy()).contains("exclude").contains("--exclude-plugin");
            });
  }

  @Test
  void twoPluginsForOneEngineAreNamedWithTheirJars() {
    ClassLoader loader =
        jars(jar("first.jar", FirstFastPlugin.class), jar("second.jar", SecondFastPlugin.class));
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> PluginRegistry.builder().discover(loader).build())
        .satisfies(
            e ->
                assertThat(e.problem().replace(folder + "/", ""))
                    .isEqualTo(
                        "A name is used twice: the engine \"fast\" comes from plugin \"first\""
                            + " (first.jar) and from plugin \"second\" (second.jar): settled by"
                            + " exclude(\"first\") or exclude(\"second\")."));
  }

  @Test
  void excludingAPluginSettlesAConflict() {
    ClassLoader loader =
        jars(jar("alpha.jar", AlphaPlugin.class), jar("beta.jar", BetaPlugin.class));
    PluginRegistry registry = PluginRegistry.builder().discover(loader).exclude("beta").build();
    assertThat(registry.pluginIds()).contains("alpha").doesNotContain("beta");
    assertThat(registry.model("small")).isNotNull();
  }

  @Test
  void twoPluginsWithOneIdAreAConflict() {
    Plugin first = () -> "same";
    Plugin second = () -> "same";
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> PluginRegistry.builder().add(first).add(second).build())
        .satisfies(
            e ->
                assertThat(e.problem())
                    .contains("the plugin \"same\" comes from")
                    .contains("remove one of the jars"));
  }

  @Test
  void anAddedPluginTakesThePlaceOfADiscoveredOneOfItsClass() throws IOException {
    Path services = services("alpha", AlphaPlugin.class.getName());
    PluginRegistry registry =
        PluginRegistry.builder().add(new AlphaPlugin()).discover(folderLoader(services)).build();
    assertThat(registry.pluginIds()).containsOnlyOnce("alpha");
  }

  @Test
  void aPluginThatCannotBeMadeIsAProblemAndTheOthersWork() {
    PluginRegistry registry =
        PluginRegistry.builder()
            .discover(
                jars(jar("bad.jar", ThrowingPlugin.class), jar("alpha.jar", AlphaPlugin.class)))
            .build();
    assertThat(registry.model("small")).isNotNull();
    assertThat(registry.problems()).hasSize(1);
    assertThat(registry.problems().get(0).code()).isEqualTo(ErrorCode.PLUGIN_FAILED);
    assertThat(registry.problems().get(0).problem())
        .contains(folder.resolve("bad.jar").toString())
        .contains("ThrowingPlugin")
        .contains("no licence found");
  }

  @Test
  void aServicesLineThatNamesAMissingClassIsAProblemThatNamesTheFile() throws IOException {
    Path services = services("stale", "org.example.Gone\n" + AlphaPlugin.class.getName());
    PluginRegistry registry = PluginRegistry.builder().discover(folderLoader(services)).build();
    assertThat(registry.model("small")).isNotNull();
    assertThat(registry.problems()).hasSize(1);
    assertThat(registry.problems().get(0).problem())
        .contains("org.example.Gone, which ")
        .contains(services.resolve("META-INF/services").toString());
  }

  @Test
  void nothingOfAPluginThatFailsHalfWayIsUsed() {
    PluginRegistry registry =
        PluginRegistry.builder().add(new HalfBrokenPlugin()).add(new AlphaPlugin()).build();
    assertThat(registry.models()).extracting(ModelProvider::name).doesNotContain("half");
    assertThat(registry.problems()).hasSize(1);
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> registry.model("half"))
        .satisfies(e -> assertThat(e.problem()).contains("HalfBrokenPlugin").contains("later"));
  }

  @Test
  void strictMakesAFailingPluginAnError() {
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> PluginRegistry.builder().strict(true).add(new HalfBrokenPlugin()).build())
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.PLUGIN_FAILED));
  }

  /** Counts how often it is asked for published weights. */
  private static final class WeightsPlugin implements Plugin {
    private final String id;
    private int asked;

    WeightsPlugin(String id) {
      this.id = id;
    }

    @Override
    public String id() {
      return id;
    }

    @Override
    public List<PretrainedWeights> pretrainedWeights() {
      asked++;
      return List.of(
          new PretrainedWeights(
              "imagenet",
              "net",
              true,
              new PublishedFile(
                  "net.h5",
                  URI.create("https://example.org/net.h5"),
                  Checksum.sha256("c0e6a31c"),
                  0),
              List.of(),
              10,
              32,
              null,
              "this test",
              Map.of(),
              null));
    }
  }

  @Test
  void publishedWeightsAreAskedForWhenTheyAreNeededAndOnce() {
    WeightsPlugin plugin = new WeightsPlugin("weights-one");
    PluginRegistry registry = PluginRegistry.builder().add(plugin).build();
    assertThat(plugin.asked).isZero();
    assertThat(registry.pretrainedWeights()).hasSize(1);
    assertThat(registry.pretrainedWeights()).isSameAs(registry.pretrainedWeights());
    assertThat(plugin.asked).isEqualTo(1);
  }

  @Test
  void publishedWeightsOfOneNameAndPluginsThatFailToListThemAreErrors() {
    PluginRegistry twice =
        PluginRegistry.builder()
            .add(new WeightsPlugin("weights-one"))
            .add(
                new Plugin() {
                  @Override
                  public String id() {
                    return "weights-two";
                  }

                  @Override
                  public List<PretrainedWeights> pretrainedWeights() {
                    return new WeightsPlugin("inner").pretrainedWeights();
                  }
                })
            .build();
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(twice::pretrainedWeights)
        .withMessageContaining("\"net/imagenet\" comes from plugin \"weights-one\"")
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.DUPLICATE_NAME));
    PluginRegistry broken =
        PluginRegistry.builder()
            .add(
                new Plugin() {
                  @Override
                  public String id() {
                    return "broken";
                  }

                  @Override
                  public List<PretrainedWeights> pretrainedWeights() {
                    throw new IllegalStateException("no catalogue");
                  }
                })
            .build();
    assertThat(broken.problems()).isEmpty();
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(broken::pretrainedWeights)
        .withMessageContaining("no catalogue")
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.PLUGIN_FAILED));
  }

  @Test
  void makesComponentsByNameWithCheckedOptions() {
    PluginRegistry registry = PluginRegistry.builder().build();
    assertThat(registry.losses().create("categorical-crossentropy"))
        .isEqualTo(new CategoricalCrossentropy(false, 0));
    assertThat(registry.losses().create("categorical-crossentropy", Map.of("from-logits", "true")))
        .isEqualTo(new CategoricalCrossentropy(true, 0));
    assertThat(registry.metrics().create("top-k-categorical-accuracy", Map.of("key", "top3")))
        .isEqualTo(new TopKCategoricalAccuracy(5, "top3"));
    assertThat(registry.optimizers().create("sgd", Map.of("learning-rate", "0.2")))
        .isEqualTo(Sgd.of(0.2));
    assertThat(registry.optimizers().create("adam")).isEqualTo(Adam.of(0.001));
    assertThat(
            registry
                .optimizers()
                .create(
                    "adamw",
                    Map.of(
                        "learning-rate", "0.1",
                        "beta1", "0.8",
                        "beta2", "0.7",
                        "epsilon", "1e-3",
                        "amsgrad", "true",
                        "weight-decay", "0.02",
                        "exclude-from-weight-decay", "bias, gamma")))
        .isEqualTo(
            AdamW.of(0.1)
                .beta1(0.8)
                .beta2(0.7)
                .epsilon(1e-3)
                .amsgrad(true)
                .weightDecay(0.02)
                .excludeFromWeightDecay("bias", "gamma"));
    assertThat(registry.optimizers().create("adamw", Map.of("weight-decay", "0")))
        .isEqualTo(AdamW.of(0.001).weightDecay(0));
    LearningRateSchedule cosine =
        registry
            .schedules()
            .create("cosine-decay", Map.of("initial-learning-rate", "0.1", "steps", "9"));
    assertThat(cosine).isEqualTo(CosineDecay.of(0.1, 9));
    assertThat(
            registry
                .optimizers()
                .create("sgd", Map.of(), List.of(), Map.of("learning-rate", cosine)))
        .isEqualTo(Sgd.of(cosine));
    assertThat(registry.components(LearningRateSchedule.class)).isSameAs(registry.schedules());
    assertThat(registry.initializers().create("he-normal")).isEqualTo(Initializers.heNormal());
    assertThat(registry.losses().kind()).isEqualTo("loss");
    assertThat(registry.losses().names()).contains("mean-squared-error");
    assertThat(registry.losses().all()).hasSameSizeAs(registry.losses().names());
  }

  @Test
  void everyBuiltInComponentIsMadeFromItsDefaults() {
    PluginRegistry registry = PluginRegistry.discover();
    for (Components<?> kind :
        List.of(
            registry.losses(),
            registry.metrics(),
            registry.optimizers(),
            registry.steps(),
            registry.initializers(),
            registry.callbacks(),
            registry.augmentations())) {
      assertMade(kind);
    }
    assertThat(registry.callbacks().names()).contains("reduce-lr-on-plateau");
  }

  /** What is made of others of its kind, or around one, is made of the first. */
  private static <T> void assertMade(Components<T> kind) {
    T first = null;
    for (Component<T> component : kind.all()) {
      List<T> parts = component.parts() == null || first == null ? List.of() : List.of(first);
      Map<String, T> nested = new HashMap<>();
      for (OptionDescription<?> option : component.options()) {
        if (option.type() instanceof OptionType.Nested<?> around
            && around.kind().isInstance(first)) {
          nested.put(option.name(), first);
        }
      }
      T made = kind.create(component.name(), Map.of(), parts, nested);
      assertThat((Object) made).as(kind.kind() + " " + component.name()).isNotNull();
      first = first == null ? made : first;
    }
  }

  @Test
  void unknownComponentsAndOptionsListTheNearestNames() {
    Components<Loss> losses = PluginRegistry.builder().build().losses();
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> losses.create("mean-square-error"))
        .satisfies(
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.UNKNOWN_NAME);
              assertThat(e.problem()).isEqualTo("There is no loss named \"mean-square-error\".");
              assertThat(e.remedy()).startsWith("Nearest of 14 known names: mean-squared-error,");
            });
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(
            () -> losses.create("categorical-crossentropy", Map.of("label-smothing", "0.1")))
        .satisfies(
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.INVALID_OPTION);
              assertThat(e.problem()).contains("the loss categorical-crossentropy");
              assertThat(e.remedy()).contains("label-smoothing");
            });
  }

  @Test
  void pluginsAreListedWithWhatTheyBring() {
    PluginRegistry registry = PluginRegistry.builder().add(new AlphaPlugin()).build();
    assertThat(registry.plugins()).hasSize(2);
    PluginDescription alpha = registry.plugins().get(1);
    assertThat(alpha.id()).isEqualTo("alpha");
    assertThat(alpha.source()).isEqualTo("added by the program");
    assertThat(alpha.provided())
        .containsEntry("model", List.of("small", "alpha-only"))
        .containsEntry("type of layer", List.of("Doubling"))
        .hasSize(2);
  }

  @Test
  void aPluginThatBringsOneNameTwiceIsAProblem() {
    Plugin twice =
        new Plugin() {
          @Override
          public String id() {
            return "twice";
          }

          @Override
          public List<ModelProvider> models() {
            return List.of(new NamedModel("same"), new NamedModel("same"));
          }
        };
    PluginRegistry registry = PluginRegistry.builder().add(twice).build();
    assertThat(registry.problems()).hasSize(1);
    assertThat(registry.problems().get(0).problem())
        .contains("two of the kind \"model\" named \"same\"");
    assertThat(registry.models()).isEmpty();
  }

  @Test
  void filesThatAreNoWeightsNameTheKnownFormats() throws IOException {
    Path file = Files.writeString(folder.resolve("notes.txt"), "not weights at all");
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> PluginRegistry.builder().build().readWeights(file))
        .satisfies(
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.INVALID_WEIGHT_FILE);
              assertThat(e.remedy()).contains("safetensors");
            });
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> PluginRegistry.builder().build().readWeights(folder.resolve("none")))
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.FILE_NOT_READABLE));
  }

  @Test
  void aFileWithoutAnyWeightIsRefused() throws IOException {
    byte[] empty = {2, 0, 0, 0, 0, 0, 0, 0, '{', '}'};
    Path file = Files.write(folder.resolve("empty.safetensors"), empty);
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> PluginRegistry.builder().build().readWeights(file))
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_WEIGHT_FILE))
        .withMessageStartingWith("The file " + file + " contains no weights");
  }

  private Path services(String name, String lines) throws IOException {
    Path root = folder.resolve(name);
    Path file = root.resolve("META-INF/services/" + Plugin.class.getName());
    Files.createDirectories(file.getParent());
    Files.writeString(file, lines);
    return root;
  }

  private URLClassLoader folderLoader(Path root) {
    return remembered(new URLClassLoader(new URL[] {url(root)}, getClass().getClassLoader()));
  }

  private Path jar(String name, Class<?> plugin) {
    Path file = folder.resolve(name);
    try (JarOutputStream jar = new JarOutputStream(Files.newOutputStream(file))) {
      jar.putNextEntry(new JarEntry("META-INF/services/" + Plugin.class.getName()));
      jar.write(plugin.getName().getBytes(StandardCharsets.UTF_8));
      String path = plugin.getName().replace('.', '/') + ".class";
      jar.putNextEntry(new JarEntry(path));
      try (InputStream bytes = plugin.getClassLoader().getResourceAsStream(path)) {
        jar.write(bytes.readAllBytes());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return file;
  }

  private ClassLoader jars(Path... jars) {
    URL[] urls = new URL[jars.length];
    for (int i = 0; i < jars.length; i++) {
      urls[i] = url(jars[i]);
    }
    return remembered(new PluginsFirst(urls, getClass().getClassLoader()));
  }

  private URLClassLoader remembered(URLClassLoader loader) {
    opened.add(loader);
    return loader;
  }

  private static URL url(Path path) {
    try {
      return path.toUri().toURL();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Takes plugin classes from its jars although the tests' own class path has them too. */
  private static final class PluginsFirst extends URLClassLoader {
    PluginsFirst(URL[] urls, ClassLoader parent) {
      super(urls, parent);
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      synchronized (getClassLoadingLock(name)) {
        if (name.endsWith("Plugin") && name.contains(".fixture.")) {
          Class<?> loaded = findLoadedClass(name);
          return loaded == null ? findClass(name) : loaded;
        }
        return super.loadClass(name, resolve);
      }
    }
  }
}
