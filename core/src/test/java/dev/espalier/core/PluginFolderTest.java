package dev.espalier.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.espalier.core.fixture.PluginJar;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PluginFolderTest {
  private static final Path TEXTS = Path.of("src/test/resources/dev/espalier/core/plugins");

  @TempDir Path temporary;

  private Path plugins() {
    return temporary.resolve("plugins");
  }

  /** A plugin whose callback says which version of a library it sees. */
  private Path versioned(String id, int version) throws IOException {
    String type = Character.toUpperCase(id.charAt(0)) + id.substring(1) + "Plugin";
    Path folder = plugins().resolve(id);
    Path library =
        new PluginJar()
            .source(
                "Library",
                "public class Library { public String v() { return \"%d\"; } }".formatted(version))
            .write(folder.resolve("library.jar"));
    return new PluginJar()
        .against(library)
        .source(
            type,
            """
            public class %1$s implements Plugin {
              public String id() { return "%2$s"; }
              public int apiVersion() { return API_VERSION; }
              public List<Component<Callback>> callbacks() {
                return List.of(Component.of("%2$s-says", "Says it.", List.of(), o -> new Says()));
              }
              static class Says implements Callback {
                public String toString() { return "library " + new Library().v(); }
              }
            }
            """
                .formatted(type, id))
        .service("org.example." + type)
        .write(folder.resolve("plugin.jar"));
  }

  private PluginJar plugin(String name, String body) {
    return new PluginJar()
        .source(name, "public class " + name + " implements Plugin {\n" + body + "\n}")
        .service("org.example." + name);
  }

  private static String id(String id) {
    return "public String id() { return \"" + id + "\"; }";
  }

  @Test
  void eachPluginSeesItsOwnVersionOfALibrary() throws IOException {
    versioned("first", 1);
    versioned("second", 2);
    try (PluginFolder folder = PluginFolder.open(plugins())) {
      PluginRegistry registry = PluginRegistry.builder().discover(folder).build();
      assertThat(registry.problems()).isEmpty();
      assertThat(registry.callbacks().create("first-says")).hasToString("library 1");
      assertThat(registry.callbacks().create("second-says")).hasToString("library 2");
      assertThat(registry.plugins())
          .extracting(PluginDescription::id, PluginDescription::source)
          .contains(
              org.assertj.core.groups.Tuple.tuple(
                  "first", plugins().resolve("first/plugin.jar").toString()));
      assertThat(registry.plugins())
          .filteredOn(plugin -> plugin.id().equals("second"))
          .extracting(PluginDescription::provided)
          .containsExactly(Map.of("callback", List.of("second-says")));
    }
  }

  @Test
  void afterClosingNothingMoreIsLoadedFromTheJars() throws IOException {
    versioned("first", 1);
    PluginFolder folder = PluginFolder.open(plugins());
    PluginRegistry registry = PluginRegistry.builder().discover(folder).build();
    folder.close();
    folder.close();
    assertThatExceptionOfType(NoClassDefFoundError.class)
        .isThrownBy(() -> registry.callbacks().create("first-says"));
  }

  /** No encoding of this process knows the name, and class loaders find jars by their names. */
  @Test
  void jarWithANameThatCannotBeReadIsAProblemAndTheOthersAreLoaded() throws Exception {
    versioned("first", 1);
    Path jar = plugins().resolve("first").resolve("plugin.jar");
    Process copied =
        new ProcessBuilder(
                "sh",
                "-ec",
                "cp \"$1\" \"$2/$(printf 'b\\344r').jar\"",
                "sh",
                jar.toString(),
                plugins().toString())
            .inheritIO()
            .start();
    assertThat(copied.waitFor()).isZero();
    try (PluginFolder folder = PluginFolder.open(plugins())) {
      assertThat(folder.problems())
          .singleElement()
          .satisfies(
              problem -> {
                assertThat(problem.code()).isEqualTo(ErrorCode.FILE_NOT_READABLE);
                assertThat(problem.problem()).startsWith("The name of " + plugins());
              });
      PluginRegistry registry = PluginRegistry.builder().discover(folder).build();
      assertThat(registry.pluginIds()).containsExactly("espalier", "first");
    }
  }

  @Test
  void filesThatAreNoJarsAndFoldersWithoutJarsArePassedOver() throws IOException {
    versioned("first", 1);
    Files.writeString(plugins().resolve("README.txt"), "what is here");
    Files.createDirectories(plugins().resolve("empty"));
    try (PluginFolder folder = PluginFolder.open(plugins())) {
      PluginRegistry registry = PluginRegistry.builder().discover(folder).build();
      assertThat(registry.problems()).isEmpty();
      assertThat(registry.pluginIds()).containsExactly("espalier", "first");
    }
  }

  @Test
  void whatTheClassPathBringsIsNotFoundAgainThroughEachPlugin() throws IOException {
    versioned("first", 1);
    try (PluginFolder folder = PluginFolder.open(plugins())) {
      assertThat(PluginRegistry.builder().discover(folder).build().pluginIds())
          .containsExactly("espalier", "first");
      assertThat(PluginRegistry.builder().discover().discover(folder).build().pluginIds())
          .doesNotHaveDuplicates()
          .contains("first", "callbacks");
    }
  }

  @Test
  void aFolderThatIsNotThereIsAnError() {
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> PluginFolder.open(temporary.resolve("none")))
        .satisfies(
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.FILE_NOT_READABLE);
              assertThat(e.remedy()).contains("Name a folder");
            });
  }

  @Test
  void twoPluginsThatBringOneNameAreTold() throws IOException {
    String callbacks =
        """
        public List<Component<Callback>> callbacks() {
          return List.of(Component.of("pause", "Waits.", List.of(), o -> new Callback() {}));
        }
        """;
    plugin("OnePlugin", id("one") + callbacks).write(plugins().resolve("one.jar"));
    plugin("TwoPlugin", id("two") + callbacks).write(plugins().resolve("two.jar"));
    try (PluginFolder folder = PluginFolder.open(plugins())) {
      assertThatExceptionOfType(EspalierException.class)
          .isThrownBy(() -> PluginRegistry.builder().discover(folder).build())
          .satisfies(e -> assertGolden("duplicate-name.txt", e));
      assertThat(
              PluginRegistry.builder().discover(folder).exclude("one").build().callbacks().names())
          .filteredOn("pause"::equals)
          .hasSize(1);
    }
  }

  @Test
  void aPluginForANewerInterfaceIsTold() throws IOException {
    Path newer =
        new PluginJar().source("Unused", "class Unused {}").classes(temporary.resolve("newer"));
    // The interface as it may be one day: the compiler writes its constant into the plugin.
    Path stub = temporary.resolve("stub/Plugin.java");
    Files.createDirectories(stub.getParent());
    Files.writeString(
        stub,
        """
        package dev.espalier.plugin;
        public interface Plugin {
          int API_VERSION = 2;
          String id();
          int apiVersion();
        }
        """);
    int status =
        javax.tools.ToolProvider.getSystemJavaCompiler()
            .run(null, null, null, "-proc:none", "-d", newer.toString(), stub.toString());
    assertThat(status).isZero();
    Path jar =
        plugin("NewerPlugin", id("newer") + "public int apiVersion() { return API_VERSION; }")
            .against(newer)
            .write(plugins().resolve("newer.jar"));
    assertThat(jar).exists();
    assertOneProblem("newer-api.txt");
  }

  @Test
  void aPluginThatDoesNotSayItsVersionIsTriedAndToldOnlyIfItFails() throws IOException {
    plugin("SilentPlugin", id("silent")).write(plugins().resolve("silent.jar"));
    try (PluginFolder folder = PluginFolder.open(plugins())) {
      PluginRegistry registry = PluginRegistry.builder().discover(folder).build();
      assertThat(registry.problems()).isEmpty();
      assertThat(registry.pluginIds()).containsExactly("espalier", "silent");
    }
    Files.delete(plugins().resolve("silent.jar"));
    plugin(
            "OldPlugin",
            id("old")
                + """
                public List<Component<Callback>> callbacks() { throw new NoSuchMethodError("x"); }
                """)
        .write(plugins().resolve("old.jar"));
    assertOneProblem("unstated-api.txt");
  }

  @Test
  void aFolderWithBlanksAndPercentSignsInItsNameIsNamedAsItIs() throws IOException {
    Path odd = temporary.resolve("my plug%20ins + more");
    plugin("SilentPlugin", id("silent")).write(odd.resolve("a b%20c.jar"));
    plugin("StalePlugin", id("stale")).leaveOut("StalePlugin").write(odd.resolve("stale one.jar"));
    try (PluginFolder folder = PluginFolder.open(odd)) {
      PluginRegistry registry = PluginRegistry.builder().discover(folder).build();
      assertThat(registry.plugins())
          .filteredOn(plugin -> plugin.id().equals("silent"))
          .extracting(PluginDescription::source)
          .containsExactly(odd.resolve("a b%20c.jar").toString());
      assertThat(registry.problems())
          .singleElement()
          .satisfies(e -> assertThat(e.problem()).contains(odd.resolve("stale one.jar") + "!/"));
    }
  }

  @Test
  void aPluginWhoseConstructorThrowsIsTold() throws IOException {
    plugin(
            "FailingPlugin",
            """
            public FailingPlugin() { throw new IllegalStateException("no licence found"); }
            """
                + id("failing"))
        .write(plugins().resolve("failing.jar"));
    assertOneProblem("constructor-throws.txt");
  }

  @Test
  void aPluginWithAMissingClassIsTold() throws IOException {
    plugin(
            "IncompletePlugin",
            id("incomplete")
                + """
                public List<Component<Callback>> callbacks() { return Helper.callbacks(); }
                """)
        .source(
            "Helper",
            "class Helper { static List<Component<Callback>> callbacks() { return List.of(); } }")
        .leaveOut("Helper")
        .write(plugins().resolve("incomplete.jar"));
    assertOneProblem("missing-class.txt");
  }

  @Test
  void aPluginWhoseOwnSuperclassIsMissingIsTold() throws IOException {
    new PluginJar()
        .source("Base", "public abstract class Base implements Plugin {}")
        .source("OrphanPlugin", "public class OrphanPlugin extends Base {" + id("orphan") + "}")
        .leaveOut("Base")
        .service("org.example.OrphanPlugin")
        .write(plugins().resolve("orphan.jar"));
    assertOneProblem("missing-superclass.txt");
  }

  @Test
  void aFatJarThatLostItsServicesFileIsTold() throws IOException {
    new PluginJar()
        .source("LostPlugin", "public class LostPlugin implements Plugin {" + id("lost") + "}")
        .write(plugins().resolve("lost.jar"));
    assertOneProblem("lost-services-file.txt");
  }

  @Test
  void aServicesLineThatNamesAMissingClassIsTold() throws IOException {
    plugin("StalePlugin", id("stale"))
        .leaveOut("StalePlugin")
        .write(plugins().resolve("stale.jar"));
    assertOneProblem("missing-plugin-class.txt");
  }

  /** A good plugin beside the bad one works, unless the registry is strict. */
  private void assertOneProblem(String golden) throws IOException {
    versioned("good", 1);
    try (PluginFolder folder = PluginFolder.open(plugins())) {
      PluginRegistry registry = PluginRegistry.builder().discover(folder).build();
      assertThat(registry.callbacks().create("good-says")).hasToString("library 1");
      assertThat(registry.pluginIds()).containsExactly("espalier", "good");
      assertThat(registry.problems()).hasSize(1);
      assertGolden(golden, registry.problems().get(0));
      UnaryOperator<PluginRegistry.Builder> strict = builder -> builder.strict(true);
      assertThatExceptionOfType(EspalierException.class)
          .isThrownBy(() -> strict.apply(PluginRegistry.builder().discover(folder)).build())
          .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.PLUGIN_FAILED));
    }
  }

  /** After a wanted change: {@code -Despalier.updateGoldenFiles=true}, and read the difference. */
  private void assertGolden(String name, EspalierException error) throws IOException {
    String text =
        (error.code().id() + "\n" + error.problem() + "\n" + error.remedy() + "\n")
            .replace(plugins().toString(), "PLUGINS")
            .replace(EspalierVersion.current(), "VERSION");
    Path file = TEXTS.resolve(name);
    if (Boolean.getBoolean("espalier.updateGoldenFiles")) {
      Files.writeString(file, text);
    }
    assertThat(text).isEqualTo(Files.readString(file));
  }
}
