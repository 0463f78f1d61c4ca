package dev.espalier.core.configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.espalier.core.PluginRegistry;
import dev.espalier.core.fixture.OfferedEngine;
import dev.espalier.data.Augmentation;
import dev.espalier.engine.EngineOptions;
import dev.espalier.engine.EngineProvider;
import dev.espalier.engine.EngineSettings;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.option.OptionDescription;
import dev.espalier.option.Origin;
import dev.espalier.option.Setting;
import dev.espalier.plugin.Component;
import dev.espalier.plugin.Plugin;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A file that lies in the working folder may come from anybody. */
class FoundConfigurationTest {
  private static final OptionDescription<Path> SCRIPT =
      OptionDescription.path("script", "A script that it runs.").loadingCode();

  private static final EngineProvider ENGINE =
      OfferedEngine.usable("pytorch")
          .withOption(EngineOptions.LIBRARY_FOLDER)
          .withOption(EngineOptions.CACHE_FOLDER)
          .withOption(EngineOptions.ALLOW_DOWNLOAD);

  @TempDir private Path folder;

  private static PluginRegistry registry() {
    Plugin plugin =
        new Plugin() {
          @Override
          public String id() {
            return "sample";
          }

          @Override
          public List<EngineProvider> engines() {
            return List.of(ENGINE);
          }

          @Override
          public List<Component<Augmentation>> augmentations() {
            return List.of(
                Component.of(
                    "scripted",
                    "Runs a script.",
                    List.of(SCRIPT),
                    options -> (image, random) -> image));
          }
        };
    return PluginRegistry.builder().add(plugin).build();
  }

  private Configuration found(String text) throws IOException {
    Files.writeString(folder.resolve("espalier.conf"), text);
    return Configuration.of(registry(), sources -> sources.folder(folder));
  }

  private Configuration named(String text) throws IOException {
    Path file = Files.writeString(folder.resolve("named.conf"), text);
    return Configuration.of(registry(), sources -> sources.file(file));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "engines.pytorch.library-folder = /tmp/evil",
        "engines.pytorch.cache-folder = /tmp/evil",
        "engines.pytorch.allow-download = true",
        "engine-options.library-folder = /tmp/evil",
        "engine-options.cache-folder = /tmp/evil",
        "allow-download = true",
        "plugins.folder = /tmp/evil"
      })
  void whatDecidesWhichCodeIsLoadedIsRefusedInAFileThatWasFound(String setting) throws IOException {
    String text = "espalier {\n  " + setting + "\n}\n";
    String name = setting.substring(0, setting.indexOf(' '));
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> found(text))
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.UNTRUSTED_SETTING))
        .satisfies(
            e ->
                assertThat(e.problem())
                    .isEqualTo(
                        "The setting "
                            + name
                            + " decides which code is loaded, and is not taken from a file that was"
                            + " only found in the working folder ("
                            + folder.resolve("espalier.conf")
                            + ", line 2)."))
        .satisfies(e -> assertThat(e.remedy()).contains("--config").contains("Remove it"));
    assertThat(named(text).settings()).extracting(Setting::name).contains(name);
  }

  @Test
  void theOptionOfAPluginIsRefusedToo() throws IOException {
    String text = "espalier.augmentations = [{ name = scripted, script = evil.sh }]";
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> found(text))
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.UNTRUSTED_SETTING))
        .withMessageContaining("augmentations.0.script");
    assertThat(named(text).get(RunSettings.AUGMENTATIONS)).hasSize(1);
  }

  @Test
  void whatAFoundFileIncludesIsNotTrustedEither() throws IOException {
    Path team =
        Files.writeString(
            folder.resolve("team.conf"), "espalier.engines.pytorch.library-folder = /tmp/evil");
    for (String include : List.of("include \"team\"", "include file(\"team.conf\")")) {
      assertThatExceptionOfType(EspalierException.class)
          .isThrownBy(() -> found(include))
          .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.UNTRUSTED_SETTING))
          .withMessageContaining(team + ", line 1");
      assertThat(named(include).engineSettings().optionsFor(ENGINE).extra())
          .containsEntry("library-folder", "/tmp/evil");
    }
  }

  /** They are asked for before it is known which settings there are. */
  @Test
  void theFolderOfPluginsIsRefusedBeforeAnyPluginIsLoaded() throws IOException {
    Files.writeString(folder.resolve("espalier.conf"), "espalier.plugins.folder = /tmp/evil");
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> Configuration.ofPlugins(sources -> sources.folder(folder)))
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.UNTRUSTED_SETTING))
        .withMessageContaining("plugins.folder");
    assertThat(
            Configuration.ofPlugins(
                    sources ->
                        sources
                            .folder(folder)
                            .environment(Map.of("ESPALIER_PLUGINS_FOLDER", "/mine")))
                .find(RunSettings.PLUGIN_FOLDER))
        .isEqualTo(Path.of("/mine"));
  }

  @Test
  void theEnvironmentAndTheCommandLineAreTrusted() {
    Configuration environment =
        Configuration.of(
            registry(),
            sources ->
                sources.environment(Map.of("ESPALIER_ENGINES_PYTORCH_LIBRARY_FOLDER", "/mine")));
    assertThat(environment.engineSettings().optionsFor(ENGINE).extra())
        .containsEntry("library-folder", "/mine");
    Configuration commandLine =
        Configuration.of(
            registry(),
            sources ->
                sources.settings(
                    List.of(new Setting("allow-download", "true", Origin.commandLine("--set")))));
    assertThat(commandLine.engineSettings().get(EngineSettings.ALLOW_DOWNLOAD)).isTrue();
  }

  @Test
  void aFoundFileStillSetsTheRestAndYieldsToANamedOne() throws IOException {
    assertThat(found("espalier.threads = 2").engineSettings().get(EngineSettings.THREADS))
        .isEqualTo(2);
    Path file = Files.writeString(folder.resolve("named.conf"), "espalier.threads = 3");
    assertThat(
            Configuration.of(registry(), sources -> sources.file(file).folder(folder))
                .engineSettings()
                .get(EngineSettings.THREADS))
        .isEqualTo(3);
  }

  @Test
  void whatIsFoundMustBeAFile() throws IOException {
    Files.createDirectory(folder.resolve("espalier.conf"));
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> Configuration.of(registry(), sources -> sources.folder(folder)))
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.FILE_NOT_READABLE))
        .withMessageContaining("it is not a regular file");
  }
}
