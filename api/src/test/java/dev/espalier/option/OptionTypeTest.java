package dev.espalier.option;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class OptionTypeTest {
  private enum Shape {
    ROUND,
    TRUNCATED_CONE
  }

  private static final OptionType<Shape> SHAPE = new OptionType.Constant<>(Shape.class);
  private static final OptionType<Integer> HEXADECIMAL =
      new OptionType.Written<>(
          "a number in hexadecimal digits, such as ff",
          text -> text.matches("[0-9a-f]{1,4}") ? Integer.valueOf(text, 16) : null,
          Integer::toHexString);

  @Test
  void constantsAreWrittenInLowerCaseWithHyphens() {
    assertThat(SHAPE.format(Shape.TRUNCATED_CONE)).isEqualTo("truncated-cone");
    assertThat(SHAPE.parse(" Truncated-Cone ")).isEqualTo(Shape.TRUNCATED_CONE);
    assertThat(SHAPE.expected()).isEqualTo("one of round, truncated-cone");
  }

  @Test
  void whatIsNoConstantHasNoValue() {
    assertThat(SHAPE.parse("TRUNCATED_CONE")).isNull();
    assertThat(SHAPE.parse("square")).isNull();
    assertThat(SHAPE.parse("")).isNull();
  }

  @ParameterizedTest
  @EnumSource(TimeUnit.class)
  void everyConstantIsReadAsItIsWritten(TimeUnit unit) {
    OptionType<TimeUnit> type = new OptionType.Constant<>(TimeUnit.class);
    assertThat(type.parse(type.format(unit))).isEqualTo(unit);
  }

  @Test
  void aTypeMayHaveATextFormOfItsOwn() {
    assertThat(HEXADECIMAL.parse("ff")).isEqualTo(255);
    assertThat(HEXADECIMAL.parse("xyz")).isNull();
    assertThat(HEXADECIMAL.format(255)).isEqualTo("ff");
    assertThat(HEXADECIMAL.expected()).contains("hexadecimal");
  }

  @Test
  void defaultsAreShownAsTheyWouldBeWritten() {
    OptionDescription<Shape> option =
        OptionDescription.constant("shape", Shape.class, "Form of the thing.")
            .withDefault(Shape.TRUNCATED_CONE);
    assertThat(option.defaultText()).isEqualTo("truncated-cone");
  }

  @Test
  void numbersAreSeparatedByCommas() {
    OptionType<List<Double>> type = new OptionType.NumberList(0, Double.MAX_VALUE);
    assertThat(type.parse("0.1, 2,3e-1")).containsExactly(0.1, 2.0, 0.3);
    assertThat(type.parse(" ")).isEmpty();
    assertThat(type.parse("1,,2")).isNull();
    assertThat(type.parse("1, -2")).isNull();
    assertThat(type.parse("1 2")).isNull();
    assertThat(type.expected()).isEqualTo("numbers separated by commas, 0.0 or more");
    assertThat(type.parse(type.format(List.of(0.1, 2.0)))).containsExactly(0.1, 2.0);
  }
}
