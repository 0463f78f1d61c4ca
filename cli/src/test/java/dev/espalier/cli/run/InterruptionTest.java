package dev.espalier.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a signal does to a command; that signals arrive is tested with processes. */
class InterruptionTest {
  private final List<String> done = new ArrayList<>();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final Interruption interruption =
      new Interruption(
          () -> done.add("next ends at once"),
          code -> done.add("exit " + code),
          new PrintStream(err, true, StandardCharsets.UTF_8));

  @Test
  void aCommandThatDoesNotEndItselfIsEnded() {
    interruption.receive(TerminationSignal.INT);
    assertThat(done).containsExactly("next ends at once", "exit 130");
    assertThat(err.toString(StandardCharsets.UTF_8)).isEmpty();
  }

  @Test
  void aCommandThatEndsItselfIsToldToAndItsExitCodeIsThatOfTheSignal() {
    interruption.endingItself(
        () -> {
          assertThat(interruption.requested()).isFalse();
          interruption.receive(TerminationSignal.TERM);
          assertThat(interruption.requested()).isTrue();
        });
    assertThat(done).containsExactly("next ends at once");
    assertThat(err.toString(StandardCharsets.UTF_8))
        .contains("Ending after the step at hand. A second interrupt ends at once.");
    assertThat(interruption.exitCode(0)).isEqualTo(143);
  }

  @Test
  void withoutASignalTheExitCodeIsThatOfTheCommand() {
    assertThat(interruption.exitCode(2)).isEqualTo(2);
  }

  @Test
  void exitCodesAreThoseOfShells() {
    assertThat(TerminationSignal.values())
        .extracting(TerminationSignal::exitCode)
        .containsExactly(130, 143, 129);
  }
}
