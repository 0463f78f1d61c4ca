package dev.espalier.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.espalier.activation.Activation;
import dev.espalier.cli.CommandRun;
import dev.espalier.cli.OwnImages;
import dev.espalier.core.ModelFile;
import dev.espalier.core.PluginRegistry;
import dev.espalier.core.Trainer;
import dev.espalier.layer.Dense;
import dev.espalier.layer.Input;
import dev.espalier.layer.convolution.Conv2D;
import dev.espalier.layer.pooling.GlobalAveragePooling2D;
import dev.espalier.layer.preprocessing.Rescaling;
import dev.espalier.model.Model;
import dev.espalier.model.Sequential;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("native")
class PredictFormatsTest {
  @TempDir static Path folder;

  private static Path model;
  private static Path images;
  private static Path image;

  @BeforeAll
  static void write() throws IOException {
    images = Files.createDirectory(folder.resolve("images"));
    new OwnImages(images).with("", 1);
    image = images.resolve("disc/0.png");
    model = folder.resolve("model.safetensors");
    Model network =
        Sequential.of(
            Input.image(64, 64, 3),
            Rescaling.of(1 / 255.0),
            Conv2D.of(4, 8).strides(8).activation(Activation.RELU),
            GlobalAveragePooling2D.create(),
            Dense.of(2).activation(Activation.SOFTMAX));
    try (Trainer trainer = Trainer.of(network, config -> config.engine("tensorflow").seed(2))) {
      ModelFile.save(model, trainer.model(), List.of("a, b", "say \"c\""), Map.of());
    }
  }

  @Test
  void csvHasALineForEachClassAndQuotesNames() throws IOException {
    Path text = Files.writeString(folder.resolve("notes.png"), "no image");
    CommandRun run = CommandRun.of("predict", "--model", model, "--format", "csv", image, text);
    assertThat(run.exitCode()).isEqualTo(1);
    List<String> lines = run.out().lines().toList();
    assertThat(lines).hasSize(4);
    assertThat(lines.get(0)).isEqualTo("image,output,rank,label,class,score,error");
    assertThat(lines.subList(1, 3))
        .allMatch(
            line -> line.matches(".*/0\\.png,dense,[12],[01],\"(a, b|say \"\"c\"\")\",0\\.\\d+,"));
    assertThat(lines.get(3)).matches(".*notes\\.png,,,,,,.*is not an image.*");
  }

  @Test
  void jsonlHasAnObjectPerLineInTheOrderOfTheFiles() {
    CommandRun run = CommandRun.of("predict", "--model", model, "--format", "jsonl", images);
    assertThat(run.exitCode()).isZero();
    List<JsonObject> objects =
        run.out().lines().map(line -> JsonParser.parseString(line).getAsJsonObject()).toList();
    assertThat(objects).hasSizeGreaterThan(1);
    assertThat(objects)
        .extracting(object -> object.get("image").getAsString())
        .isSorted()
        .allMatch(name -> name.startsWith(images.toString()));
    assertThat(objects).allMatch(object -> object.getAsJsonArray("classes").size() == 2);
  }

  @Test
  void anImageWithoutAGoodScoreIsUnknown() {
    CommandRun run = CommandRun.of("predict", "--model", model, "--unknown-below", "1", image);
    assertThat(run.exitCode()).isZero();
    assertThat(run.out().lines().skip(1).findFirst()).hasValue("  unknown");
    assertThat(
            CommandRun.of("predict", "--model", model, "--unknown-below", "1", "--json", image)
                .out())
        .contains("\"unknown\": true");
    assertThat(CommandRun.of("predict", "--model", model, "--unknown-below", "2", image).err())
        .contains("--unknown-below cannot be 2.0.");
  }

  @Test
  void heatMapsHaveTheSizeOfTheirImages() throws IOException {
    Path maps = folder.resolve("maps/of/images");
    CommandRun run = CommandRun.of("predict", "--model", model, "--explain", maps, image, image);
    assertThat(run.err()).isEmpty();
    try (var written = Files.list(maps)) {
      List<Path> files = written.sorted().toList();
      assertThat(files).hasSize(2);
      assertThat(files.get(0).getFileName().toString()).matches("0-(a_b|say_c_)(-2)?\\.png");
      BufferedImage map = ImageIO.read(files.get(0).toFile());
      BufferedImage original = ImageIO.read(image.toFile());
      assertThat(map.getWidth()).isEqualTo(original.getWidth());
      assertThat(map.getHeight()).isEqualTo(original.getHeight());
    }
  }

