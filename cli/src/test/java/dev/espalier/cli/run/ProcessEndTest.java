package dev.espalier.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.cli.JavaCommand;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A process that ends while a step is computed does not crash, however it ends. */
@Tag("native")
class ProcessEndTest {
  @TempDir Path folder;

  private String run(int expectedExitCode, String engine, String way) throws Exception {
    Process process =
        new ProcessBuilder(JavaCommand.of(ProcessThatEnds.class, engine, way))
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isEqualTo(expectedExitCode);
    assertThat(output)
        .doesNotContain("A fatal error has been detected")
        .doesNotContain(ProcessThatEnds.DESTROYED);
    assertThat(crashReports()).isEmpty();
    return output;
  }

  private Stream<Path> crashReports() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList().stream();
    }
  }

  @ParameterizedTest
  @CsvSource({"pytorch, exit", "pytorch, halt", "tensorflow, halt", "mxnet, halt"})
  void theExitCodeIsThatOfTheProgram(String engine, String way) throws Exception {
    run(ProcessThatEnds.EXIT_CODE, engine, way);
  }

  @ParameterizedTest
  @CsvSource({"pytorch", "tensorflow", "mxnet"})
  void aDaemonThreadMayStillTrainWhenMainReturns(String engine) throws Exception {
    assertThat(run(0, engine, "return")).contains("main returns");
  }

  @ParameterizedTest
  @CsvSource({"pytorch", "tensorflow", "mxnet"})
  void closingATrainerEndsTheTrainingOfAnotherThread(String engine) throws Exception {
    assertThat(run(ProcessThatEnds.EXIT_CODE, engine, "close-trainer"))
        .contains("CLOSED: The thread \"main\" closed the trainer while \"trains\" was in fit.");
  }

  @ParameterizedTest
  @CsvSource({"pytorch", "tensorflow", "mxnet"})
  void closingAnEngineEndsTheTrainingOfAnotherThread(String engine) throws Exception {
    assertThat(run(ProcessThatEnds.EXIT_CODE, engine, "close-engine"))
        .contains("CLOSED: The session of the engine " + engine + " is closed.");
  }
}
