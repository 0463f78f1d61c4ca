package dev.espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Texts that people read, kept as files. After a wanted change run the tests with {@code
 * -Despalier.updateGoldenFiles=true} and read the difference before committing it.
 */
public final class GoldenFile {
  private static final Path FOLDER = Path.of("src/test/resources/dev/espalier/cli");

  private GoldenFile() {}

  public static void assertMatches(String name, String actual) throws IOException {
    Path file = FOLDER.resolve(name);
    if (Boolean.getBoolean("espalier.updateGoldenFiles")) {
      Files.createDirectories(FOLDER);
      Files.writeString(file, actual);
    }
    assertThat(actual).isEqualTo(Files.readString(file));
  }
}
