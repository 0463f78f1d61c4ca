package dev.espalier.engine.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** What remains to be tested beside the processes that end, which the module cli starts. */
class ProcessExitTest {
  @Test
  void whatIsLoadedIsReturnedAndWhatFailsIsThrown() {
    assertThat(ProcessExit.load(() -> "library")).isEqualTo("library");
    UnsatisfiedLinkError missing = new UnsatisfiedLinkError("missing");
    assertThatThrownBy(
            () ->
                ProcessExit.load(
                    () -> {
                      throw missing;
                    }))
        .isSameAs(missing);
  }
}
