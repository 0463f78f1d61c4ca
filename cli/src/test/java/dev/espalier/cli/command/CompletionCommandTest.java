package dev.espalier.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.cli.CommandRun;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the scripts complete, in the shells themselves where they are installed. */
class CompletionCommandTest {
  @TempDir Path folder;

  private Path script(String shell) throws IOException {
    CommandRun run = CommandRun.of("completion", shell);
    assertThat(run.exitCode()).isZero();
    assertThat(run.err()).isEmpty();
    return Files.writeString(folder.resolve("espalier." + shell), run.out());
  }

  private static String run(String... command) throws IOException, InterruptedException {
    Process process;
    try {
      process = new ProcessBuilder(command).redirectErrorStream(true).start();
    } catch (IOException e) {
      return Assumptions.abort(command[0] + " is not installed: " + e.getMessage());
    }
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return output;
  }

  /** Returns what bash offers for the last of the words. */
  private List<String> inBash(String... words) throws IOException, InterruptedException {
    String quoted = Stream.of(words).map(word -> "'" + word + "'").collect(Collectors.joining(" "));
    return run(
            "bash",
            "-c",
            "source "
                + script("bash")
                + "; COMP_WORDS=("
                + quoted
                + "); COMP_CWORD="
                + (words.length - 1)
                + "; _complete_espalier 2>/dev/null; printf '%s\\n' \"${COMPREPLY[@]}\"")
        .lines()
        .map(String::strip)
        .toList();
  }

  @Test
  void bashCompletesCommandsOptionsAndNames() throws Exception {
    assertThat(inBash("espalier", "tr")).containsExactly("train");
    assertThat(inBash("espalier", "plugin", "")).contains("list", "new");
    assertThat(inBash("espalier", "train", "--ba")).containsExactly("--batch-size");
    assertThat(inBash("espalier", "train", "--engine", "py")).containsExactly("pytorch");
    assertThat(inBash("espalier", "export", "--format", "sa")).containsExactly("saved-model");
    assertThat(inBash("espalier", "export", "--input", "")).containsExactly("uint8", "float");
    assertThat(inBash("espalier", "export", "--weights", "")).containsExactly("float32", "float16");
    assertThat(inBash("espalier", "config", "show", "--gi")).containsExactly("--given");
  }

  @Test
  void zshReadsTheScript() throws Exception {
    assertThat(run("zsh", "-n", script("zsh").toString())).isEmpty();
  }

  @Test
  void fishCompletesCommandsOptionsAndNames() throws Exception {
    String script = script("fish").toString();
    for (String[] typed :
        new String[][] {
          {"espalier tr", "train"},
          {"espalier train --ba", "--batch-size"},
          {"espalier plugin ne", "new"},
          {"espalier train --engine py", "pytorch"}
        }) {
      String offered = run("fish", "-c", "source " + script + "; complete -C '" + typed[0] + "'");
      assertThat(offered.lines().map(line -> line.split("\t")[0]).toList()).contains(typed[1]);
    }
  }

  @Test
  void theScriptForFishSaysWhatMayFollowWhat() throws IOException {
    assertThat(Files.readString(script("fish")).lines())
        .contains(
            "complete -c espalier -f",
            "complete -c espalier -n '__fish_use_subcommand' -a train -d 'Trains a model with its"
                + " classifier, from random or given weights.'",
            "complete -c espalier -n '__fish_seen_subcommand_from plugin; and not"
                + " __fish_seen_subcommand_from list new' -a new -d 'Writes a working plugin"
                + " with tests to start from.'")
        .anyMatch(
            line ->
                line.startsWith(
                    "complete -c espalier -n '__fish_seen_subcommand_from train' -l batch-size -x"))
        .anyMatch(
            line ->
                line.startsWith(
                    "complete -c espalier -n '__fish_seen_subcommand_from plugin; and"
                        + " __fish_seen_subcommand_from new' -l folder -r -F"))
        .anyMatch(
            line ->
                line.startsWith(
                    "complete -c espalier -n '__fish_seen_subcommand_from train' -l engine -x -a"
                        + " 'mxnet onnxruntime pytorch tensorflow'"))
        .anyMatch(
            line ->
                line.startsWith(
                    "complete -c espalier -n '__fish_seen_subcommand_from train' -l model -r -F -a"
                        + " 'convnext-base "))
        .noneMatch(line -> line.contains("%%"));
  }

  @Test
  void anUnknownShellIsAWrongCommandLine() {
    CommandRun run = CommandRun.of("completion", "tcsh");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("tcsh");
  }
}
