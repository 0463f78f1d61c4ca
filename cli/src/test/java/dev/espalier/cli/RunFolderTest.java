package dev.espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunFolderTest {
  @TempDir Path folder;

  @Test
  void aFolderWithoutANameIsCalledAfterTheDateAndTheModelAndNumbered() {
    Path runs = folder.resolve("runs");
    RunFolder first = RunFolder.create(null, runs, "efficientnet-b0", CommandRun.CLOCK);
    RunFolder second = RunFolder.create(null, runs, "efficientnet-b0", CommandRun.CLOCK);
    assertThat(first.path()).isEqualTo(runs.resolve("2026-03-04-0506-efficientnet-b0"));
    assertThat(second.path()).isEqualTo(runs.resolve("2026-03-04-0506-efficientnet-b0-2"));
    assertThat(first.path()).isEmptyDirectory();
  }

  @Test
  void anEmptyFolderIsTaken() {
    assertThat(RunFolder.create(folder, folder, "m", CommandRun.CLOCK).path()).isEqualTo(folder);
  }
}
