package dev.espalier.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.cli.CommandRun;
import dev.espalier.cli.GoldenFile;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class SummaryCommandTest {
  @Test
  void printsTheTableAsKerasDoes() throws IOException {
    CommandRun run = CommandRun.of("summary", "--model", "efficientnet-b0", "--classes", "100");
    assertThat(run.exitCode()).isZero();
    assertThat(run.err()).isEmpty();
    GoldenFile.assertMatches("summary-efficientnet-b0-100.txt", run.out());
  }

  @Test
  void canLeaveTheClassifierOut() {
    CommandRun run =
        CommandRun.of("summary", "--model", "efficientnetv2-b0", "--no-top", "--image-size", "128");
    assertThat(run.out()).contains("Total params: 5,919,312");
    assertThat(run.out()).doesNotContain("predictions");
  }
}
