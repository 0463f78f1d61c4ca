package dev.espalier.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.espalier.cli.CommandRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real command on this machine, with the three engines on the class path. */
class DoctorCommandTest {
  @TempDir Path folder;

  private static List<JsonObject> engines(CommandRun run) {
    List<JsonObject> engines = new ArrayList<>();
    for (JsonElement engine :
        JsonParser.parseString(run.out()).getAsJsonObject().getAsJsonArray("engines")) {
      engines.add(engine.getAsJsonObject());
    }
    return engines;
  }

  @Test
  @Tag("native")
  void opensEachEngineForItsDevicesAndCapabilities() {
    CommandRun run = CommandRun.of("doctor", "--json");
    assertThat(run.exitCode()).isZero();
    assertThat(run.err()).isEmpty();
    assertThat(engines(run))
        .extracting(engine -> engine.get("name").getAsString())
        .containsExactly("mxnet", "onnxruntime", "pytorch", "tensorflow");
    for (JsonObject engine : engines(run)) {
      assertThat(engine.get("usable").getAsBoolean()).as("%s", engine).isTrue();
      assertThat(engine.getAsJsonArray("devices").toString()).contains("\"cpu\"");
      assertThat(engine.getAsJsonArray("capabilities")).isNotEmpty();
      assertThat(engine.get("location").getAsString()).isNotBlank();
    }
  }

  @Test
  void withoutOpeningThereAreNoDevicesButTheLibraries() {
    CommandRun run = CommandRun.of("doctor", "--json", "--no-open");
    assertThat(run.exitCode()).isZero();
    for (JsonObject engine : engines(run)) {
      assertThat(engine.getAsJsonArray("devices")).isEmpty();
      boolean processorOnly = engine.get("name").getAsString().equals("onnxruntime");
      assertThat(engine.get("graphics-cards").getAsString())
          .matches(processorOnly ? "" : ".*CUDA.*");
    }
  }

  @Test
  void theTextNamesWhatIsThereInTheOrderOfTheQuestions() {
    CommandRun run = CommandRun.of("doctor", "--no-open");
    assertThat(run.exitCode()).isZero();
    assertThat(run.out().lines())
        .containsSubsequence(
            "Engine mxnet",
            "  MXNet 1.9.1 from ai.djl.mxnet:mxnet-native-mkl:1.9.1:linux-x86_64.",
            "Engine pytorch",
            "Engine tensorflow",
            "Plugins",
            "Settings",
            "  engine = auto  (default)",
            "Problems",
            "  none");
  }

  @Test
  void withoutAnyEngineTheExitCodeIsOne() {
    CommandRun run =
        CommandRun.of(
            "doctor",
            "--exclude-plugin=tensorflow",
            "--exclude-plugin=pytorch",
            "--exclude-plugin=mxnet",
            "--exclude-plugin=onnxruntime");
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.out()).contains("The plugin pytorch is on the class path, but nothing names it");
  }

  @Test
  void aSettingThatIsWrongIsSaidInsteadOfADiagnosis() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("wrong.conf"), "espalier {\n  engine = pytroch\n  threads = -1\n}\n");
    CommandRun run = CommandRun.of("doctor", "--config", file);
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err())
        .contains("\"pytroch\" (" + file + ", line 2)")
        .contains(file + ", line 3");
  }

  @Test
  @Tag("native")
  void aGraphicsCardThatIsNotThereIsRefusedBeforeTraining() {
    CommandRun run =
        CommandRun.of(
            "train",
            "--engine",
            "pytorch",
            "--device",
            "gpu:99",
            "--epochs",
            "1",
            "--output",
            folder.resolve("run"));
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err().lines())
        .anySatisfy(
            line ->
                assertThat(line)
                    .isEqualTo(
                        "error: The engine pytorch has no device gpu:99 here (--device)."
                            + " [ESP-503]"))
        .anySatisfy(line -> assertThat(line).startsWith("Its devices are: "));
  }
}
