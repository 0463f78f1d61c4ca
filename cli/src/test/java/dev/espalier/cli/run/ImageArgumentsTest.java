package dev.espalier.cli.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.espalier.error.EspalierException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageArgumentsTest {
  @TempDir private Path folder;

  @BeforeEach
  void write() throws IOException {
    Files.createDirectories(folder.resolve("photos/deep"));
    for (String name :
        List.of("b.jpg", "a.PNG", "notes.txt", ".hidden.jpg", "deep/c.jpg", "what[1]?.png")) {
      Files.writeString(folder.resolve("photos").resolve(name), "");
    }
  }

  private List<String> expand(String... arguments) {
    List<String> given =
        List.of(arguments).stream().map(argument -> folder + "/" + argument).toList();
    return ImageArguments.expand(given, null).stream()
        .map(file -> folder.relativize(file).toString())
        .toList();
  }

  @Test
  void aFolderStandsForItsImagesSortedByName() {
    assertThat(expand("photos"))
        .containsExactly(
            "photos/a.PNG", "photos/b.jpg", "photos/deep/c.jpg", "photos/what[1]?.png");
  }

  @Test
  void aPatternStandsForTheFilesThatMatch() {
    assertThat(expand("photos/*.jpg")).containsExactly("photos/.hidden.jpg", "photos/b.jpg");
    assertThat(expand("photos/**.jpg"))
        .containsExactly("photos/.hidden.jpg", "photos/b.jpg", "photos/deep/c.jpg");
  }

  @Test
  void aFileIsTakenWhateverItsNameAndEvenIfItIsMissing() {
    assertThat(expand("photos/what[1]?.png", "photos/notes.txt", "missing.jpg"))
        .containsExactly("photos/what[1]?.png", "photos/notes.txt", "missing.jpg");
  }

  @Test
  void aListNamesImagesByLine() throws IOException {
    Path list =
        Files.writeString(
            folder.resolve("list.txt"), folder + "/photos/b.jpg\n\n" + folder + "/photos/deep\n");
    assertThat(ImageArguments.expand(List.of(), list))
        .containsExactly(folder.resolve("photos/b.jpg"), folder.resolve("photos/deep/c.jpg"));
  }

  @Test
  void nothingFoundIsAnError() throws IOException {
    Path empty = Files.createDirectory(folder.resolve("empty"));
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> ImageArguments.expand(List.of(empty.toString()), null))
        .withMessageContaining("There are no images in " + empty + ".");
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> ImageArguments.expand(List.of(folder + "/*.gif"), null))
        .withMessageContaining("No file matches " + folder + "/*.gif.");
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> ImageArguments.expand(List.of(), folder.resolve("none.txt")))
        .withMessageContaining("none.txt cannot be read");
  }
}
