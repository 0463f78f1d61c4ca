package dev.espalier.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AxisTest {
  @Test
  void ticksAreRoundAndEncloseTheRange() {
    assertThat(Axis.linear(0.13, 0.87, 4).ticks())
        .containsExactly(0.0, 0.2, 0.4, 0.6000000000000001, 0.8, 1.0);
    assertThat(Axis.linear(-3, 12, 4).ticks()).containsExactly(-5.0, 0.0, 5.0, 10.0, 15.0);
  }

  @Test
  void aSingleValueHasRoomAroundIt() {
    for (double value : new double[] {0, 1e-9, 0.5, 1, 1e9}) {
      Axis axis = Axis.linear(value, value, 4);
      assertThat(axis.at(value)).isBetween(0.0, 1.0);
      assertThat(axis.low()).isNotNegative().isLessThan(axis.high());
    }
  }

  @Test
  void wholeNumbersStayWhole() {
    assertThat(Axis.ofWhole(1, 20, 6).ticks()).containsExactly(1.0, 5.0, 10.0, 15.0, 20.0);
    assertThat(Axis.ofWhole(1, 1, 6).ticks()).containsExactly(1.0);
    assertThat(Axis.ofWhole(1, 3, 6).ticks()).containsExactly(1.0, 2.0, 3.0);
    assertThat(Axis.ofWhole(1, 1000, 6).ticks())
        .containsExactly(1.0, 200.0, 400.0, 600.0, 800.0, 1000.0);
  }

  @Test
  void rangesOfSeveralDecadesAreLogarithmic() {
    Axis narrow = Axis.logarithmic(0.0025, 0.1);
    assertThat(narrow.ticks()).containsExactly(0.002, 0.005, 0.01, 0.02, 0.05, 0.1);
    Axis wide = Axis.logarithmic(1e-7, 0.5);
    assertThat(wide.at(1e-7)).isBetween(0.0, 0.1);
    assertThat(wide.at(0.5)).isBetween(0.9, 1.0);
    assertThat(wide.ticks()).hasSizeBetween(3, 6);
  }
}
