package dev.espalier.option;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OptionValuesTest {
  private static final OptionDescription<Integer> STREAMS =
      OptionDescription.wholeNumber("streams", 1, 8, "Copies at once.").withDefault(2);
  private static final OptionDescription<Double> SHARE =
      OptionDescription.number("memory-share", 0, 1, "Part of the memory.");
  private static final OptionDescription<Boolean> BENCHMARK =
      OptionDescription.flag("benchmark", "Tries algorithms first.");
  private static final OptionDescription<String> LAYOUT =
      OptionDescription.choice("layout", List.of("nchw", "nhwc"), "Order of dimensions.");
  private static final OptionDescription<String> TITLE = OptionDescription.text("title", "A name.");
  private static final OptionDescription<Path> FOLDER =
      OptionDescription.path("folder", "Where files are.");
  private static final OptionDescription<List<String>> ORDER =
      OptionDescription.words("order", "What to try first.");
  private static final List<OptionDescription<?>> ALL =
      List.of(STREAMS, SHARE, BENCHMARK, LAYOUT, TITLE, FOLDER, ORDER);

  private static OptionValues values(Map<String, String> given) {
    return OptionValues.of("the engine abc", ALL, given);
  }

  @Test
  void textsBecomeValues() {
    OptionValues values =
        values(
            Map.of(
                "streams", " 8 ",
                "memory-share", "0.5",
                "benchmark", "TRUE",
                "layout", "NHWC",
                "title", "my run",
                "folder", "/data/x y",
                "order", "one, two"));
    assertThat(values.get(STREAMS)).isEqualTo(8);
    assertThat(values.get(SHARE)).isEqualTo(0.5);
    assertThat(values.get(BENCHMARK)).isTrue();
    assertThat(values.get(LAYOUT)).isEqualTo("nhwc");
    assertThat(values.get(TITLE)).isEqualTo("my run");
    assertThat(values.get(FOLDER)).isEqualTo(Path.of("/data/x y"));
    assertThat(values.get(ORDER)).containsExactly("one", "two");
  }

  @Test
  void whatIsNotGivenHasItsDefault() {
    OptionValues values = values(Map.of());
    assertThat(values.get(STREAMS)).isEqualTo(2);
    assertThat(values.get(BENCHMARK)).isFalse();
    assertThat(values.get(ORDER)).isEmpty();
    assertThat(values.find(FOLDER)).isNull();
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> values.get(FOLDER))
        .withMessageContaining("The option \"folder\" of the engine abc is not given.");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "streams      | 0      | a whole number from 1 to 8",
        "streams      | 9      | a whole number from 1 to 8",
        "streams      | 1.5    | a whole number from 1 to 8",
        "memory-share | 1.1    | a number from 0.0 to 1.0",
        "memory-share | NaN    | a number from 0.0 to 1.0",
        "benchmark    | yes    | true or false",
        "layout       | chwn   | one of nchw, nhwc",
        "title        | ' '    | a string",
        "folder       | ' '    | the path of a file or folder",
        "order        | 'a,,b' | words separated by commas"
      })
  void aValueThatDoesNotFitIsRefusedWithWhatWould(String name, String text, String expected) {
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> values(Map.of(name, text)))
        .satisfies(
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.INVALID_OPTION);
              assertThat(e.problem())
                  .isEqualTo("The option \"%s\" of the engine abc is \"%s\".", name, text);
              assertThat(e.remedy()).isEqualTo("Give " + expected + ".");
            });
  }

  @Test
  void everythingThatIsWrongIsToldAtOnce() {
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> values(Map.of("benchmrk", "true", "streams", "many", "title", "ok")))
        .withMessage(
            "There is no option of the engine abc named \"benchmrk\"."
                + " The option \"streams\" of the engine abc is \"many\"."
                + " Known names, nearest first: benchmark, folder, order, streams, layout, title,"
                + " memory-share. Give a whole number from 1 to 8. [ESP-604]");
  }

  @Test
  void whatHasNoOptionsSaysSo() {
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> OptionValues.of("the engine abc", List.of(), Map.of("x", "1")))
        .withMessage(
            "There is no option of the engine abc named \"x\"."
                + " It has no options: leave this one out. [ESP-604]");
  }

  @Test
  void defaultsAreWrittenAsTheyAreRead() {
    for (OptionDescription<?> option : ALL) {
      assertThat(option.type().parse(option.defaultText()))
          .as(option.name())
          .isEqualTo(option.defaultValue());
    }
  }

  @Test
  void onlyDescribedOptionsCanBeAskedFor() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> values(Map.of()).find(OptionDescription.text("other", "Another.")));
  }

  @Test
  void aNameThatCannotBeWrittenEverywhereIsRefused() {
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> OptionDescription.text("cudnn_benchmark", "Not a name."))
        .withMessageContaining("An option cannot be named \"cudnn_benchmark\".");
  }

  @Test
  void aListOfThingsThatComponentsMakeIsEmptyByDefaultAndHoldsNothingElse() {
    OptionDescription<List<Thread.State>> states =
        OptionDescription.nestedList("states", Thread.State.class, "a list of states", "States.");
    List<OptionDescription<?>> known = List.of(states);
    List<Thread.State> two = List.of(Thread.State.NEW, Thread.State.BLOCKED);

    assertThat(OptionValues.of("the thing", known, Map.of()).get(states)).isEmpty();
    assertThat(OptionValues.of("the thing", known, Map.of(), Map.of("states", two)).get(states))
        .isEqualTo(two);
    assertThatThrownBy(
            () -> OptionValues.of("the thing", known, Map.of(), Map.of("states", List.of("new"))))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("The option \"states\" of the thing is a ")
        .hasMessageContaining("Give a list of states.");
    assertThatThrownBy(() -> OptionValues.of("the thing", known, Map.of("states", "new")))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("Give a list of states.");
  }

  @Test
  void whatAnotherComponentMadeCountsMoreThanATextAndMustFit() {
    OptionDescription<Thread.State> state =
        new OptionDescription<>(
            "state",
            new OptionType.Nested<>(
                Thread.State.class,
                "a state",
                text -> text.equals("new") ? Thread.State.NEW : null,
                value -> ""),
            null,
            "A state.");
    OptionDescription<String> word = OptionDescription.text("word", "A word.");
    List<OptionDescription<?>> known = List.of(state, word);
    Map<String, String> texts = Map.of("state", "new");

    assertThat(OptionValues.of("the thing", known, texts).get(state)).isEqualTo(Thread.State.NEW);
    assertThat(
            OptionValues.of("the thing", known, texts, Map.of("state", Thread.State.BLOCKED))
                .get(state))
        .isEqualTo(Thread.State.BLOCKED);
    assertThatThrownBy(
            () ->
                OptionValues.of(
                    "the thing", known, Map.of(), Map.of("state", 5, "word", "a", "none", 1)))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("The option \"state\" of the thing is a java.lang.Integer.")
        .hasMessageContaining("The option \"word\" of the thing is a java.lang.String.")
        .hasMessageContaining("named \"none\"");
  }
}
