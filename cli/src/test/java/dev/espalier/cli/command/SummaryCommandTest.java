package dev.espalier.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
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

  @Test
  void printsTheLayersForPrograms() {
    CommandRun run =
        CommandRun.of("summary", "--model", "efficientnet-b0", "--classes", "100", "--json");
    assertThat(run.exitCode()).isZero();
    JsonObject summary = JsonParser.parseString(run.out()).getAsJsonObject();
    assertThat(summary.get("parameters").getAsLong()).isEqualTo(4_177_671);
    JsonArray layers = summary.getAsJsonArray("layers");
    long sum = 0;
    for (JsonElement layer : layers) {
      sum += layer.getAsJsonObject().get("parameters").getAsLong();
    }
    assertThat(sum).isEqualTo(summary.get("parameters").getAsLong());
    JsonObject last = layers.get(layers.size() - 1).getAsJsonObject();
    assertThat(last.get("name").getAsString()).isEqualTo("predictions");
    assertThat(last.get("type").getAsString()).isEqualTo("Dense");
    assertThat(last.get("outputShape")).hasToString("[null,100]");
    assertThat(last.get("trainable").getAsBoolean()).isTrue();
  }
}
