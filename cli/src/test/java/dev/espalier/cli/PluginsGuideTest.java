package dev.espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.cli.command.PluginNewCommandTest;
import dev.espalier.core.PluginFolder;
import dev.espalier.core.PluginRegistry;
import dev.espalier.graph.Tensor;
import dev.espalier.layer.CallContext;
import dev.espalier.layer.Layer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keeps docs/guide/plugins.md true. */
class PluginsGuideTest {
  private static final Path EXAMPLE = Path.of("../examples/plugin");
  private static final Pattern CODE = Pattern.compile("(?ms)^```java\n(.*?)^```");
  private static final Pattern COMMAND = Pattern.compile("(?m)^espalier (.*)$");

  @TempDir Path folder;

  private static String guide() throws IOException {
    return Files.readString(Path.of("../docs/guide/plugins.md"));
  }

  @Test
  void itsCodeIsThatOfTheExampleAndOfThisTest() throws IOException {
    String sources =
        sources(EXAMPLE)
            + Files.readString(Path.of("src/test/java/dev/espalier/cli/PluginsGuideTest.java"));
    List<String> shown =
        CODE.matcher(guide()).results().map(block -> unindented(block.group(1))).toList();
    assertThat(shown).hasSizeGreaterThan(5);
    assertThat(shown).allSatisfy(code -> assertThat(unindented(sources)).contains(code));
  }

  private static String sources(Path root) throws IOException {
    try (Stream<Path> files = Files.walk(root.resolve("src"))) {
      StringBuilder text = new StringBuilder();
      for (Path file : files.filter(one -> one.toString().endsWith(".java")).sorted().toList()) {
        text.append(Files.readString(file));
      }
      return text.toString();
    }
  }

  private static String unindented(String code) {
    return code.lines().map(String::strip).collect(Collectors.joining("\n")).strip();
  }

  /** What Maven does between them is shown by {@link PluginNewCommandTest}. */
  @Test
  void itsCommandsRun() throws IOException {
    Files.createDirectories(folder.resolve("plugins"));
    SamplePlugin.write(folder.resolve("plugins/sample.jar"), "leave");
    List<String> commands =
        COMMAND.matcher(guide()).results().map(command -> command.group(1)).toList();
    assertThat(commands)
        .containsExactly("plugin new channel-gate", "plugin list --plugins plugins");
    Object[] written = (commands.get(0) + " --folder " + folder.resolve("channel-gate")).split(" ");
    assertThat(CommandRun.of(written).exitCode()).isZero();
    assertThat(folder.resolve("channel-gate/pom.xml")).isRegularFile();
    Object[] listed =
        Arrays.stream(commands.get(1).split(" "))
            .map(word -> word.equals("plugins") ? folder.resolve(word).toString() : word)
            .toArray();
    assertThat(CommandRun.of(listed).out()).contains("sample 1.2");
  }

  /** The guide shows the first lines; they are compiled here and run by the tests of core. */
  static List<String> open() {
    try (PluginFolder folder = PluginFolder.open(Path.of("plugins"))) {
      PluginRegistry registry = PluginRegistry.builder().discover().discover(folder).build();
      return registry.pluginIds();
    }
  }

  /** The guide shows how it grew; what files without an offset become is tested in core. */
  record Scale(double factor, double offset) implements Layer {
    /** Creates a layer without an offset, as all were before there was one. */
    Scale(double factor) {
      this(factor, 0);
    }

    @Override
    public Tensor call(CallContext context, Tensor... inputs) {
      return context.ops().add(context.ops().multiply(inputs[0], factor), offset);
    }
  }

  @Test
  void theLayerThatGrewIsWhatItWas() {
    assertThat(new Scale(2)).isEqualTo(new Scale(2, 0));
  }

  @Test
  void theExampleIsAsShortAsItIsSaidToBe() throws IOException {
    assertThat(lines(EXAMPLE.resolve("pom.xml"))).isLessThanOrEqualTo(30);
    assertThat(lines(EXAMPLE.resolve("src/main/java/org/example/eca/EcaPlugin.java")))
        .isLessThanOrEqualTo(45);
    assertThat(
            lines(
                EXAMPLE.resolve("src/main/resources/META-INF/services/dev.espalier.plugin.Plugin")))
        .isEqualTo(1);
    for (String test : List.of("Eca", "EcaNet", "EcaPlugin", "ScaledTanh", "StopAtTarget")) {
      assertThat(lines(EXAMPLE.resolve("src/test/java/org/example/eca/" + test + "Test.java")))
          .as(test)
          .isLessThanOrEqualTo(15);
    }
  }

  private static long lines(Path file) throws IOException {
    return Files.readString(file).lines().count();
  }
}
