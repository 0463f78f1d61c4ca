package dev.espalier.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParser;
import dev.espalier.cli.JavaCommand;
import dev.espalier.cli.SmallModel;
import dev.espalier.engine.CacheFolder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Measures engines in processes of their own, with a cache folder of their own. */
@Tag("native")
@Tag("slow")
class FastestEngineTest {
  @TempDir Path folder;

  private record Ran(int exitCode, String out, String err) {}

  private Ran profile(Path model, Path cache) throws IOException, InterruptedException {
    Path out = folder.resolve("out");
    Path err = folder.resolve("err");
    ProcessBuilder process =
        new ProcessBuilder(
            JavaCommand.espalier(
                "profile",
                "--model",
                model.toString(),
                "--engine",
                "fastest",
                "--set",
                "engine-order=tensorflow,pytorch",
                "--batch-size",
                "2",
                "--repeat",
                "1",
                "--warm-up",
                "0",
                "--json"));
    process.environment().put(CacheFolder.VARIABLE, cache.toString());
    int exitCode =
        process.redirectOutput(out.toFile()).redirectError(err.toFile()).start().waitFor();
    return new Ran(
        exitCode,
        Files.readString(out, StandardCharsets.UTF_8),
        Files.readString(err, StandardCharsets.UTF_8));
  }

  @Test
  void isMeasuredOnceAndSaidOnce() throws IOException, InterruptedException {
    Path cache = Files.createDirectory(folder.resolve("cache"));
    // The libraries that are unpacked already.
    for (String engine : new String[] {"tensorflow", "pytorch"}) {
      Files.createSymbolicLink(
          cache.resolve(engine), CacheFolder.of(System.getenv()).resolve(engine));
    }
    Path model = SmallModel.write(folder.resolve("small.safetensors"), 3);
    Ran first = profile(model, cache);
    assertThat(first.exitCode()).as(first.err()).isZero();
    String engine =
        JsonParser.parseString(first.out()).getAsJsonObject().get("engine").getAsString();
    assertThat(first.err())
        .contains("engine = fastest: " + engine + " is used here")
        .contains("tensorflow ", "pytorch ", " ms", "Set engine = " + engine);
    try (Stream<Path> kept = Files.list(cache.resolve("fastest-engine"))) {
      assertThat(kept).hasSize(1);
    }
    Ran second = profile(model, cache);
    assertThat(second.exitCode()).as(second.err()).isZero();
    assertThat(second.err()).doesNotContain("fastest");
    assertThat(JsonParser.parseString(second.out()).getAsJsonObject().get("engine").getAsString())
        .isEqualTo(engine);
  }
}