  @Test
  void anImageThatCannotBeReadHasNoHeatMapAndDoesNotAffectTheOthers() throws IOException {
    Path maps = folder.resolve("maps/of/one");
    Path text = Files.writeString(folder.resolve("explained.png"), "no image");
    CommandRun run = CommandRun.of("predict", "--model", model, "--explain", maps, text, image);
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).contains("explained.png").contains("is not an image");
    assertThat(run.out()).contains("0.png").doesNotContain("explained.png");
    try (var written = Files.list(maps)) {
      assertThat(written).hasSize(1);
    }
  }

  @Test
  void imagesAreResizedAsTheOptionOrTheModelFileSays() throws IOException {
    Path wide = folder.resolve("wide.png");
    BufferedImage pixels = new BufferedImage(120, 80, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < 120 * 80; i++) {
      pixels.setRGB(i % 120, i / 120, i * 2654435 & 0xffffff);
    }
    ImageIO.write(pixels, "png", wide.toFile());
    Path cropping = folder.resolve("cropping.safetensors");
    CommandRun converted =
        CommandRun.of("weights", "convert", model, "--output", cropping, "--resize", "bicubic 0.5");
    assertThat(converted.err()).isEmpty();
    String stretched = scores(model, wide);
    String cropped = scores(model, wide, "--resize", "bicubic 0.5");
    assertThat(cropped).isNotEqualTo(stretched);
    assertThat(scores(model, wide, "--resize", "bilinear 0.5")).isNotEqualTo(cropped);
    assertThat(scores(cropping, wide)).isEqualTo(cropped);
    assertThat(scores(cropping, wide, "--resize", "stretch")).isEqualTo(stretched);
    CommandRun refused = CommandRun.of("predict", "--model", model, "--resize", "bicubic 2", wide);
    assertThat(refused.exitCode()).isEqualTo(2);
    assertThat(refused.err())
        .contains("--resize")
        .contains("stretch, or bilinear or bicubic with the fraction of the center");
  }

  private static String scores(Path file, Path image, String... options) {
    List<Object> arguments = new ArrayList<>(List.of("predict", "--model", file, image));
    arguments.addAll(List.of("--format", "csv"));
    arguments.addAll(List.of(options));
    CommandRun run = CommandRun.of(arguments.toArray());
    assertThat(run.err()).isEmpty();
    return run.out();
  }

  @Test
  void aCalibratedModelGivesSofterScoresInTheSameOrder() throws IOException {
    Path named = folder.resolve("named.safetensors");
    ModelFile read = ModelFile.read(model, PluginRegistry.discover());
    ModelFile.save(named, read.model(), List.of("disc", "bar"), Map.of("data", "images"));
    Path calibrated = folder.resolve("calibrated.safetensors");
    CommandRun run =
        CommandRun.of(
            "evaluate",
            "--model",
            named,
            "--data",
            images,
            "--split",
            "all",
            "--json",
            "--calibrate",
            calibrated,
            "--keep-right",
            "0.9");
    assertThat(run.err()).isEmpty();
    JsonObject values = JsonParser.parseString(run.out()).getAsJsonObject();
    double temperature = values.get("temperature").getAsDouble();
    assertThat(temperature).isNotEqualTo(1);
    ModelFile written = ModelFile.read(calibrated, PluginRegistry.discover());
    assertThat(written.model().inferenceSettings().temperature()).isEqualTo(temperature);
    assertThat(values.get("rightKept").getAsDouble()).isGreaterThanOrEqualTo(0.9);
    assertThat(written.model().inferenceSettings().unknownBelow())
        .isEqualTo(values.get("unknownBelow").getAsDouble())
        .isGreaterThan(0);
    assertThat(written.metadata()).containsEntry("data", "images");
    assertThat(best(calibrated)).isEqualTo(best(named));
  }

  @Test
  void viewsAreAveraged() {
    CommandRun one = CommandRun.of("predict", "--model", model, "--format", "csv", image);
    CommandRun ten =
        CommandRun.of("predict", "--model", model, "--format", "csv", "--views", "10", image);
    assertThat(ten.err()).isEmpty();
    assertThat(ten.out().lines().count()).isEqualTo(one.out().lines().count());
    assertThat(ten.out()).isNotEqualTo(one.out());
  }

  @Test
  void whatCannotBeAskedIsRefused() {
    assertThat(CommandRun.of("predict", "--model", model, "--views", "3", image).err())
        .contains("--views cannot be 3.");
    assertThat(CommandRun.of("evaluate", "--model", model, "--keep-right", "0.9").err())
        .contains("--keep-right needs --calibrate.");
    assertThat(
            CommandRun.of("evaluate", "--model", model, "--calibrate", model, "--keep-right", "95")
                .err())
        .contains("--keep-right cannot be 95.0.");
  }

  private static String best(Path file) {
    CommandRun run =
        CommandRun.of("predict", "--model", file, "--format", "csv", "--top", "1", image);
    return run.out().lines().toList().get(1).split(",")[4];
  }

  @Test
  void twoFormatsContradictEachOther() {
    CommandRun run = CommandRun.of("predict", "--model", model, "--json", "--format", "csv", image);
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("--json and --format name different formats.");
  }
}
