package dev.espalier.callbacks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.callback.Logs;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FileNameTemplateTest {
  /** What Python's {@code str.format} gives. */
  @ParameterizedTest
  @CsvSource(
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "{val_loss:.3f},1.53424,1.534",
        "{val_loss:.1f},0.25,0.2",
        "{val_loss:.0f},2.5,2",
        "{val_loss:08.3f},-1.5,-001.500",
        "{val_loss:.2e},0.00123456,1.23e-03",
        "{val_loss:e},12345.678,1.234568e+04",
        "{val_loss:.1e},9.96e10,1.0e+11",
        "{val_loss:.1e},1.25,1.2e+00",
        "{val_loss:.2e},0,0.00e+00",
        "{val_loss:8.2f},1.5,'    1.50'",
        "{val_loss},0.1,0.1",
        "{val_loss:f},NaN,nan",
      })
  void writesValuesLikePython(String field, double value, String expected) {
    FileNameTemplate template = FileNameTemplate.of("m" + field + ".x");
    Path file = template.file(0, null, new Logs(Map.of("val_loss", value)));

    assertThat(file).hasToString("m" + expected + ".x");
    assertThat(template.matches(String.valueOf(file))).isTrue();
  }

  @Test
  void countsEpochsAndBatchesFromOne() {
    FileNameTemplate template = FileNameTemplate.of("{epoch:02d}/{batch:3d}-{epoch:.1f}");

    assertThat(template.file(4, 9, Logs.empty())).hasToString("05/ 10-5.0");
    assertThat(template.file(99, 999, Logs.empty())).hasToString("100/1000-100.0");
    assertThat(template.hasBatch()).isTrue();
    assertThat(template.logNames()).isEmpty();
  }

  @Test
  void takesTwoBracesForOne() {
    assertThat(FileNameTemplate.of("{{a}}-{epoch}").file(0, null, Logs.empty()))
        .hasToString("{a}-1");
    assertThat(FileNameTemplate.literal(Path.of("{a}")).file(0, null, Logs.empty()))
        .hasToString("{a}");
  }

  @Test
  void findsTheFolderOfAllFiles() {
    Path here = Path.of("").toAbsolutePath();
    assertThat(FileNameTemplate.of("{epoch}").folder()).isEqualTo(here);
    assertThat(FileNameTemplate.of("model-{epoch}").folder()).isEqualTo(here);
    assertThat(FileNameTemplate.of("a/b/model-{epoch}").folder())
        .isEqualTo(here.resolve("a").resolve("b"));
    assertThat(FileNameTemplate.of("a/{epoch}/model").folder()).isEqualTo(here.resolve("a"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a/1", "a/../1.x", "a/x/../1.x", "b/1.x", "a/1.x.y", "a/one.x"})
  void doesNotMatchOtherFiles(String path) {
    assertThat(FileNameTemplate.of("a/{epoch}.x").matches(path)).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "model-{epoch | has a { without }",
        "model-epoch} | has a } without {",
        "{} | has the field {}, which is not a name with a number format",
        "{:02d} | has the field {:02d}, which is not a name with a number format",
        "{epoch:x} | has the field {epoch:x}, which is not a name with a number format",
        "{val_loss:d} | has the field {val_loss:d}, whose format does not fit val_loss",
        "{val_loss:.3} | has the field {val_loss:.3}, whose format does not fit val_loss",
        "{epoch:.1d} | has the field {epoch:.1d}, whose format does not fit epoch",
      })
  void rejectsWrongFields(String template, String problem) {
    assertThatThrownBy(() -> FileNameTemplate.of(template))
        .isInstanceOfSatisfying(
            EspalierException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_TRAINING_SETTING))
        .hasMessageStartingWith("The file name \"" + template + "\" " + problem + ".");
  }
}
