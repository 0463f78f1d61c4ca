package dev.espalier.callbacks;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ShortestDecimalTest {
  @Test
  void writesNumbersAsPythonDoes() {
    assertThat(ShortestDecimal.of(.1)).isEqualTo("0.1");
    assertThat(ShortestDecimal.of(.1f)).isEqualTo("0.10000000149011612");
    assertThat(ShortestDecimal.of(1)).isEqualTo("1.0");
    assertThat(ShortestDecimal.of(-2.5)).isEqualTo("-2.5");
    assertThat(ShortestDecimal.of(.0001)).isEqualTo("0.0001");
    assertThat(ShortestDecimal.of(.00001)).isEqualTo("1e-05");
    assertThat(ShortestDecimal.of(.000012345)).isEqualTo("1.2345e-05");
    assertThat(ShortestDecimal.of(1e16)).isEqualTo("1e+16");
    assertThat(ShortestDecimal.of(123456789012345.0)).isEqualTo("123456789012345.0");
    assertThat(ShortestDecimal.of(2e-323)).isEqualTo("2e-323");
    assertThat(ShortestDecimal.of(0)).isEqualTo("0.0");
    assertThat(ShortestDecimal.of(-0.0)).isEqualTo("-0.0");
    assertThat(ShortestDecimal.of(Double.NaN)).isEqualTo("nan");
    assertThat(ShortestDecimal.of(Double.NEGATIVE_INFINITY)).isEqualTo("-inf");
  }
}
