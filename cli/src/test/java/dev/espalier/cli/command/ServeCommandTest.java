package dev.espalier.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParser;
import dev.espalier.activation.Activation;
import dev.espalier.cli.CommandRun;
import dev.espalier.cli.JavaCommand;
import dev.espalier.core.ModelFile;
import dev.espalier.core.Trainer;
import dev.espalier.layer.Dense;
import dev.espalier.layer.Flatten;
import dev.espalier.layer.Input;
import dev.espalier.model.Sequential;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("native")
class ServeCommandTest {
  @TempDir static Path folder;

  private static Path model;

  @BeforeAll
  static void write() {
    model = folder.resolve("tiny.safetensors");
    var network =
        Sequential.of(
            Input.image(2, 2, 3), Flatten.create(), Dense.of(2).activation(Activation.SOFTMAX));
    try (Trainer trainer = Trainer.of(network, config -> config.engine("tensorflow"))) {
      ModelFile.save(model, trainer.model(), List.of("cat", "dog"), Map.of());
    }
  }

  @Test
  void aProcessServesUntilItIsTerminated() throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                JavaCommand.espalier(
                    "serve", "--model", "pets=" + model, "--engine", "tensorflow", "--port", "0"))
            .redirectError(folder.resolve("err.txt").toFile())
            .start();
    try (BufferedReader out =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      String line = out.readLine();
      assertThat(line).matches("Serving pets at http://127\\.0\\.0\\.1:\\d+/");
      HttpResponse<String> models =
          HttpClient.newHttpClient()
              .send(
                  HttpRequest.newBuilder(
                          URI.create(line.substring(line.indexOf("http")) + "v1/models"))
                      .build(),
                  HttpResponse.BodyHandlers.ofString());
      assertThat(
              JsonParser.parseString(models.body())
                  .getAsJsonArray()
                  .get(0)
                  .getAsJsonObject()
                  .getAsJsonArray("classes"))
          .hasSize(2);
      process.destroy(); // SIGTERM
      assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isEqualTo(143);
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void modelsNeedDifferentNamesAndFilesThatExist() {
    CommandRun twice = CommandRun.of("serve", "--model", model, "--model", "tiny=" + model);
    assertThat(twice.exitCode()).isEqualTo(2);
    assertThat(twice.err()).contains("Two models are named \"tiny\".");
    CommandRun missing = CommandRun.of("serve", "--model", folder.resolve("none.safetensors"));
    assertThat(missing.exitCode()).isEqualTo(2);
    assertThat(missing.err()).contains("none.safetensors");
    assertThat(CommandRun.of("serve").err()).contains("--model");
    assertThat(CommandRun.of("serve", "--model", model, "--port", "99999").err())
        .contains("There is no port 99999.");
  }
}
