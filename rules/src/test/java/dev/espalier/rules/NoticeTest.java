package dev.espalier.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;

/** What the archive of the command contains and others made is in NOTICE. */
class NoticeTest {
  private static boolean hasNativeCode(String jar) throws IOException {
    try (ZipFile file = new ZipFile(jar)) {
      return file.stream()
          .anyMatch(entry -> entry.getName().matches(".*\\.(so|dll|dylib|jnilib|a)(\\.\\d+)*"));
    }
  }

  @Test
  void namesEveryLibraryWithNativeCode() throws IOException {
    List<String> artifacts = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
      if (entry.endsWith(".jar") && hasNativeCode(entry)) {
        String name = Path.of(entry).getFileName().toString();
        artifacts.add(name.replaceAll("-\\d.*", ""));
      }
    }
    String notice = Files.readString(Path.of("../NOTICE"));
    assertThat(artifacts)
        .isNotEmpty()
        .allSatisfy(artifact -> assertThat(notice).contains(":" + artifact + "\n"));
  }

  @Test
  void namesTheBundledWeights() throws IOException {
    String notice = Files.readString(Path.of("../NOTICE"));
    List<Path> weights =
        DocumentSnippetsTest.files(
            Path.of("../cli/src/main/resources"), file -> file.toString().endsWith(".safetensors"));
    assertThat(weights)
        .isNotEmpty()
        .allSatisfy(file -> assertThat(notice).contains(file.getFileName().toString()));
  }
}
