package dev.espalier.error;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class PrintableTextTest {
  @Test
  void textOfAllScriptsStaysAsItIs() {
    for (String text :
        List.of(
            "", "cat", "Vögel", "çocuk köpeği", "猫", "\ud83d\udc08", "می\u200cشود", "C:\\new")) {
      assertThat(PrintableText.of(text)).isSameAs(text);
      assertThat(PrintableText.ofLines(text)).isSameAs(text);
    }
  }

  @Test
  void escapesWhatActsOnATerminal() {
    assertThat(PrintableText.of("a\u001b[2Jb")).isEqualTo("a\\u001b[2Jb");
    assertThat(PrintableText.of("\u0000\u0007\u0008\u007f"))
        .isEqualTo("\\u0000\\u0007\\u0008\\u007f");
    assertThat(PrintableText.of("\u009b31m\u0085")).isEqualTo("\\u009b31m\\u0085");
  }

  @Test
  void escapesWhatTurnsOrHidesText() {
    assertThat(PrintableText.of("gpj.\u202etac")).isEqualTo("gpj.\\u202etac");
    assertThat(PrintableText.of("\u2066\u2069\u200e\u061c\u200b\ufeff\u00ad"))
        .isEqualTo("\\u2066\\u2069\\u200e\\u061c\\u200b\\ufeff\\u00ad");
    assertThat(PrintableText.of("a\udb40\udc41b")).isEqualTo("a\\udb40\\udc41b");
  }

  @Test
  void escapesUnpairedSurrogates() {
    assertThat(PrintableText.of("a\ud83db")).isEqualTo("a\\ud83db");
    assertThat(PrintableText.of("\udc08")).isEqualTo("\\udc08");
  }

  @Test
  void aLineStaysOneLine() {
    assertThat(PrintableText.of("cat\nerror: all is lost\r\n\t.\u2028\u2029"))
        .isEqualTo("cat\\nerror: all is lost\\r\\n\\t.\\u2028\\u2029");
  }

  @Test
  void linesKeepTheirBreaksButNothingElse() {
    assertThat(PrintableText.ofLines("a\n\tb\r\nc\rd\u001b\u2028"))
        .isEqualTo("a\n\tb\r\nc\\rd\\u001b\\u2028");
  }

  @Test
  void leavesOutTheMiddleOfALongText() {
    assertThat(PrintableText.of("0123456789".repeat(100), 23)).isEqualTo("012345678901234 … 56789");
    assertThat(PrintableText.of("0123456789012345", 16)).isEqualTo("0123456789012345");
    assertThat(PrintableText.of("\u001b".repeat(1000), 40)).hasSizeLessThanOrEqualTo(40);
  }

  @Test
  void cutsNoCharacterInTwo() {
    String cats = "\ud83d\udc08".repeat(100);
    for (int length = 16; length < 40; length++) {
      assertThat(PrintableText.of(cats, length))
          .hasSizeLessThanOrEqualTo(length)
          .doesNotContain("\\u")
          .contains(" … ");
    }
  }

  @Test
  void rejectsALengthThatLeavesNothing() {
    assertThatThrownBy(() -> PrintableText.of("a", 15))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("15 characters");
  }

  @Test
  void everyErrorIsPrintable() {
    EspalierException e =
        new EspalierException(
            ErrorCode.INVALID_DATA_LAYOUT,
            "There is no class \"a\u001b[1A\nerror: b\".",
            "Take \"\u202eb\".");
    assertThat(e.problem()).isEqualTo("There is no class \"a\\u001b[1A\\nerror: b\".");
    assertThat(e.remedy()).isEqualTo("Take \"\\u202eb\".");
    assertThat(e).hasMessage(e.problem() + " " + e.remedy() + " [ESP-305]");
  }

  @Test
  void everyErrorIsShortEnoughToRead() {
    EspalierException e =
        new EspalierException(
            ErrorCode.INVALID_DATA_LAYOUT,
            "There is no class \"" + "x".repeat(20_000) + "\" in pets.",
            "Take " + "\u001b".repeat(20_000) + ".");
    assertThat(e.problem()).startsWith("There is no class \"xxx").endsWith("x\" in pets.");
    assertThat(e.getMessage()).hasSizeLessThan(4100);
  }

  @Test
  void severalErrorsHaveALineEach() {
    EspalierException one = new EspalierException(ErrorCode.INVALID_OPTION, "A\nis b.", "Take c.");
    EspalierException other = new EspalierException(ErrorCode.UNKNOWN_NAME, "D.", "E.");
    EspalierException all =
        EspalierException.ofSeveral(
            ErrorCode.INVALID_CONFIGURATION, "2 are wrong", List.of(one, other), "Correct them.");
    assertThat(all.problem()).isEqualTo("2 are wrong:\n- A\\nis b. Take c.\n- D. E.\n");
    assertThat(all.remedy()).isEqualTo("Correct them.");
    assertThat(all.getSuppressed()).containsExactly(one, other);
  }

  @Test
  void veryManyErrorsAreCounted() {
    EspalierException one =
        new EspalierException(ErrorCode.INVALID_OPTION, "x".repeat(5000), "Take c.");
    EspalierException all =
        EspalierException.ofSeveral(
            ErrorCode.INVALID_CONFIGURATION, "Much is wrong", Collections.nCopies(1000, one), "-");
    assertThat(all.problem()).hasSizeLessThan(30_000).endsWith("\n- and 950 more\n");
  }
}
