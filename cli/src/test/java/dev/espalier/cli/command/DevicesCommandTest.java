package dev.espalier.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.activation.Activation;
import dev.espalier.cli.CommandRun;
import dev.espalier.cli.OwnImages;
import dev.espalier.core.ModelFile;
import dev.espalier.core.PluginRegistry;
import dev.espalier.core.Trainer;
import dev.espalier.graph.HostArray;
import dev.espalier.layer.Dense;
import dev.espalier.layer.Input;
import dev.espalier.layer.pooling.GlobalAveragePooling2D;
import dev.espalier.layer.preprocessing.Rescaling;
import dev.espalier.model.Model;
import dev.espalier.model.Sequential;
import dev.espalier.model.Weights;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Training on several devices from the command line. */
@Tag("native")
class DevicesCommandTest {
  @TempDir Path folder;

  private CommandRun train(Path model, String name, Object... more) {
    Object[] words =
        Stream.concat(
                Stream.of(
                    "train",
                    "--model",
                    model,
                    "--dataset",
                    "image-folder",
                    "--data",
                    folder.resolve("images"),
                    "--batch-size",
                    "7",
                    "--epochs",
                    "1",
                    "--engine",
                    "tensorflow",
                    "--output",
                    folder.resolve(name)),
                Stream.of(more))
            .toArray();
    CommandRun run = CommandRun.of(words);
    assertThat(run.exitCode()).as(run.err()).isZero();
    return run;
  }

  private Weights weights(String name) {
    return ModelFile.read(folder.resolve(name).resolve("model.safetensors"), registry())
        .model()
        .weights();
  }

  private static PluginRegistry registry() {
    return PluginRegistry.discover();
  }

  @Test
  void twoReplicasTrainTheModelOfOneDevice() throws Exception {
    Model model =
        Sequential.of(
            Input.image(64, 64, 3),
            Rescaling.of(1 / 255.0),
            GlobalAveragePooling2D.create(),
            Dense.of(2).activation(Activation.SOFTMAX).named("head"));
    new OwnImages(folder.resolve("images")).with("", 10);
    Weights start;
    Path file = folder.resolve("start.safetensors");
    try (Trainer trainer = Trainer.of(model, config -> config.engine("tensorflow").seed(1))) {
      ModelFile.save(file, trainer.model(), List.of("bar", "disc"), Map.of());
      start = trainer.weights();
    }
    train(file, "one");
    assertThat(train(file, "two", "--devices", "cpu, cpu").out()).contains(" on cpu, cpu");

    HostArray expected = weights("one").get("head/kernel");
    HostArray actual = weights("two").get("head/kernel");
    assertThat(actual).isNotEqualTo(start.get("head/kernel"));
    for (int i = 0; i < expected.elementCount(); i++) {
      assertThat(actual.at(i)).isEqualTo(expected.at(i), within(1e-5));
    }
    assertThat(Files.readString(folder.resolve("two/espalier.conf"))).contains("devices");
  }
}
