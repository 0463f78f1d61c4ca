package dev.espalier.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParser;
import dev.espalier.cli.plugin.PluginCommands;
import dev.espalier.cli.text.PrintableWriter;
import dev.espalier.option.OptionDescription;
import dev.espalier.plugin.CommandProvider;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Text of plugins, and text that their commands print, cannot act on a terminal either. */
class PluginTextTest {
  private static final String ESCAPE = "cat\u001b[2J\u202e";

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final CommandLine espalier = new CommandLine(CommandSpec.create().name("espalier"));

  private record Show(String name) implements CommandProvider {
    @Override
    public String description() {
      return "Shows " + ESCAPE + " at 100 %.";
    }

    @Override
    public List<OptionDescription<?>> options() {
      return List.of(OptionDescription.text("of", "One of " + ESCAPE + ".").withDefault("a"));
    }

    @Override
    public int run(Invocation invocation) {
      invocation.out().println(ESCAPE);
      invocation.out().print("{\"name\": \"" + ESCAPE + "\"}\n");
      invocation.err().printf("error: %s%n", ESCAPE);
      return 0;
    }
  }

  @BeforeEach
  void write() {
    espalier.setOut(new PrintWriter(out));
    espalier.setErr(new PrintWriter(err));
  }

  private List<String> add(String name) {
    return PluginCommands.add(
        espalier,
        List.of(new Show(name)),
        () -> List.of(OptionSpec.builder("--plugins").build()),
        PrintableWriter::new);
  }

  @Test
  void whatACommandPrintsIsEscapedAndJsonKeepsItsMeaning() {
    assertThat(add("show")).isEmpty();
    assertThat(espalier.execute("show")).isZero();
    assertThat(out.toString()).doesNotContain("\u001b").doesNotContain("\u202e");
    List<String> lines = out.toString().lines().toList();
    assertThat(lines).hasSize(2);
    assertThat(lines.get(0)).isEqualTo("cat\\u001b[2J\\u202e");
    assertThat(JsonParser.parseString(lines.get(1)).getAsJsonObject().get("name").getAsString())
        .isEqualTo(ESCAPE);
    assertThat(err.toString().strip()).isEqualTo("error: cat\\u001b[2J\\u202e");
  }

  @Test
  void helpShowsDescriptionsEscaped() {
    add("show");
    String help = espalier.getSubcommands().get("show").getUsageMessage(CommandLine.Help.Ansi.OFF);
    assertThat(help)
        .contains("Shows cat\\u001b[2J\\u202e at 100 %.")
        .contains("One of cat\\u001b[2J\\u202e. Default: a.")
        .doesNotContain("\u001b");
    assertThat(espalier.getUsageMessage(CommandLine.Help.Ansi.OFF)).doesNotContain("\u001b");
  }

  @Test
  void commandThatIsNotNamedLikeOneIsLeftOut() {
    assertThat(add(ESCAPE))
        .singleElement()
        .asString()
        .contains("is left out", "lower-case letters, digits and hyphens");
    assertThat(espalier.getSubcommands()).isEmpty();
  }
}
