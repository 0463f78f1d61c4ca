package dev.espalier.cli.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.cli.CommandRun;
import dev.espalier.cli.JavaCommand;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunFolderTest {
  private static final List<String> PHASES = List.of("head", "fine-tune");

  @TempDir Path folder;

  private static RunFolder create(Path wanted) {
    return RunFolder.create(wanted, wanted, "m", "fine-tune", CommandRun.CLOCK);
  }

  @Test
  void aFolderWithoutANameIsCalledAfterTheDateAndTheModelAndNumbered() {
    Path runs = folder.resolve("runs");
    try (RunFolder first =
            RunFolder.create(null, runs, "efficientnet-b0", "train", CommandRun.CLOCK);
        RunFolder second =
            RunFolder.create(null, runs, "efficientnet-b0", "train", CommandRun.CLOCK)) {
      assertThat(first.path()).isEqualTo(runs.resolve("2026-03-04-0506-efficientnet-b0"));
      assertThat(second.path()).isEqualTo(runs.resolve("2026-03-04-0506-efficientnet-b0-2"));
      assertThat(first.path().toFile().list()).containsExactly(".lock");
    }
  }

  @Test
  void anEmptyFolderIsTaken() {
    try (RunFolder run = create(folder)) {
      assertThat(run.path()).isEqualTo(folder);
    }
  }

  @Test
  void aRunThatCouldNotBeginLeavesNothingBehind() throws IOException {
    Path wanted = folder.resolve("my/runs/first");
    create(wanted).close();
    assertThat(folder).isEmptyDirectory();

    Path runs = folder.resolve("runs");
    RunFolder.create(null, runs, "m", "train", CommandRun.CLOCK).close();
    assertThat(folder).isEmptyDirectory();

    RunFolder.create(null, runs, "m", "train", CommandRun.CLOCK).close();
    Files.createDirectories(runs.resolve("other"));
    RunFolder.create(null, runs, "m", "train", CommandRun.CLOCK).close();
    assertThat(runs.toFile().list()).containsExactly("other");
  }

  @Test
  void aFolderThatWasThereBeforeStaysThere() throws IOException {
    Path mine = Files.createDirectory(folder.resolve("mine"));
    create(mine).close();
    assertThat(mine).isEmptyDirectory();
  }

  @Test
  void whatARunWroteStaysWithItsLock() {
    try (RunFolder run = create(folder.resolve("new"))) {
      run.write(run.configuration(), "espalier {}");
    }
    assertThat(folder.resolve("new").toFile().list())
        .containsExactlyInAnyOrder(".lock", "espalier.conf");
    try (RunFolder run = RunFolder.interrupted(folder.resolve("new"), "fine-tune", PHASES)) {
      assertThat(run.path()).exists();
    }
    assertThat(folder.resolve("new").toFile().list())
        .containsExactlyInAnyOrder(".lock", "espalier.conf");
  }

  /** It died between making the folder and writing its settings. */
  @Test
  void aFolderInWhichARunDiedBeforeItBeganIsTakenAndCleanedUp() throws IOException {
    Files.writeString(folder.resolve(".lock"), "fine-tune\n");
    Files.writeString(folder.resolve(".espalier.conf.part"), "half");
    Files.writeString(folder.resolve(".model.safetensors.5e1f-77.part"), "half");
    try (RunFolder run = create(folder)) {
      assertThat(run.path().toFile().list()).containsExactly(".lock");
    }
  }

  @Test
  void anotherProcessKeepsAllOthersOutUntilItEnds() throws Exception {
    Files.writeString(folder.resolve(".lock"), "");
    Files.writeString(folder.resolve("espalier.conf"), "");
    Process holder =
        new ProcessBuilder(JavaCommand.of(LockHolder.class, folder.toString()))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader output = holder.inputReader()) {
      assertThat(output.readLine()).startsWith("locked for");
      assertThatThrownBy(() -> RunFolder.interrupted(folder, "fine-tune", PHASES))
          .isInstanceOfSatisfying(
              EspalierException.class,
              e -> assertThat(e.code()).isEqualTo(ErrorCode.FILE_NOT_WRITABLE))
          .hasMessageStartingWith("Another process is training in the folder " + folder + " now.");
      holder.getOutputStream().close();
      assertThat(holder.waitFor()).isZero();
    } finally {
      holder.destroyForcibly();
    }
    RunFolder.interrupted(folder, "fine-tune", PHASES).close();
  }

  @Test
  void whatSomebodyElsePutThereIsNotTouched() throws IOException {
    Path mine = Files.writeString(folder.resolve("notes.txt"), "mine");
    assertThatThrownBy(() -> create(folder))
        .isInstanceOfSatisfying(
            EspalierException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.FILE_NOT_WRITABLE))
        .hasMessageContaining("The output folder " + folder + " is not empty.");
    assertThat(folder.toFile().list()).containsExactly(mine.getFileName().toString());
  }

  @Test
  void aFolderWithAnInterruptedRunNamesTheWayToGoOn() throws IOException {
    try (RunFolder run = create(folder)) {
      run.write(run.configuration(), "espalier {}");
    }
    assertThatThrownBy(() -> create(folder))
        .hasMessageContaining("The output folder " + folder + " holds a run that is not complete.")
        .hasMessageContaining("Resume it with --resume " + folder);
  }

  @Test
  void aSecondRunInOneFolderIsRefusedAsLongAsTheFirstIsAtWork() throws IOException {
    try (RunFolder run = create(folder)) {
      assertThatThrownBy(() -> create(folder))
          .hasMessageContaining("Another process is training in the folder " + folder + " now.");
      run.write(run.configuration(), "espalier {}");
      assertThatThrownBy(() -> RunFolder.interrupted(folder, "fine-tune", PHASES))
          .isInstanceOfSatisfying(
              EspalierException.class,
              e -> assertThat(e.code()).isEqualTo(ErrorCode.FILE_NOT_WRITABLE))
          .hasMessageContaining("Another process is training in the folder " + folder + " now.");
    }
    RunFolder.interrupted(folder, "fine-tune", PHASES).close();
  }

  @Test
  void aRunWithoutACheckpointIsResumedByTheCommandThatStartedIt() {
    try (RunFolder run = create(folder)) {
      run.write(run.configuration(), "espalier {}");
    }
    assertThatThrownBy(() -> RunFolder.interrupted(folder, "train", List.of("train")))
        .hasMessageContaining("was started by another command: espalier fine-tune.");
    try (RunFolder run = RunFolder.interrupted(folder, "fine-tune", PHASES)) {
      assertThat(run.configuration()).exists();
      run.write(run.summary(), "done");
      run.deleteCheckpoints();
    }
    assertThatThrownBy(() -> RunFolder.interrupted(folder, "fine-tune", PHASES))
        .hasMessageContaining("the run is complete");
    assertThat(folder.toFile().list()).containsExactlyInAnyOrder("espalier.conf", "summary.md");
  }

  @Test
  void theCheckpointsBeforeTheLastGoWithTheLast() throws IOException {
    try (RunFolder run = create(folder)) {
      run.write(run.configuration(), "espalier {}");
      Files.writeString(run.checkpoint("head"), "last");
      Files.writeString(folder.resolve("checkpoint-head.safetensors.previous"), "before");
      Files.writeString(folder.resolve("checkpoint-fine-tune.safetensors.previous"), "before");
    }
    try (RunFolder run = RunFolder.interrupted(folder, "fine-tune", PHASES)) {
      run.deleteCheckpoints();
    }
    assertThat(folder.toFile().list()).containsExactly("espalier.conf");
  }

  @Test
  void aLinkBesideAFileIsNotFollowed() throws IOException {
    Path outside = Files.createDirectory(folder.resolve("outside"));
    Path precious = Files.writeString(outside.resolve("precious"), "mine");
    Path inside = Files.createDirectory(folder.resolve("inside"));
    try (RunFolder run = create(inside)) {
      Files.createSymbolicLink(inside.resolve(".summary.md.part"), precious);
      run.write(run.summary(), "text");
      assertThat(run.summary()).hasContent("text");
    }
    assertThat(precious).hasContent("mine");
  }
}
