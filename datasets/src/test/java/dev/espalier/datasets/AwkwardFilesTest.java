package dev.espalier.datasets;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.data.Dataset;
import dev.espalier.datasets.files.UnreadableImages;
import dev.espalier.datasets.folder.ImageFolder;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What people have in their folders. */
@DisabledOnOs(
    value = OS.WINDOWS,
    disabledReason = "names, links and permissions are those of POSIX")
class AwkwardFilesTest {
  @TempDir Path folder;

  @Test
  void twoHundredFilesAreReadOrReportedWithTheirReasons() throws Exception {
    AwkwardFiles.make(folder);

    Dataset all = ImageFolder.of(folder).open();
    Dataset readable = ImageFolder.of(folder).unreadable(UnreadableImages.SKIP).open();

    assertThat(all.size()).isEqualTo(200);
    assertThat(readable.size() + readable.unreadableFiles().size()).isEqualTo(200);
    List<String> report =
        readable.unreadableFiles().stream()
            .map(file -> file.reason().replace(folder.toString(), "FOLDER"))
            .toList();
    // Permissions do not keep the superuser out.
    boolean locked = !Files.isReadable(folder.resolve("bad/locked.png"));
    List<String> readAlthoughBad =
        IntStream.range(0, readable.size())
            .filter(i -> readable.label(i) == readable.classNames().indexOf("bad"))
            .mapToObj(i -> folder.relativize(readable.file(i)).toString())
            .toList();
    assertThat(readAlthoughBad).isEqualTo(locked ? List.of() : List.of("bad/locked.png"));
    assertThat(report.stream().filter(line -> !line.contains("locked.png")))
        .containsExactlyElementsOf(golden());
  }

  private static List<String> golden() throws Exception {
    try (InputStream stream =
        AwkwardFilesTest.class.getResourceAsStream("unreadable-awkward-files.txt")) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    }
  }
}
