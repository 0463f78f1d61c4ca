package dev.espalier.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.espalier.activation.Activation;
import dev.espalier.cli.CommandRun;
import dev.espalier.cli.OwnImages;
import dev.espalier.core.ModelFile;
import dev.espalier.core.Predictions;
import dev.espalier.core.Trainer;
import dev.espalier.data.Image;
import dev.espalier.datasets.image.ImageDecoder;
import dev.espalier.graph.HostArray;
import dev.espalier.layer.ActivationLayer;
import dev.espalier.layer.Dense;
import dev.espalier.layer.Input;
import dev.espalier.layer.LayerOutput;
import dev.espalier.layer.convolution.Conv2D;
import dev.espalier.layer.pooling.GlobalAveragePooling2D;
import dev.espalier.layer.preprocessing.Rescaling;
import dev.espalier.model.Model;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code predict} with a model that has classes, labels, numbers and a map as outputs. */
@Tag("native")
class PredictSeveralOutputsTest {
  @TempDir static Path folder;

  private static Path file;
  private static Path image;
  private static Path other;
  private static Predictions expected;
  private static Predictions alone;

  @BeforeAll
  static void write() throws IOException {
    new OwnImages(folder).with("", 1);
    image = folder.resolve("disc/0.png");
    other = folder.resolve("bar/0.png");
    file = folder.resolve("several.safetensors");
    LayerOutput input = Input.image(64, 64, 3);
    LayerOutput map =
        Conv2D.of(3, 32).strides(32).named("map").on(Rescaling.of(1 / 255.0).on(input));
    LayerOutput pooled = GlobalAveragePooling2D.create().on(map);
    LayerOutput kind = Dense.of(3).activation(Activation.SOFTMAX).named("kind").on(pooled);
    LayerOutput tags =
        new ActivationLayer(Activation.SIGMOID)
            .named("tags")
            .on(Dense.of(2).named("logits").on(pooled));
    LayerOutput age = Dense.of(1).named("age").on(pooled);
    Model model = Model.of(List.of(input), List.of(kind, tags, age, map));
    try (Trainer trainer = Trainer.of(model, config -> config.engine("onnxruntime").seed(2))) {
      ModelFile.save(file, trainer.model());
      Image second = ImageDecoder.standard().read(image);
      expected = trainer.predict(List.of(ImageDecoder.standard().read(other), second));
      alone = trainer.predict(List.of(second));
    }
  }

  /** Returns what an output gives for the second image. */
  private static float value(String output, int index) {
    HostArray values = expected.outputs().get(output);
    return (float) values.at(values.elementCount() / 2 + index);
  }

  /**
   * Checks what is printed of an output for the second image. The command computes the images in
   * one batch or by themselves, depending on how fast they are read; ONNX Runtime adds up the 3,072
   * products of a value of the map in another order for a single image.
   */
  private static void assertValue(float actual, String output, int index) {
    assertThat(actual)
        .satisfiesAnyOf(
            value -> assertThat(value).isEqualTo(value(output, index), within(1e-6f)),
            value ->
                assertThat(value)
                    .isEqualTo((float) alone.outputs().get(output).at(index), within(1e-6f)));
  }

  @Test
  void eachOutputIsPrintedUnderItsName() {
    CommandRun run = CommandRun.of("predict", "--model", file, other, image);
    assertThat(run.err()).isEmpty();
    assertThat(run.exitCode()).isZero();
    List<String> lines = run.out().lines().skip(10).toList();
    assertThat(lines).hasSize(10);
    assertThat(lines.get(0)).isEqualTo(image.toString());
    assertThat(lines.get(1)).isEqualTo("  kind");
    Predictions kind = expected.output("kind");
    for (int i = 0; i < 3; i++) {
      Predictions.ClassScore score = kind.topK(1, 3).get(i);
      assertThat(lines.get(2 + i))
          .isEqualTo(
              String.format(
                  Locale.ROOT, "    %s %6.2f %%", score.className(), 100 * score.score()));
    }
    assertThat(lines.get(5)).isEqualTo("  tags");
    assertThat(lines.subList(6, 8)).allMatch(line -> line.matches(" {4}[01] +[0-9.]+ %"));
    assertThat(lines.get(8)).startsWith("  age  ");
    assertValue(Float.parseFloat(lines.get(8).substring(7)), "age", 0);
    assertThat(lines.get(9)).isEqualTo("  map  2x2x3 values, which --json prints");
  }

  @Test
  void jsonHasEachOutputByItsName() {
    CommandRun run =
        CommandRun.of("predict", "--model", file, "--json", "--top", "2", other, image);
    JsonObject outputs =
        JsonParser.parseString(run.out())
            .getAsJsonArray()
            .get(1)
            .getAsJsonObject()
            .getAsJsonObject("outputs");
    assertThat(outputs.keySet()).containsExactly("kind", "tags", "age", "map");
    JsonArray classes = outputs.getAsJsonObject("kind").getAsJsonArray("classes");
    assertThat(classes).hasSize(2);
    JsonObject best = classes.get(0).getAsJsonObject();
    assertThat(best.get("label").getAsInt()).isEqualTo(expected.output("kind").label(1));
    assertThat(best.get("probability").getAsDouble())
        .isEqualTo(value("kind", best.get("label").getAsInt()), within(1e-6));
    assertThat(outputs.getAsJsonObject("age").get("shape").toString()).isEqualTo("[1]");
    assertValue(
        outputs.getAsJsonObject("age").getAsJsonArray("values").get(0).getAsFloat(), "age", 0);
    JsonObject map = outputs.getAsJsonObject("map");
    assertThat(map.get("shape").toString()).isEqualTo("[2,2,3]");
    JsonArray values = map.getAsJsonArray("values");
    assertThat(values).hasSize(12);
    for (int i = 0; i < 12; i++) {
      assertValue(values.get(i).getAsFloat(), "map", i);
    }
  }

  @Test
  void aThresholdAppliesToTheScoresOfClasses() {
    CommandRun run = CommandRun.of("predict", "--model", file, "--threshold", "1", image);
    assertThat(run.out().lines())
        .containsSubsequence(
            "  kind", "    none of the classes", "  tags", "    none of the classes");
  }
}
