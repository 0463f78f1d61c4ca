package dev.espalier.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.option.OptionDescription;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ComponentTest {
  private static final OptionDescription<Integer> TIMES =
      OptionDescription.wholeNumber("times", 0, 9, "How often.").withDefault(2);
  private static final OptionDescription<String> WORD =
      OptionDescription.text("word", "What is said.");
  private static final Component<String> ECHO =
      Component.of(
          "echo",
          "Says a word several times.",
          List.of(WORD, TIMES),
          options -> options.get(WORD).repeat(options.get(TIMES)));

  private static final Parts WORDS = new Parts("words", 1, "What is joined.");
  private static final Component<String> JOIN =
      Component.madeOf(
          "join",
          "Joins words.",
          List.of(TIMES.withDefault(1)),
          WORDS,
          (options, words) -> String.join("-", words).repeat(options.get(TIMES.withDefault(1))));

  @Test
  void makesAThingFromTexts() {
    assertThat(ECHO.create("the word echo", Map.of("word", "hi", "times", "3")))
        .isEqualTo("hihihi");
  }

  @Test
  void whatIsNotGivenHasItsDefault() {
    assertThat(ECHO.create("the word echo", Map.of("word", "hi"))).isEqualTo("hihi");
  }

  @Test
  void tellsAllThatIsWrongAtOnce() {
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> ECHO.create("the word echo", Map.of("wrod", "hi", "times", "10")))
        .satisfies(
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.INVALID_OPTION);
              assertThat(e.problem())
                  .contains("The option \"times\" of the word echo is \"10\".")
                  .contains("There is no option of the word echo named \"wrod\".");
              assertThat(e.remedy()).contains("from 0 to 9").contains("word");
            });
  }

  @Test
  void aMissingOptionIsNamed() {
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> ECHO.create("the word echo", Map.of()))
        .satisfies(e -> assertThat(e.problem()).contains("\"word\" of the word echo is not given"));
  }

  @Test
  void withoutOptionsItIsTheSameThingEachTime() {
    Component<String> fixed = Component.of("fixed", "Is always the same.", "x");
    assertThat(fixed.options()).isEmpty();
    assertThat(fixed.create("the word fixed", Map.of())).isEqualTo("x");
    assertThat(fixed).hasToString("fixed");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Echo", "two words", "under_score", "-echo", "echo-", "3d"})
  void namesAreLowerCaseWordsWithHyphens(String name) {
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> Component.of(name, "Is not made.", "x"))
        .satisfies(
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT);
              assertThat(e.problem()).contains('"' + name + '"');
            });
  }

  @Test
  void oneThatIsMadeOfOthersTakesThemInTheirOrder() {
    assertThat(JOIN.create("the word join", Map.of("times", "2"), List.of("a", "b")))
        .isEqualTo("a-ba-b");
    assertThat(JOIN.parts()).isEqualTo(WORDS);
    assertThat(ECHO.parts()).isNull();
  }

  @Test
  void partsThatAreMissingAndPartsOfWhatHasNoneAreRefused() {
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> JOIN.create("the word join", Map.of()))
        .withMessage(
            "There are 0 words in the word join. Give 1 or more: What is joined. [ESP-604]");
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> ECHO.create("the word echo", Map.of("word", "hi"), List.of("a")))
        .withMessage(
            "1 nested components are given to the word echo, which takes none. Leave them"
                + " out. [ESP-604]");
  }

  @Test
  void noOptionMayBeNamedAsThePartsAre() {
    OptionDescription<String> taken = OptionDescription.text("words", "Is taken.");
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(
            () ->
                Component.<String>madeOf(
                    "join", "Is not made.", List.of(taken), WORDS, (options, words) -> "x"))
        .satisfies(
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT);
              assertThat(e.problem())
                  .isEqualTo(
                      "An option of \"join\" is named \"words\", like the list of nested components.");
            });
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> new Parts("name", 0, "Is not made."))
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT));
  }

  @Test
  void noOptionMayBeNamedName() {
    OptionDescription<String> taken = OptionDescription.text("name", "Is taken.");
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> Component.of("echo", "Is not made.", List.of(taken), options -> "x"))
        .satisfies(
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT);
              assertThat(e.problem()).isEqualTo("An option of \"echo\" is named \"name\".");
            });
  }
}
