package dev.espalier.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** Assertions on errors, for the contracts. */
final class ErrorAssertions {
  private ErrorAssertions() {}

  /** Asserts that a call fails with a code and that the message contains all {@code parts}. */
  static void assertFails(ErrorCode code, ThrowingCallable call, String... parts) {
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(call)
        .satisfies(
            e -> {
              assertThat(e.code()).as(e.getMessage()).isEqualTo(code);
              if (parts.length > 0) {
                assertThat(e.getMessage()).contains(parts);
              }
            });
  }
}
