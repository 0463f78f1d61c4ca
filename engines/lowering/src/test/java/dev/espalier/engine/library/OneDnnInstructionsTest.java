package dev.espalier.engine.library;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OneDnnInstructionsTest {
  @TempDir Path folder;

  private boolean wrong(String vendor, int family) throws IOException {
    Path processors =
        Files.writeString(
            folder.resolve("cpuinfo"),
            "processor\t: 0\nvendor_id\t: "
                + vendor
                + "\ncpu family\t: "
                + family
                + "\nmodel\t: 2\n");
    return OneDnnInstructions.areWrong(processors, folder.resolve("cache"));
  }

  @Test
  void zen5WithUnknownCachesIsLimited() throws IOException {
    assertThat(wrong("AuthenticAMD", 26)).isTrue();
  }

  @Test
  void otherProcessorsAreNot() throws IOException {
    assertThat(wrong("AuthenticAMD", 25)).isFalse();
    assertThat(wrong("GenuineIntel", 26)).isFalse();
  }

  @Test
  void processorWithKnownCachesIsNot() throws IOException {
    Files.createDirectory(folder.resolve("cache"));
    assertThat(wrong("AuthenticAMD", 26)).isFalse();
  }

  @Test
  void systemWithoutSuchFilesIsNot() {
    assertThat(OneDnnInstructions.areWrong(folder.resolve("none"), folder.resolve("cache")))
        .isFalse();
  }
}
