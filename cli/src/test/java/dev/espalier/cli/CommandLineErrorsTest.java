package dev.espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommandLineErrorsTest {
  @TempDir Path folder;

  private static void assertUsageError(CommandRun run, String... lines) {
    assertThat(run.err().lines()).containsExactly(lines);
    assertThat(run.out()).isEmpty();
    assertThat(run.exitCode()).isEqualTo(2);
  }

  @Test
  void anUnknownCommandListsTheNearest() {
    assertUsageError(
        CommandRun.of("fine-tuen"),
        "error: There is no command \"fine-tuen\".",
        "Commands, nearest first: fine-tune, preview, serve, compare, completion, config, describe,"
            + " doctor, evaluate, export, help, lr-find, plugin, predict, profile, train, weights, summary.");
  }

  @Test
  void anUnknownOptionListsTheNearest() {
    assertUsageError(
        CommandRun.of("fine-tune", "--lerning-rate", "0.1"),
        "error: espalier fine-tune has no option --lerning-rate.",
        "Nearest options: --learning-rate, --engine, --weights, --device, --engine-option. All"
            + " options: espalier fine-tune --help");
  }

  @Test
  void aValueOfTheWrongKindIsNamed() {
    assertUsageError(
        CommandRun.of("train", "--epochs", "many"),
        "error: The setting training.epochs is \"many\" (--epochs). [ESP-604]",
        "Give a whole number, 0 or more.");
  }

  @Test
  void aMissingValueIsNamed() {
    assertUsageError(
        CommandRun.of("train", "--epochs"),
        "error: Missing required parameter for option '--epochs' (NUMBER).",
        "Add what is missing. All options: espalier train --help");
  }

  @Test
  void missingImagesAreNamed() {
    assertUsageError(
        CommandRun.of("predict", "--model", "efficientnet-b0"),
        "error: No image was given. [ESP-604]",
        "Give image files, folders with images, patterns such as 'photos/*.jpg', or --list.");
  }

  @Test
  void anUnknownModelListsTheNearest() {
    CommandRun run = CommandRun.of("summary", "--model", "eficientnet-b0");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err())
        .startsWith("error: There is no model named \"eficientnet-b0\". [ESP-601]\n")
        .contains(": efficientnet-b0, ")
        .contains("A model file ends in .safetensors, .keras or .h5.")
        .doesNotContain("\tat ");
  }

  @Test
  void dataThatCouldBeFetchedSaysSo() {
    CommandRun run = CommandRun.of("describe", "--dataset", "cifar100");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err())
        .startsWith(
            "error: The data set cifar100 is read from files, and no location was given."
                + " [ESP-604]\n")
        .contains(
            "Give --data with its folder or archive, or --download to fetch it from https://");
  }

  @Test
  void dataThatNeedNoDownloadAreReadWhereTheyAre() {
    CommandRun run = CommandRun.of("describe", "--download", "--limit", "3");
    assertThat(run.exitCode()).isZero();
    assertThat(run.err()).doesNotContain("Downloading");
  }

  @Test
  void anArchiveThatIsNotThePublishersIsNotUsed() throws IOException {
    Files.write(folder.resolve("cifar-10-binary.tar.gz"), new byte[] {1, 2, 3});
    CommandRun run =
        CommandRun.of("describe", "--dataset", "cifar10", "--download", "--data", folder);
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err())
        .contains("cifar-10-binary.tar.gz is not the publisher's file: its SHA-256 is 039058c6")
        .contains("Delete it to download it again.")
        .contains("[ESP-703]");
  }

  @Test
  void readingOptionsOutOfRangeAreRefused() {
    CommandRun run = CommandRun.of("evaluate", "--prefetch", "0");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err())
        .startsWith("error: The setting training.prefetch is \"0\" (--prefetch). [ESP-604]\n")
        .contains("Give a whole number, 1 or more.");
  }

  @ParameterizedTest
  @CsvSource({"--classes, model.classes", "--image-size, model.image-size"})
  void zeroIsNoWordForTheDefault(String option, String setting) {
    for (String command : List.of("summary", "evaluate", "train", "fine-tune")) {
      CommandRun run = CommandRun.of(command, "--model", "efficientnet-b0", option, "0");
      assertThat(run.exitCode()).as(command).isEqualTo(2);
      assertThat(run.err())
          .startsWith("error: The setting " + setting + " is \"0\" (" + option + "). [ESP-604]\n")
          .contains("Give a whole number, 1 or more.");
    }
    assertThat(CommandRun.of("predict", "x.png", "--model", "efficientnet-b0", option, "0").err())
        .contains("The setting " + setting);
  }

  @ParameterizedTest
  @ValueSource(strings = {"summary", "train", "fine-tune"})
  void anImageSizeThatOverflowsIsRefusedWithItsLayer(String command) {
    CommandRun run =
        CommandRun.of(command, "--model", "efficientnet-b0", "--image-size", "2147483647");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err())
        .startsWith("error: In stem_conv_pad (ZeroPadding2D): ")
        .contains("is too long. [ESP-101]", "Give smaller sizes.");
  }

  @Test
  void anEngineThatAMergedJarLostIsNotAdvisedToBeAdded() {
    CommandRun run = CommandRun.of("train", "--engine", "pytorch", "--exclude-plugin", "pytorch");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err())
        .contains("There is no engine named \"pytorch\"")
        .contains("Its classes are on the class path, but nothing names its plugin")
        .contains("META-INF/services/dev.espalier.plugin.Plugin")
        .doesNotContain("Add dev.espalier");
  }

  @Test
  void aPreviewThatCannotBeWrittenIsAnErrorAndNothingElse() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "not a folder");
    PrintStream before = System.err;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    System.setErr(new PrintStream(printed, true, StandardCharsets.UTF_8));
    try {
      CommandRun run =
          CommandRun.of(
              "preview",
              "--sample",
              "0",
              "--set",
              "augmentations=random-flip",
              "--output",
              file.resolve("preview.png"));
      assertThat(run.exitCode()).isEqualTo(2);
      assertThat(run.err())
          .startsWith("error: The preview cannot be written to ")
          .contains("[ESP-702]");
    } finally {
      System.setErr(before);
    }
    assertThat(printed.toString(StandardCharsets.UTF_8)).doesNotContain("\tat ");
  }

  @Test
  void anUnknownDatasetListsTheNearest() {
    CommandRun run = CommandRun.of("fine-tune", "--dataset", "cifar-100", "--output", folder);
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err())
        .startsWith("error: There is no data set named \"cifar-100\" (--dataset). [ESP-601]\n")
        .contains("Known names, nearest first: cifar100, ");
  }

  @Test
  void anUnknownRecipeListsTheKnown() {
    CommandRun run = CommandRun.of("fine-tune", "--recipe", "tutoral");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err())
        .contains("There is no recipe named \"tutoral\"")
        .contains("tutorial, quick");
  }

  @Test
  void anUnknownEngineListsTheNearestBeforeAnythingIsTrained() {
    CommandRun run =
        CommandRun.of("fine-tune", "--engine", "tensorflou", "--output", folder.resolve("run"));
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err())
        .startsWith("error: There is no engine named \"tensorflou\" (--engine). [ESP-601]\n")
        .contains("tensorflow");
  }

  @Test
  void aModelFileThatIsMissingOrDamagedIsNamed() throws IOException {
    CommandRun missing = CommandRun.of("summary", "--model", folder.resolve("none.safetensors"));
    assertThat(missing.exitCode()).isEqualTo(2);
    assertThat(missing.err()).contains("none.safetensors").contains("[ESP-701]");
    Path broken = Files.writeString(folder.resolve("broken.safetensors"), "not a model at all");
    CommandRun damaged = CommandRun.of("summary", "--model", broken);
    assertThat(damaged.exitCode()).isEqualTo(2);
    assertThat(damaged.err()).contains("broken.safetensors").contains("[ESP-203]");
  }

  @Test
  void noModelIsAnError() {
    CommandRun run = CommandRun.of("evaluate");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).startsWith("error: No model was given. [ESP-604]\nAdd --model");
  }

  @Test
  void anOutputFolderThatIsNotEmptyIsLeftAlone() throws IOException {
    Path kept = Files.writeString(folder.resolve("kept.txt"), "mine");
    CommandRun run = CommandRun.of("fine-tune", "--output", folder);
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err())
        .startsWith("error: The output folder " + folder + " is not empty. [ESP-702]\n")
        .contains("not overwritten");
    assertThat(kept).hasContent("mine");
    assertThat(folder.toFile().list()).containsExactly("kept.txt");
  }

  @Test
  void anOutputFolderThatCannotBeWrittenIsAnErrorBeforeTraining() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "not a folder");
    CommandRun run = CommandRun.of("fine-tune", "--output", file.resolve("run"));
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("cannot be written").contains("[ESP-702]").contains("--output");
    assertThat(run.out()).isEmpty();
  }

  @Test
  void classesThatAreNotThoseOfTheDataAreRefused() {
    CommandRun run =
        CommandRun.of("fine-tune", "--classes", "7", "--output", folder.resolve("run"));
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("shapes/train has 10 classes, not 7.");
    assertThat(folder.resolve("run")).doesNotExist();
  }

  @Test
  void noEpochsAreRefused() {
    CommandRun run = CommandRun.of("fine-tune", "--epochs", "0", "--fine-tune-epochs", "0");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("nothing to train");
  }

  @Test
  void aStackTraceIsShownOnRequestOnly() {
    CommandRun plain = CommandRun.of("summary", "--model", "none");
    CommandRun traced = CommandRun.of("summary", "--model", "none", "--stacktrace");
    assertThat(plain.err()).doesNotContain("\tat ");
    assertThat(traced.err()).contains("\tat dev.espalier").contains("error: ");
  }

  @Test
  void anExcludedPluginIsNotThere() {
    CommandRun run =
        CommandRun.of("summary", "--model", "efficientnet-b0", "--exclude-plugin", "efficientnet");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("There is no model named");
  }
}
