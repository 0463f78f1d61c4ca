package dev.espalier.cli.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ImageProgressTest {
  private final StringWriter terminal = new StringWriter();
  private long millis;

  private ImageProgress progress(int total) {
    return new ImageProgress(
        new PrintWriter(terminal), total, () -> TimeUnit.MILLISECONDS.toNanos(millis));
  }

  private void steps(ImageProgress progress, int count, long millisEach) {
    for (int i = 0; i < count; i++) {
      millis += millisEach;
      progress.step();
    }
  }

  @Test
  void theBarIsRedrawnInItsLineAndErasedAtTheEnd() {
    ImageProgress progress = progress(20);
    steps(progress, 10, 400);
    assertThat(terminal.toString())
        .startsWith("\r4/20 ====................ 6s left\r5/20 =====............... 6s left")
        .endsWith("\r10/20 ==========.......... 4s left")
        .doesNotContain("\n");
    progress.erase();
    assertThat(terminal.toString()).endsWith("left\r" + " ".repeat(34) + "\r");
    int length = terminal.toString().length();
    progress.erase();
    assertThat(terminal.toString()).hasSize(length);
  }

  @Test
  void aShorterLineCoversALongerOneAndTheFirstImageDoesNotCount() {
    ImageProgress progress = progress(3);
    steps(progress, 1, 60_000);
    steps(progress, 1, 20_000);
    steps(progress, 1, 1000);
    assertThat(terminal.toString())
        .isEqualTo("\r2/3 =============....... 20s left\r3/3 ==================== 0s left ");
  }

  @Test
  void aShortRunHasNoBar() {
    ImageProgress progress = progress(100);
    steps(progress, 100, 9);
    progress.erase();
    assertThat(terminal.toString()).isEmpty();
  }

  @Test
  void theBarIsDrawnAFewTimesASecond() {
    ImageProgress progress = progress(10_000);
    steps(progress, 10_000, 1);
    assertThat(terminal.toString().chars().filter(c -> c == '\r').count()).isBetween(85L, 95L);
  }

  @Test
  void aDumbTerminalHasNoBar() {
    assertThat(ImageProgress.isPossible(Map.of("TERM", "dumb"))).isFalse();
  }
}
