package dev.espalier.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.espalier.cli.CommandRun;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LearningRateCommandTest {
  @TempDir Path folder;

  private CommandRun find(Object... more) {
    List<Object> arguments =
        new ArrayList<>(List.of("lr-find", "--engine", "tensorflow", "--image-size", "32"));
    arguments.addAll(List.of("--limit", "256", "--validation-limit", "8", "--batch-size", "32"));
    arguments.addAll(List.of("--steps", "10", "--output", folder.resolve("curve.png")));
    arguments.addAll(List.of(more));
    return CommandRun.of(arguments.toArray());
  }

  @Test
  @Tag("native")
  void findsALearningRateOfTheHeadAndDrawsTheCurve() throws Exception {
    CommandRun run = find("--from", "1e-3", "--to", "100", "--json");
    assertThat(run.exitCode()).as(run.err()).isZero();
    JsonObject found = JsonParser.parseString(run.out()).getAsJsonObject();

    assertThat(found.get("phase").getAsString()).isEqualTo("head");
    assertThat(found.get("points").getAsJsonArray()).hasSizeBetween(5, 10);
    JsonObject first = found.get("points").getAsJsonArray().get(0).getAsJsonObject();
    assertThat(first.get("learningRate").getAsFloat()).isEqualTo(1e-3f);
    assertThat(found.get("suggestion").getAsDouble()).isBetween(1e-3, 10.0);
    BufferedImage curve = ImageIO.read(folder.resolve("curve.png").toFile());
    assertThat(curve.getWidth()).isEqualTo(1440);
  }

  /** Learning rates that change nothing: the first loss is that of the trained head. */
  @Test
  @Tag("native")
  void theWholeModelIsTestedWithATrainedHead() {
    CommandRun run =
        find("--phase", "whole", "--epochs", "3", "--from", "1e-12", "--to", "1e-11", "--json");
    assertThat(run.exitCode()).as(run.err()).isZero();
    JsonObject found = JsonParser.parseString(run.out()).getAsJsonObject();

    assertThat(found.get("phase").getAsString()).isEqualTo("whole");
    JsonObject first = found.get("points").getAsJsonArray().get(0).getAsJsonObject();
    double untrained = Math.log(10); // of ten classes
    assertThat(first.get("loss").getAsDouble()).isLessThan(0.95 * untrained);
  }

  @Test
  @Tag("native")
  void theCommandTrainIsTestedWithItsModelAndOptimizer() {
    CommandRun run = find("--phase", "train", "--from", "1e-6", "--to", "1e-2");

    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out())
        .contains(" on shapes, ")
        .containsPattern("Suggested: espalier train --learning-rate \\d|No suggestion")
        .endsWith("Curve    " + folder.resolve("curve.png") + "\n");
  }

  @Test
  @Tag("native")
  void thePrecisionIsThatOfTheTraining() {
    CommandRun run =
        CommandRun.of("lr-find", "--engine", "mxnet", "--limit", "32", "--precision", "bfloat16");

    assertThat(run.exitCode()).isNotZero();
    assertThat(run.err()).contains("The engine mxnet cannot compute in bfloat16 on cpu");
  }

  @Test
  void rejectsFewStepsAndPhasesWithoutEpochsBeforeAnEngineIsOpened() {
    assertThat(find("--steps", "3").err())
        .startsWith("error: A range of learning rates cannot be tested in 3 steps.");
    CommandRun run = find("--epochs", "0");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).startsWith("error: The phase \"head\" has no epochs.");
    assertThat(find("--phase", "whole", "--set", "fine-tuning.epochs=0").err())
        .startsWith("error: The phase \"fine-tune\" has no epochs.");
  }
}
