package dev.espalier.core.internal.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import dev.espalier.callback.CallbackState;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Shape;
import dev.espalier.metric.MetricSums;
import dev.espalier.model.Weights;
import dev.espalier.training.History;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointFileTest {
  @TempDir Path folder;

  private static final Weights WEIGHTS = weights("dense/kernel", 1.5f, Float.MIN_VALUE);
  private static final Weights SLOTS = weights("dense/kernel/momentum", -0f, Float.NaN);

  private static final Checkpoint CHECKPOINT =
      new Checkpoint(
          new Checkpoint.Run(
              Long.MIN_VALUE,
              List.of("dense/kernel"),
              7,
              "8x8x3",
              4,
              true,
              false,
              JsonParser.parseString(
                      "{\"loss\":{\"class\":\"L\",\"k\":\"NaN\"},\"precision\":\"float32\"}")
                  .getAsJsonObject()),
          2,
          1,
          5,
          1L << 40,
          new Checkpoint.Rate(0.1f, Float.MIN_NORMAL, 11),
          new Checkpoint.Sums(
              4,
              Map.of(
                  "loss",
                  MetricSums.of(List.of(Shape.scalar()), List.of(new double[] {0.1 + 0.2})),
                  "confusion",
                  MetricSums.of(
                      List.of(Shape.of(2, 1), Shape.scalar()),
                      List.of(new double[] {Double.NaN, 1e300}, new double[] {3})))),
          List.of(
              new History.Epoch(0, Map.of("loss", Double.POSITIVE_INFINITY)),
              new History.Epoch(1, Map.of("loss", 4.9e-324))),
          List.of(
              new Checkpoint.Carried("none", CallbackState.none()),
              new Checkpoint.Carried(
                  "best",
                  CallbackState.of(Map.of("best", "0.25"))
                      .withWeights(weights("dense/kernel", 3, 4)))),
          WEIGHTS,
          SLOTS);

  private static Weights weights(String name, float... values) {
    return Weights.of(Map.of(name, HostArray.wrap(Shape.of(values.length), values)));
  }

  private Path file() {
    return folder.resolve("checkpoint.safetensors");
  }

  @Test
  void comesBackBitByBit() {
    CheckpointFile.write(file(), null, Map.of("espalier", "the model"), CHECKPOINT);

    assertThat(CheckpointFile.read(file())).isEqualTo(CHECKPOINT);
    Weights content = SafetensorsReader.read(file());
    assertThat(CheckpointFile.ofModel(content)).isEqualTo(WEIGHTS);
    assertThat(content.metadata()).containsEntry("espalier", "the model");
  }

  private void rewrite(JsonObject position) {
    Map<String, String> metadata = new TreeMap<>();
    metadata.put(CheckpointFile.KEY, position.toString());
    SafetensorsWriter.write(file(), WEIGHTS.withMetadata(metadata));
  }

  private JsonObject position() {
    CheckpointFile.write(file(), null, Map.of(), CHECKPOINT);
    return JsonParser.parseString(SafetensorsReader.read(file()).metadata().get(CheckpointFile.KEY))
        .getAsJsonObject();
  }

  private void assertRefused(JsonObject position, String place) {
    rewrite(position);
    assertThatThrownBy(() -> CheckpointFile.read(file()))
        .as(place)
        .isInstanceOfSatisfying(
            EspalierException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.INVALID_WEIGHT_FILE);
              assertThat(e.problem()).contains(file().toString()).contains(place);
              assertThat(e.remedy()).contains("elete it to start over");
            });
  }

  /** Whatever is missing or of another kind is named, at any depth. */
  @Test
  void everyFieldIsChecked() {
    int checked = 0;
    for (List<String> path :
        List.of(List.<String>of(), List.of("run"), List.of("learningRate"), List.of("sums"))) {
      JsonObject object = position();
      for (String name : path) {
        object = object.getAsJsonObject(name);
      }
      for (String field : List.copyOf(object.keySet())) {
        JsonObject whole = position();
        JsonObject part = whole;
        for (String name : path) {
          part = part.getAsJsonObject(name);
        }
        JsonElement before = part.remove(field);
        assertRefused(whole, field);
        part.add(field, before.isJsonObject() ? new JsonPrimitive(1) : new JsonObject());
        assertRefused(whole, field);
        checked++;
      }
    }
    assertThat(checked).isEqualTo(10 + 8 + 3 + 2);
  }

  @Test
  void numbersOutOfRangeAreRefused() {
    for (String number :
        List.of("-1", "1e999999999", "99999999999999999999", "1.5", "2147483648")) {
      JsonObject whole = position();
      whole.add("epoch", JsonParser.parseString(number));
      assertRefused(whole, "epoch");
    }
    JsonObject whole = position();
    JsonObject byName = whole.getAsJsonObject("sums").getAsJsonObject("byName");
    byName.add("loss", JsonParser.parseString("[{\"shape\": [], \"values\": [\"much\"]}]"));
    assertRefused(whole, "it holds something that is not a number");
    byName.add("loss", JsonParser.parseString("[{\"shape\": [2], \"values\": [\"1\"]}]"));
    assertRefused(whole, "the sums do not fill shapes");
    byName.add("loss", JsonParser.parseString("[{\"shape\": [-1], \"values\": [\"1\"]}]"));
    assertRefused(whole, "it is not a list of sizes");
  }

  @Test
  void aNewerFormatSaysSo() {
    JsonObject whole = position();
    whole.addProperty("format", 4);
    assertRefused(whole, "has format 4; this version reads formats up to 3");
  }

  /** Each metric was the mean of one number per sample. */
  @Test
  void sumsOfTheSecondFormatAreThoseOfMeans() {
    JsonObject whole = position();
    whole.addProperty("format", 2);
    whole
        .getAsJsonObject("sums")
        .add("byName", JsonParser.parseString("{\"loss\": \"0.5\", \"accuracy\": \"3.0\"}"));
    rewrite(whole);
    List<Shape> one = List.of(Shape.scalar());
    List<Shape> two = List.of(Shape.scalar(), Shape.scalar());
    assertThat(CheckpointFile.read(file()).sums().byName())
        .containsOnly(
            Map.entry("loss", MetricSums.of(one, List.of(new double[] {0.5}))),
            Map.entry("accuracy", MetricSums.of(two, List.of(new double[] {3}, new double[] {4}))));
  }

  /**
   * Which optimizer, loss and data it was is not in it, so nobody knows whether they are the same.
   */
  @Test
  void theFirstFormatIsRefusedAndSaysWhy() {
    JsonObject whole = position();
    whole.addProperty("format", 1);
    whole.getAsJsonObject("run").remove("settings");
    assertRefused(whole, "did not record the settings of the training");
  }

  @Test
  void theCheckpointBeforeStaysBesideTheNewOne() throws IOException {
    Path previous = folder.resolve("before");
    CheckpointFile.write(file(), previous, Map.of("espalier", "first"), CHECKPOINT);
    assertThat(previous).doesNotExist();
    byte[] first = Files.readAllBytes(file());
    for (int i = 0; i < 3; i++) {
      byte[] last = Files.readAllBytes(file());
      CheckpointFile.write(file(), previous, Map.of("espalier", "later " + i), CHECKPOINT);
      assertThat(previous).hasBinaryContent(last);
    }
    assertThat(file()).exists();
    assertThat(Files.readAllBytes(file())).isNotEqualTo(first);
    assertThat(folder.toFile().list())
        .containsExactlyInAnyOrder("checkpoint.safetensors", "before");
  }

  /** One bit anywhere: in the length, the names, the position, the settings, weights or slots. */
  @Test
  void noFlippedBitGoesUnnoticed() throws IOException {
    CheckpointFile.write(file(), null, Map.of("espalier", "the model"), CHECKPOINT);
    byte[] whole = Files.readAllBytes(file());
    for (int bit = 0; bit < whole.length * Byte.SIZE; bit++) {
      byte[] damaged = whole.clone();
      damaged[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
      Files.write(file(), damaged);
      assertThatThrownBy(() -> CheckpointFile.read(file()))
          .as("bit %s of byte %s", bit % Byte.SIZE, bit / Byte.SIZE)
          .isInstanceOfSatisfying(
              EspalierException.class,
              e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_WEIGHT_FILE));
    }
  }

  @Test
  void aFileOfWeightsIsNoCheckpoint() {
    SafetensorsWriter.write(file(), WEIGHTS);
    assertThatThrownBy(() -> CheckpointFile.read(file()))
        .isInstanceOfSatisfying(
            EspalierException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_WEIGHT_FILE))
        .hasMessageContaining("is not a checkpoint");
  }
}
