package dev.espalier.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.espalier.cli.CommandRun;
import dev.espalier.cli.JavaCommand;
import dev.espalier.cli.OwnImages;
import dev.espalier.cli.SmallModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a training prints for programs. */
@Tag("native")
class TrainingJsonTest {
  @TempDir Path folder;

  @BeforeEach
  void prepare() throws IOException {
    SmallModel.write(folder.resolve("small.safetensors"), 2);
    new OwnImages(folder.resolve("pets")).with("train", 4).with("val", 2).with("test", 2);
  }

  private String[] training(String command) {
    return new String[] {
      command,
      "--json",
      "--model",
      folder.resolve("small.safetensors").toString(),
      "--data",
      folder.resolve("pets").toString(),
      "--epochs",
      "1",
      "--output",
      folder.resolve("run").toString()
    };
  }

  /** In a process of its own, because progress goes past the writers of the command. */
  @Test
  void standardOutputIsOneObjectAndProgressIsElsewhere() throws Exception {
    Path out = folder.resolve("out.json");
    Path err = folder.resolve("err.txt");
    Process process =
        new ProcessBuilder(JavaCommand.espalier(training("train")))
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    assertThat(process.waitFor()).as(Files.readString(err)).isZero();
    JsonObject object = JsonParser.parseString(Files.readString(out)).getAsJsonObject();

    Path run = folder.resolve("run");
    assertThat(object.get("folder").getAsString()).isEqualTo(run.toString());
    JsonObject files = object.getAsJsonObject("files");
    assertThat(files.keySet())
        .containsExactlyInAnyOrder(
            "model", "best", "configuration", "history", "curves", "summary", "report", "results");
    for (String name : files.keySet()) {
      assertThat(Path.of(files.get(name).getAsString())).as(name).isNotEmptyFile();
    }
    assertThat(object.get("results"))
        .isEqualTo(JsonParser.parseString(Files.readString(run.resolve("results.json"))));
    JsonObject best =
        object.getAsJsonObject("results").getAsJsonArray("models").get(0).getAsJsonObject();
    assertThat(best.getAsJsonObject("validation").keySet()).contains("loss", "accuracy");
    assertThat(best.getAsJsonObject("test").keySet()).contains("loss", "accuracy");
    assertThat(Files.readString(err)).contains("Run folder " + run, "val_accuracy: ");
  }

  @Test
  void aReportThatCannotBeWrittenIsAWarningAndNoFile() {
    String[] training = training("fine-tune");
    Path inTheWay = folder.resolve("run/report.html/inner.html");
    CommandRun run =
        CommandRun.of(
            List.of(
                    List.of(training),
                    List.of("--fine-tune-epochs", "0", "--set", "callbacks.0.name=report"),
                    List.of("--set", "callbacks.0.file=" + inTheWay))
                .stream()
                .flatMap(List::stream)
                .toArray());

    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.err()).contains("warning: The file " + folder.resolve("run/report.html"));
    assertThat(
            JsonParser.parseString(run.out()).getAsJsonObject().getAsJsonObject("files").keySet())
        .contains("model", "best")
        .doesNotContain("report");
  }

  @Test
  void aRunThatFailsPrintsNoObject() {
    String[] training = training("train");
    training[5] = folder.resolve("nowhere").toString();
    CommandRun run = CommandRun.of((Object[]) training);

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
  }
}
