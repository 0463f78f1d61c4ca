package dev.espalier.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The microbenchmarks measure everything of a kind. */
class BenchmarksTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  @ParameterizedTest
  @CsvSource({"Augmentation,AugmentationBenchmark", "BatchAugmentation,MixingBenchmark"})
  void eachAugmentationHasABenchmark(String kind, String benchmark) throws IOException {
    String measured =
        Files.readString(
            ROOT.resolve(
                "benchmarks/src/main/java/dev/espalier/benchmarks/jmh/" + benchmark + ".java"));
    Pattern declaration =
        Pattern.compile("\\b(?:class|record|enum) (\\w+)[^{]*?\\bimplements\\s+" + kind + "\\b");
    try (Stream<Path> files = Files.walk(ROOT.resolve("augment/src/main/java"))) {
      List<String> augmentations =
          files
              .filter(file -> file.toString().endsWith(".java"))
              .map(BenchmarksTest::content)
              .map(declaration::matcher)
              .filter(Matcher::find)
              .map(found -> found.group(1))
              .toList();
      assertThat(augmentations).isNotEmpty();
      assertThat(augmentations)
          .allSatisfy(name -> assertThat(measured).containsPattern("[( ]" + name + "[.(]"));
    }
  }

  private static String content(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
