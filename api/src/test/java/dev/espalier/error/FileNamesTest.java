package dev.espalier.error;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class FileNamesTest {
  private static String read(String name, Charset charset) {
    return new String(name.getBytes(StandardCharsets.UTF_8), charset);
  }

  @Test
  void utf8ThatWasReadInAnotherEncodingIsNoticed() {
    for (String name : new String[] {"ä", "größe", "猫", "é.jpg"}) {
      assertThat(
              FileNames.isMisread(
                  read(name, StandardCharsets.ISO_8859_1), StandardCharsets.ISO_8859_1))
          .as(name)
          .isTrue();
    }
  }

  @Test
  void namesThatAreOfTheEncodingAreNot() {
    assertThat(FileNames.isMisread("größe", StandardCharsets.ISO_8859_1)).isFalse();
    assertThat(FileNames.isMisread("cat", StandardCharsets.ISO_8859_1)).isFalse();
    assertThat(FileNames.isMisread("ä", StandardCharsets.UTF_8)).isFalse();
    assertThat(FileNames.isMisread("猫", StandardCharsets.ISO_8859_1)).isFalse();
  }
}
