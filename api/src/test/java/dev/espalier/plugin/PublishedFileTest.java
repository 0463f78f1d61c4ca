package dev.espalier.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.espalier.error.EspalierException;
import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PublishedFileTest {
  private static final Checksum CHECKSUM = Checksum.sha256("c0e6a31c");

  private static PublishedFile named(String name) {
    return new PublishedFile(name, URI.create("https://example.org/a"), CHECKSUM, 0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "../a.h5", "a/b.h5", "a\\b.h5", ".hidden"})
  void aNameThatLeadsElsewhereIsRefused(String name) {
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> named(name))
        .withMessageContaining("is not the name of a file");
  }

  @Test
  void theSizeIsTextForPeople() {
    URI address = URI.create("https://example.org/a");
    assertThat(new PublishedFile("a", address, CHECKSUM, 21_834_768).sizeText())
        .isEqualTo("21 MiB");
    assertThat(new PublishedFile("a", address, CHECKSUM, 10).sizeText()).isEqualTo("1 MiB");
    assertThat(named("a").sizeText()).isEmpty();
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> new PublishedFile("a", address, CHECKSUM, -1))
        .withMessageContaining("cannot have -1 bytes");
  }

  @Test
  void aChecksumHasTheDigitsOfItsAlgorithm() {
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> Checksum.sha256("12ab"))
        .withMessage(
            "\"12ab\" is not a checksum of SHA-256. Give its 64 hexadecimal digits. [ESP-102]");
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> Checksum.md5("c0e6a31c"))
        .withMessageContaining("Give its 32 hexadecimal digits.");
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> Checksum.sha256("not-hexadecimal"));
    assertThat(Checksum.sha256("C0E6A31C").digits()).isEqualTo("c0e6a31c");
  }

  @Test
  void theFirstDigitsMustAgree() {
    assertThat(CHECKSUM.matches("c0e6a31c" + "0".repeat(56))).isTrue();
    assertThat(CHECKSUM.matches("c0e6a31d" + "0".repeat(56))).isFalse();
    assertThat(CHECKSUM).hasToString("SHA-256 c0e6a31c");
  }
}
