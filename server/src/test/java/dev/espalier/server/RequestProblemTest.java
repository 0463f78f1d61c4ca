package dev.espalier.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.error.ErrorCode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestProblemTest {
  @ParameterizedTest
  @CsvSource({
    "INVALID_IMAGE, 400",
    "UNKNOWN_LAYER, 400",
    "CLASSIFIER_BUSY, 429",
    "TIMED_OUT, 503",
    "CLOSED, 503",
    "INTERRUPTED, 503",
    "OUT_OF_MEMORY, 503",
    "UNSUPPORTED_CAPABILITY, 501",
    "ENGINE_FAILED, 500"
  })
  void theStatusSaysWhoseFaultItIsAndWhetherToTryAgain(ErrorCode code, int status) {
    assertThat(RequestProblem.status(code)).isEqualTo(status);
  }
}
