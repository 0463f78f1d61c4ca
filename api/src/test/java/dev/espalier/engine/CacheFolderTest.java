package dev.espalier.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CacheFolderTest {
  @Test
  void theVariableGoesFirst() {
    assertThat(CacheFolder.of(Map.of("ESPALIER_CACHE", "/own", "XDG_CACHE_HOME", "/caches")))
        .isEqualTo(Path.of("/own"));
  }

  @Test
  void elseItLiesAmongTheCachesOfTheUser() {
    assertThat(CacheFolder.of(Map.of("XDG_CACHE_HOME", "/caches")))
        .isEqualTo(Path.of("/caches/espalier"));
    Path home = Path.of(System.getProperty("user.home"), ".cache", "espalier");
    assertThat(CacheFolder.of(Map.of("XDG_CACHE_HOME", "relative"))).isEqualTo(home);
    assertThat(CacheFolder.of(Map.of())).isEqualTo(home);
  }

  @Test
  void userWhomTheSystemDoesNotKnowNeedsAHomeFolderOrTheVariable() {
    for (String unknown : List.of("?", "", " ")) {
      assertThat(CacheFolder.of(Map.of("HOME", "/home/any"), unknown))
          .isEqualTo(Path.of("/home/any/.cache/espalier"));
      assertThat(CacheFolder.of(Map.of("ESPALIER_CACHE", "/own"), unknown))
          .isEqualTo(Path.of("/own"));
      assertThatExceptionOfType(EspalierException.class)
          .isThrownBy(() -> CacheFolder.of(Map.of(), unknown))
          .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_OPTION))
          .withMessageContaining("user.home is \"" + unknown + "\"")
          .withMessageContaining("ESPALIER_CACHE");
    }
  }

  @Test
  void aNameThatTheLocaleCannotExpressIsRefused() {
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> CacheFolder.of(Map.of("ESPALIER_CACHE", "/caches/gr\uFFFD\uFFFDer")))
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_OPTION))
        .withMessageContaining("ESPALIER_CACHE names the folder \"/caches/gr")
        .withMessageContaining("LC_ALL=C.UTF-8");
  }

  /** What a process without a locale prints for its cache folder. */
  static final class Printing {
    private Printing() {}

    public static void main(String[] arguments) {
      try {
        System.out.println(CacheFolder.of(System.getenv()));
      } catch (EspalierException e) {
        System.out.println(e.getMessage());
      }
    }
  }

  private static String printed(Path folder, String name, String value) throws Exception {
    // The shell writes the bytes, which this process may have no characters for.
    ProcessBuilder builder =
        new ProcessBuilder(
            "sh",
            "-c",
            "export " + name + "=\"$(printf '" + value + "')\"; exec \"$@\"",
            "sh",
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            Printing.class.getName());
    builder.environment().remove("ESPALIER_CACHE");
    builder.environment().remove("XDG_CACHE_HOME");
    builder.environment().put("LC_ALL", "C");
    Process process =
        builder.redirectErrorStream(true).redirectOutput(folder.resolve("out").toFile()).start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return new String(
        java.nio.file.Files.readAllBytes(folder.resolve("out")),
        java.nio.charset.StandardCharsets.US_ASCII);
  }

  @Test
  void aProcessWithoutALocaleRefusesTheNameThatItCannotRead(@TempDir Path folder) throws Exception {
    String umlaut = "/caches/gr\\303\\266\\303\\237er";
    for (String variable : new String[] {"ESPALIER_CACHE", "XDG_CACHE_HOME"}) {
      assertThat(printed(folder, variable, umlaut))
          .contains("The environment variable " + variable + " names the folder")
          .contains("Set a locale with UTF-8");
      assertThat(printed(folder, variable, "/caches/ascii")).startsWith("/caches/ascii");
    }
  }
}
