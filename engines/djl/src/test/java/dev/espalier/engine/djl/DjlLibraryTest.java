package dev.espalier.engine.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DjlLibraryTest {
  @TempDir Path folder;

  @Test
  void propertiesHoldWhileLoadingAndNoLonger() {
    DjlLibrary library = new DjlLibrary("Example", folder.resolve("cache"), false);
    String seen =
        library.load(
            Map.of("EXAMPLE_SETTING", "on"),
            () ->
                System.getProperty("ai.djl.offline")
                    + " "
                    + System.getProperty("OPT_OUT_TRACKING")
                    + " "
                    + System.getProperty("ENGINE_CACHE_DIR")
                    + " "
                    + System.getProperty("EXAMPLE_SETTING"));
    assertThat(seen).isEqualTo("true true " + folder.resolve("cache") + " on");
    assertThat(System.getProperty("ai.djl.offline")).isEqualTo("true");
    assertThat(System.getProperty("OPT_OUT_TRACKING")).isNull();
    assertThat(System.getProperty("ENGINE_CACHE_DIR")).isNull();
    assertThat(System.getProperty("EXAMPLE_SETTING")).isNull();
  }

  @Test
  void downloadsAreAllowedWhileLoadingOnly() {
    DjlLibrary library = new DjlLibrary("Example", folder, true);
    String offline = library.load(Map.of(), () -> System.getProperty("ai.djl.offline"));
    assertThat(offline).isEqualTo("false");
    assertThat(System.getProperty("ai.djl.offline")).isEqualTo("true");
  }

  @Test
  void aCacheFolderThatCannotBeWrittenIsRefusedBeforeDjlIsAsked() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "not a folder");
    DjlLibrary library = new DjlLibrary("Example", file.resolve("cache"), true);
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(
            () ->
                library.load(
                    Map.of(),
                    () -> {
                      throw new AssertionError("asked");
                    }))
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.FILE_NOT_WRITABLE))
        .withMessageStartingWith(
            "Example's library cannot be downloaded into the folder " + file.resolve("cache"))
        .withMessageContaining(
            "name another folder with the engine option \"cache-folder\" or the environment"
                + " variable ESPALIER_CACHE");
    assertThat(file).isRegularFile();
  }

  @Test
  void whatKeepsALibraryFromLoadingIsSaid() {
    DjlLibrary library = new DjlLibrary("Example", folder, false);
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(
            () ->
                library.load(
                    Map.of(),
                    () -> {
                      throw new UnsatisfiedLinkError("libexample.so: no such file");
                    }))
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.ENGINE_UNAVAILABLE))
        .withMessageStartingWith(
            "Example's library cannot be loaded (libexample.so: no such file).");
  }
}
