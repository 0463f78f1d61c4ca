package dev.espalier.error;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EspalierExceptionTest {
  @Test
  void theMessageEndsWithTheId() {
    EspalierException error =
        new EspalierException(ErrorCode.INVALID_IMAGE, "It is black.", "Turn on the light.");
    assertThat(error).hasMessage("It is black. Turn on the light. [ESP-304]");
    assertThat(error.id()).isEqualTo("ESP-304");
  }

  @Test
  void aPluginHasIdsOfItsOwn() {
    EspalierException error =
        EspalierException.ofPlugin(
            "ECA-7", ErrorCode.INVALID_IMAGE, "It is black.", "Turn on the light.");
    assertThat(error).hasMessage("It is black. Turn on the light. [ECA-7]");
    assertThat(error.code()).as("programs treat it as one").isEqualTo(ErrorCode.INVALID_IMAGE);
    assertThat(error.id()).isEqualTo("ECA-7");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ESP-7", "eca-7", "ECA", "ECA-", "E-7", "ECA-7 ", "ECA-1234567", ""})
  void anIdOfAnotherFormIsRefused(String id) {
    assertThatThrownBy(
            () -> EspalierException.ofPlugin(id, ErrorCode.INVALID_IMAGE, "Problem.", "Remedy."))
        .isInstanceOfSatisfying(
            EspalierException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT));
  }
}
