package dev.espalier.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.callback.Callback;
import dev.espalier.callback.ProgressReporter;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.training.Verbosity;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who shows progress: the trainer's bar behind all callbacks, one of the list, or nobody. */
class ProgressReporterTest extends ScriptedTraining {
  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
  private final PrintStream output = new PrintStream(printed, true, StandardCharsets.UTF_8);

  private static final Callback TALKS =
      new Callback() {
        @Override
        public void onEpochEnd(EpochEnd event) {
          event.logs().put("added", 1);
          event.control().message("a message");
        }
      };

  private List<String> lines() {
    return printed
        .toString(StandardCharsets.UTF_8)
        .lines()
        .map(line -> line.replaceAll("\\d+(s|ms|us)(/step)?", "T"))
        .toList();
  }

  private void fit(Verbosity verbosity, Callback... callbacks) {
    try (Trainer trainer = trainer()) {
      trainer.fit(THREE, fit -> fit.callbacks(callbacks).output(output).verbosity(verbosity));
    }
  }

  /** Shows progress in its own way. */
  private static final class Reporter implements ProgressReporter {
    private final List<String> shown = new ArrayList<>();

    @Override
    public void message(String text) {
      shown.add(text);
    }

    @Override
    public void onEpochEnd(EpochEnd event) {
      shown.add("epoch " + event.epoch());
    }
  }

  @Test
  void theTrainersBarComesAfterAllCallbacks() {
    fit(Verbosity.LINE, TALKS);

    assertThat(lines()).hasSize(2).element(0).isEqualTo("a message");
    assertThat(lines().get(1)).startsWith("1/1 - T - T").contains(" - added: 1.0000");
  }

  @Test
  void aBarInTheListIsShownAtItsPlace() {
    fit(Verbosity.SILENT, ProgressBar.to(output, Verbosity.LINE), TALKS);

    assertThat(lines()).hasSize(2).element(1).isEqualTo("a message");
    assertThat(lines().get(0)).startsWith("1/1 - T - T").doesNotContain("added");
  }

  @Test
  void anotherReporterReplacesTheBarAndIsGivenTheMessages() {
    Reporter reporter = new Reporter();
    fit(Verbosity.LINE, TALKS, reporter);

    assertThat(reporter.shown).containsExactly("a message", "epoch 0");
    assertThat(lines()).isEmpty();
  }

  @Test
  void aReporterThatFailsIsNamed() {
    ProgressReporter failing =
        text -> {
          throw new IllegalStateException("the paper has run out");
        };
    assertThatThrownBy(() -> fit(Verbosity.LINE, TALKS, failing))
        .isInstanceOfSatisfying(
            EspalierException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CALLBACK_FAILED))
        .hasMessageContaining("failed in message: java.lang.IllegalStateException: the paper");
  }

  @Test
  void messagesAreLoggedWhenNobodyShowsThem() {
    String logged = logged(() -> fit(Verbosity.SILENT, TALKS));

    assertThat(lines()).isEmpty();
    assertThat(logged).contains("a message");
  }

  @Test
  void oneBarServesATrainingAndThenAnEvaluation() {
    ProgressReporter bar = ProgressBar.to(output, Verbosity.LINE);
    try (Trainer trainer = trainer()) {
      trainer.fit(THREE, fit -> fit.callbacks(bar));
      trainer.evaluate(THREE, options -> options.callbacks(bar));
    }

    assertThat(lines()).hasSize(2).allSatisfy(line -> assertThat(line).startsWith("1/1 - T"));
  }
}
