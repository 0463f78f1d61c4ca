package dev.espalier.cli.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.espalier.cli.CommandRun;
import dev.espalier.cli.GoldenFile;
import dev.espalier.cli.JavaCommand;
import dev.espalier.cli.SamplePlugin;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PluginCommandsTest {
  @TempDir Path temporary;
  private Path folder;

  @BeforeEach
  void makeFolder() throws IOException {
    folder = Files.createDirectories(temporary.resolve("plugins"));
  }

  private CommandRun installed(Object... arguments) {
    return CommandRun.with(Map.of("ESPALIER_PLUGINS", folder.toString()), arguments);
  }

  @Test
  void theListNamesEachPluginWithItsJarAndWhatItBrings() throws IOException {
    Path jar = SamplePlugin.write(folder.resolve("sample.jar"), "leave");
    CommandRun run = CommandRun.of("plugin", "list", "--plugins", folder);
    assertThat(run.exitCode()).isZero();
    assertThat(run.out())
        .contains(
            "sample 1.2\n  from "
                + jar
                + "\n  model           sample-net\n  command         greet, leave\n")
        .contains("callbacks\n  from ")
        .contains(
            "  callback        backup-and-restore, csv-logger, early-stopping, model-checkpoint,\n"
                + "                  reduce-lr-on-plateau, swap-ema-weights, tensorboard,"
                + " terminate-on-nan, time-limit\n")
        .contains("  from espalier-core\n");
    assertThat(run.out().lines())
        .allSatisfy(line -> assertThat(line.contains("from ") || line.length() <= 100).isTrue());
  }

  @Test
  void theListAsJsonHoldsProblemsToo() throws IOException {
    SamplePlugin.write(folder.resolve("sample.jar"), "leave");
    Files.copy(folder.resolve("sample.jar"), temporary.resolve("other.jar"));
    try (var jar =
        new java.util.jar.JarOutputStream(Files.newOutputStream(folder.resolve("lost.jar")))) {
      jar.putNextEntry(new java.util.jar.JarEntry("nothing"));
    }
    CommandRun run = CommandRun.of("plugin", "list", "--json", "--plugins", folder);
    JsonObject all = JsonParser.parseString(run.out()).getAsJsonObject();
    assertThat(all.getAsJsonArray("plugins").toString())
        .contains("\"id\":\"sample\",\"version\":\"1.2\"")
        .contains("\"command\":[\"greet\",\"leave\"]");
    assertThat(all.getAsJsonArray("problems")).hasSize(1);
    assertThat(all.getAsJsonArray("problems").toString()).contains("lost.jar", "ESP-603");
  }

  @Test
  void aPluginCanBeLeftOut() throws IOException {
    SamplePlugin.write(folder.resolve("sample.jar"), "leave");
    assertThat(
            CommandRun.of("plugin", "list", "--plugins", folder, "--exclude-plugin", "sample")
                .out())
        .doesNotContain("sample 1.2");
  }

  @Test
  void helpNamesTheOptions() throws IOException {
    GoldenFile.assertMatches("help-plugin-list.txt", CommandRun.of("plugin", "list", "-h").out());
    GoldenFile.assertMatches("help-plugin-new.txt", CommandRun.of("plugin", "new", "-h").out());
  }

  @Test
  void aFolderThatIsNotThereIsNamed() {
    CommandRun run = CommandRun.of("plugin", "list", "--plugins", temporary.resolve("none"));
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("none cannot be listed").contains("Name a folder");
  }

  @Test
  void commandsOfPluginsRunWithTheirOptions() throws IOException {
    SamplePlugin.write(folder.resolve("sample.jar"), "leave");
    CommandRun run = installed("greet", "--times", "2", "--loud", "--greeting=Hi", "Ann", "Bob");
    assertThat(run.err()).isEmpty();
    assertThat(run.out().lines()).containsExactly("HI ANN AND BOB", "HI ANN AND BOB");
    assertThat(run.exitCode()).isZero();
    assertThat(installed("greet").exitCode()).isEqualTo(3);
  }

  @Test
  void builtInCommandsUseWhatTheFolderBrings() throws IOException {
    SamplePlugin.write(folder.resolve("sample.jar"), "leave");
    CommandRun run = CommandRun.of("summary", "--model", "sample-net", "--plugins", folder);
    assertThat(run.err()).isEmpty();
    assertThat(run.out()).contains("Total params: 10");
    assertThat(CommandRun.of("summary", "--model", "sample-net").err())
        .contains("There is no model named \"sample-net\"");
  }

  /** In a process of its own, whose environment can be set. */
  @Test
  void theVariableNamesTheFolderForBuiltInCommandsToo() throws Exception {
    SamplePlugin.write(folder.resolve("sample.jar"), "leave");
    ProcessBuilder builder =
        new ProcessBuilder(JavaCommand.espalier("doctor", "--no-open")).redirectErrorStream(true);
    builder.environment().put("ESPALIER_PLUGINS", folder.toString());
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).isZero();
    assertThat(output).contains("sample.jar").doesNotContain("ESPALIER_PLUGINS");
  }

  @Test
  void commandsOfPluginsHaveHelpAndAreListed() throws IOException {
    SamplePlugin.write(folder.resolve("sample.jar"), "leave");
    CommandRun help = installed("greet", "--help");
    assertThat(help.out())
        .contains("\nExamples:\n  espalier greet --times 2 Ann\n")
        .contains("\nExit codes:\n");
    assertThat(help.exitCode()).isZero();
    GoldenFile.assertMatches("help-of-a-plugin.txt", help.out());
    assertThat(installed().out()).contains("  greet       Greets everyone by name.\n");
    assertThat(CommandRun.of().out()).doesNotContain("greet");
  }

  @Test
  void theOptionsAboutPluginsReachTheCommandsOfPlugins() throws IOException {
    SamplePlugin.write(folder.resolve("sample.jar"), "leave");
    CommandRun run = CommandRun.of("greet", "--plugins", folder, "--times", "1", "Ann");
    assertThat(run.err()).isEmpty();
    assertThat(run.out()).isEqualTo("Hello Ann\n");
    assertThat(CommandRun.of("greet", "Ann", "--plugins=" + folder).out()).isEqualTo("Hello Ann\n");
    assertThat(CommandRun.of("greet", "Ann").err()).contains("There is no command \"greet\"");
    assertThat(installed("greet", "Ann", "--exclude-plugin", "sample").err())
        .contains("There is no command \"greet\"");
  }

  @Test
  void wrongOptionsOfACommandOfAPluginAreExplained() throws IOException {
    SamplePlugin.write(folder.resolve("sample.jar"), "leave");
    CommandRun value = installed("greet", "--times", "ten", "Ann");
    assertThat(value.exitCode()).isEqualTo(2);
    assertThat(value.err().lines())
        .containsExactly(
            "error: The option \"times\" of the command greet is \"ten\". [ESP-604]",
            "Give a whole number from 1 to 9.");
    CommandRun name = installed("greet", "--tims", "1");
    assertThat(name.exitCode()).isEqualTo(2);
    assertThat(name.err()).contains("has no option --tims").contains("Nearest options: --times");
  }

  @Test
  void theNameOfABuiltInCommandIsRefused() throws IOException {
    SamplePlugin.write(folder.resolve("sample.jar"), "train");
    CommandRun run = installed("greet", "Ann");
    assertThat(run.out()).isEqualTo("Hello Ann\n");
    assertThat(run.err())
        .isEqualTo(
            "warning: The command \"train\" of a plugin (org.example.SamplePlugin$Greet) has the"
                + " name of a built-in command and is left out. Its plugin must give it another"
                + " name.\n");
    assertThat(installed("train", "--help").out()).contains("from random or given weights");
  }

  @Test
  void pluginsThatClashAreToldWhereACommandIsWantedButNotInHelp() throws IOException {
    SamplePlugin.write(folder.resolve("one.jar"), "leave");
    SamplePlugin.write(folder.resolve("two.jar"), "leave");
    CommandRun run = installed("greet");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("the command \"greet\" comes from plugin \"sample\"");
    assertThat(installed("--help").exitCode()).isZero();
  }
}
