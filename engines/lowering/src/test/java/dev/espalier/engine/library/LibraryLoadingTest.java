package dev.espalier.engine.library;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** What remains to be tested beside the processes that end, which the module cli starts. */
class LibraryLoadingTest {
  @Test
  void whatIsLoadedIsReturnedAndWhatFailsIsThrown() {
    assertThat(LibraryLoading.run(() -> "library")).isEqualTo("library");
    UnsatisfiedLinkError missing = new UnsatisfiedLinkError("missing");
    assertThatThrownBy(
            () ->
                LibraryLoading.run(
                    () -> {
                      throw missing;
                    }))
        .isSameAs(missing);
  }
}
