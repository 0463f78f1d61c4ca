package dev.espalier.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.espalier.cli.CommandRun;
import dev.espalier.cli.SmallModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("native")
class ProfileCommandTest {
  @TempDir Path folder;

  private CommandRun profile(String... options) {
    Path file = SmallModel.write(folder.resolve("small.safetensors"), 3);
    List<Object> arguments = new ArrayList<>(List.of("profile", "--model", file));
    arguments.addAll(List.of("--batch-size", "4", "--repeat", "3", "--warm-up", "1"));
    arguments.addAll(List.of(options));
    return CommandRun.of(arguments.toArray());
  }

  private static JsonObject json(CommandRun run) {
    assertThat(run.err()).isEmpty();
    assertThat(run.exitCode()).isZero();
    return JsonParser.parseString(run.out()).getAsJsonObject();
  }

  private static List<String> names(JsonArray rows) {
    List<String> names = new ArrayList<>();
    rows.forEach(row -> names.add(row.getAsJsonObject().get("name").getAsString()));
    return names;
  }

  private static double sum(JsonArray rows, String number) {
    double sum = 0;
    for (JsonElement row : rows) {
      sum += row.getAsJsonObject().get(number).getAsDouble();
    }
    return sum;
  }

  @ParameterizedTest
  @ValueSource(strings = {"tensorflow", "pytorch", "mxnet"})
  void theTablesNameTheLayersOfTheModelAndAddUpToTheStep(String engine) {
    JsonObject profile = json(profile("--engine", engine, "--json"));
    assertThat(profile.get("engine").getAsString()).isEqualTo(engine);
    assertThat(profile.get("step").getAsString()).isEqualTo("train");
    assertThat(profile.get("batchSize").getAsInt()).isEqualTo(4);
    JsonArray layers = profile.getAsJsonArray("layers");
    assertThat(names(layers))
        .contains(
            "conv2d", "batch_normalization", "global_average_pooling2d", "dense", "gradients");
    assertThat(names(profile.getAsJsonArray("primitives")))
        .contains("Conv2d", "BatchNormTraining", "MatMul");
    double step = profile.get("milliseconds").getAsDouble();
    for (String table : List.of("layers", "primitives", "operators", "details")) {
      JsonArray rows = profile.getAsJsonArray(table);
      assertThat(sum(rows, "milliseconds") + profile.get("otherMilliseconds").getAsDouble())
          .as(table)
          .isCloseTo(step, within(1e-6));
      assertThat(sum(rows, "bytes")).as(table).isPositive();
    }
    assertThat(sum(layers, "gradientMilliseconds")).isPositive();
    assertThat(profile.get("unmeasuredMilliseconds").getAsDouble()).isPositive();
  }

  @Test
  void theHeadIsTrainedOnAFrozenBase() {
    JsonObject profile = json(profile("--engine", "pytorch", "--mode", "head", "--json"));
    for (JsonElement layer : profile.getAsJsonArray("layers")) {
      JsonObject row = layer.getAsJsonObject();
      boolean frozen =
          List.of("conv2d", "batch_normalization").contains(row.get("name").getAsString());
      if (frozen) {
        assertThat(row.get("gradientMilliseconds").getAsDouble()).isZero();
      }
    }
    assertThat(names(profile.getAsJsonArray("primitives"))).doesNotContain("BatchNormTraining");
  }

  @Test
  void theTablesAreReadable() {
    CommandRun run = profile("--engine", "pytorch", "--mode", "inference", "--rows", "2");
    assertThat(run.exitCode()).isZero();
    assertThat(run.err()).isEmpty();
    assertThat(run.out().lines())
        .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80))
        .anySatisfy(line -> assertThat(line).matches("\\w+, predict, batch of 4, pytorch .*"))
        .anySatisfy(
            line -> assertThat(line).matches("Layer +time +part +gradients +calls +results"))
        .anySatisfy(line -> assertThat(line).matches("\\(\\d+ more\\) .*"))
        .anySatisfy(line -> assertThat(line).startsWith("(outside of operators) "));
  }

  @Test
  void anEngineThatMeasuresNothingIsRefusedWithItsReason() {
    CommandRun run = profile("--engine", "onnxruntime", "--mode", "inference");
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err())
        .startsWith("error: The engine onnxruntime cannot measure the time of each operator");
  }
}
