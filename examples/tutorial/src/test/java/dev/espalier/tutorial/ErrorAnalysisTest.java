package dev.espalier.tutorial;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.data.Dataset;
import dev.espalier.data.Split;
import dev.espalier.datasets.shapes.Shapes;
import java.nio.file.Path;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("native")
class ErrorAnalysisTest {
  @Test
  void countsWhatTheEvaluationMeasures(@TempDir Path folder) {
    Path file = folder.resolve("shapes.safetensors");
    ShapesTutorial.fineTune(64, 1, file);
    Dataset test = Shapes.of(Split.TEST, 1).withSize(50);

    int[][] counts = ErrorAnalysis.confusionMatrix(file, test);
    int right = IntStream.range(0, counts.length).map(i -> counts[i][i]).sum();
    assertThat(Stream.of(counts).mapToInt(row -> IntStream.of(row).sum()).sum()).isEqualTo(50);
    assertThat(ErrorAnalysis.evaluate(file, test).get("accuracy")).isEqualTo(right / 50.0);

    Path page = folder.resolve("evaluation.html");
    ErrorAnalysis.report(file, test, page);
    assertThat(page).content().contains("Confusion matrix", "50 images evaluated");

    Path checked = folder.resolve("data.html");
    ErrorAnalysis.checkData(file, test, Shapes.of(Split.VALIDATION, 1).withSize(9), checked);
    assertThat(checked).content().contains("Near-duplicates in shapes/validation");
  }
}
