package dev.espalier.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CosineDecayTest {
  @ParameterizedTest
  @CsvSource({"0, .1", "250, .08681981", "500, .055", "1000, .01", "1500, .01"})
  void followsTheValuesThatKerasGives(long step, double expected) {
    assertThat(new CosineDecay(.1, 1000, .1).at(step)).isCloseTo(expected, within(1e-8));
  }

  @Test
  void endsAtZeroUnlessToldOtherwise() {
    assertThat(CosineDecay.of(.1, 10).at(10)).isZero();
  }

  @Test
  void refusesADecayWithoutSteps() {
    assertThatThrownBy(() -> CosineDecay.of(.1, 0))
        .isInstanceOfSatisfying(
            EspalierException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_TRAINING_SETTING))
        .hasMessageContaining("over 0 steps");
  }
}
